using System.Diagnostics;

namespace Viaduct.Links;

/// <summary>A time limit over several waits.</summary>
internal readonly struct Deadline(TimeSpan timeout)
{
    /// <summary>Longer than this is for ever.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    private readonly long _end = EndOf(timeout);

    /// <summary>When a time limit ends, as a stopwatch's time stamp; <see cref="long.MaxValue"/> = never.</summary>
    public static long EndOf(TimeSpan timeout) => timeout < TimeSpan.Zero || timeout > s_longest
        ? long.MaxValue
        : Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);

    /// <summary>What is left: negative = for ever, zero = nothing.</summary>
    public TimeSpan Remaining => _end == long.MaxValue
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.FromSeconds(Math.Max(0, (double)(_end - Stopwatch.GetTimestamp()) / Stopwatch.Frequency));
}
