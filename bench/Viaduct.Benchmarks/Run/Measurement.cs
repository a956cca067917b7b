namespace Viaduct.Benchmarks.Run;

/// <summary>One repetition of one contestant.</summary>
/// <param name="P50">One way, ns; null for throughput.</param>
/// <param name="P99">One way, ns; null for throughput.</param>
/// <param name="P999">One way, ns; null for throughput.</param>
/// <param name="MessagesPerSecond">Null for latency.</param>
/// <param name="CpuNanoseconds">Processor time of both sides for each message.</param>
/// <param name="AllocatedBytes">Allocated by both sides for each message; null where it is not .NET.</param>
internal sealed record Measurement(
    double? P50, double? P99, double? P999, double? MessagesPerSecond, double CpuNanoseconds, double? AllocatedBytes)
{
    /// <summary>How this compares with the limit: latency rises above 1, throughput falls below it.</summary>
    public double? RatioTo(Measurement limit) => P50 / limit.P50 ?? MessagesPerSecond / limit.MessagesPerSecond;
}
