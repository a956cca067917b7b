namespace Viaduct.Benchmarks.Plan;

/// <summary>The work that all contestants of a group do.</summary>
/// <param name="Distance">How far apart the two sides are.</param>
/// <param name="Pattern">Who gets a message.</param>
/// <param name="Size">Bytes in one message; 0 where they are of no interest.</param>
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
            List<string> parts = [Names.Of(Pattern), Names.Of(Distance)];
            if (Size > 0)
            {
                parts.Add(Names.OfSize(Size) + (Touched ? "" : " untouched"));
            }

            if (Workloads is not ([Workload.Latency, Workload.Throughput] or [Workload.FanOut]))
            {
                parts.Add(string.Join(" and ", Workloads.Select(Names.Of)));
            }

            if (CallsAtATime is { } calls)
            {
                parts.Add($"{calls} at a time");
            }

            return string.Join(", ", parts);
        }
    }
}
