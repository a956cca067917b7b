namespace Viaduct.Benchmarks.Worker;

/// <summary>What a process has spent since it was started.</summary>
/// <param name="CpuNanoseconds">Processor time of all threads.</param>
/// <param name="AllocatedBytes">Allocated by all threads.</param>
internal readonly record struct Spent(double CpuNanoseconds, long AllocatedBytes)
{
    public static Spent Now() => new(Environment.CpuUsage.TotalTime.TotalNanoseconds, GC.GetTotalAllocatedBytes(precise: true));
}
