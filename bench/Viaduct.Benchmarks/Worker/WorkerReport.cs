namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// What a worker answers: one line of its standard output. Times are <see cref="System.Diagnostics.Stopwatch"/> timestamps,
/// which all processes of a Linux machine share (CLOCK_MONOTONIC).
/// </summary>
/// <param name="Started">Just before side A's first measured message; 0 where side A is elsewhere.</param>
/// <param name="EndedA">After side A's last message; 0 where side A is elsewhere.</param>
/// <param name="EndedB">After side B's last message; 0 where side B is elsewhere.</param>
/// <param name="CpuNanoseconds">Processor time of the whole process.</param>
/// <param name="AllocatedBytes">Allocated by all of the process's threads.</param>
/// <param name="P50">Round trip, ns.</param>
/// <param name="P99">Round trip, ns.</param>
/// <param name="P999">Round trip, ns.</param>
/// <param name="Max">Round trip, ns.</param>
internal sealed record WorkerReport(
    long Started, long EndedA, long EndedB, double CpuNanoseconds, long AllocatedBytes, double P50, double P99, double P999, double Max)
{
    /// <summary>Both processes' reports as one.</summary>
    public WorkerReport With(WorkerReport other) => new(
        Started + other.Started,
        EndedA + other.EndedA,
        EndedB + other.EndedB,
        CpuNanoseconds + other.CpuNanoseconds,
        AllocatedBytes + other.AllocatedBytes,
        Math.Max(P50, other.P50),
        Math.Max(P99, other.P99),
        Math.Max(P999, other.P999),
        Math.Max(Max, other.Max));
}
