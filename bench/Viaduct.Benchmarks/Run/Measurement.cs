namespace Viaduct.Benchmarks.Run;

/// <summary>One repetition of one contestant.</summary>
/// <param name="Times">Null where a rate is measured.</param>
/// <param name="MessagesPerSecond">Null where times are measured.</param>
/// <param name="CpuNanoseconds">Processor time of both sides for each message; null where it is of no interest.</param>
/// <param name="AllocatedBytes">Allocated by both sides for each message; null where it is not .NET.</param>
internal sealed record Measurement(Percentiles? Times, double? MessagesPerSecond, double? CpuNanoseconds, double? AllocatedBytes)
{
    /// <summary>How this compares with another: a duration's ratio where there is one, else the rate's.</summary>
    public double? RatioTo(Measurement other) => Times?.P50 / other.Times?.P50 ?? MessagesPerSecond / other.MessagesPerSecond;
}
