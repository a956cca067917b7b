using Viaduct.Benchmarks.Run;

namespace Viaduct.Benchmarks.Plan;

/// <summary>One system in one configuration: what a line of the result says, and how it is run.</summary>
/// <param name="System"><c>viaduct</c>, <c>limit</c> or the peer's name.</param>
/// <param name="Variant">What sets this line apart from another of the same system; null for the plain one.</param>
/// <param name="Wait">How both sides wait.</param>
/// <param name="Workloads">What it is measured at.</param>
/// <param name="Open">Makes the runner; called once, in the order of the plan.</param>
internal sealed record Contestant(
    string System, string? Variant, WaitKind Wait, IReadOnlyList<Workload> Workloads, Func<IRunner> Open)
{
    public const string ViaductSystem = "viaduct";
    public const string LimitSystem = "limit";

    /// <summary>How many subscribers a publisher has; null for the other patterns.</summary>
    public int? Subscribers { get; init; }

    /// <summary>How many producers, consumers or threads share an end of the channel; null for one.</summary>
    public int? Sharing { get; init; }

    /// <summary>Whether it needs what not every machine has.</summary>
    public bool MayBeMissing { get; init; }

    public string Label => Variant is null ? System : $"{System}, {Variant}";
}
