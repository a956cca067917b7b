namespace Viaduct.Benchmarks.Plan;

/// <summary>The work that all contestants of a group do.</summary>
/// <param name="Distance">How far apart the two sides are.</param>
/// <param name="Pattern">Who gets a message.</param>
/// <param name="Size">Bytes in one message.</param>
/// <param name="Touched">Whether all of a message is written and read; else one word of it.</param>
/// <param name="Workloads">What is measured, unless a contestant says otherwise.</param>
internal sealed record Assignment(Distance Distance, Pattern Pattern, int Size, bool Touched, params IReadOnlyList<Workload> Workloads)
{
    /// <summary>How many calls are under way at once; null where that is one, or no matter.</summary>
    public int? CallsAtATime { get; init; }

    public string Title
    {
        get
        {
            string work = Workloads is [Workload.Latency, Workload.Throughput] or [Workload.FanOut]
                ? ""
                : ", " + string.Join(" and ", Workloads.Select(Names.Of));
            return $"{Names.Of(Pattern)}, {Names.Of(Distance)}, {Names.OfSize(Size)}{(Touched ? "" : " untouched")}{work}{(CallsAtATime is { } calls ? $", {calls} at a time" : "")}";
        }
    }
}
