namespace Viaduct.Benchmarks.Plan;

/// <summary>Contestants on the same work, measured in turns within the same seconds, so that their ratios mean something.</summary>
internal sealed record Group(Assignment Work, IReadOnlyList<Contestant> Contestants);
