using System.Diagnostics;

namespace Viaduct.Links;

/// <summary>A time limit over several waits.</summary>
internal readonly struct Deadline(TimeSpan timeout)
{
    private readonly long _end = timeout < TimeSpan.Zero ? long.MaxValue : Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);

    /// <summary>What is left: negative = for ever, zero = nothing.</summary>
    public TimeSpan Remaining => _end == long.MaxValue
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromSeconds(Math.Max(0, (double)(_end - Stopwatch.GetTimestamp()) / Stopwatch.Frequency));
}
