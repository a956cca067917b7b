namespace Viaduct.Supervision;

/// <summary>How long to wait before a restart: exponentially longer with each failure in a row, with jitter. Immutable.</summary>
public sealed record Backoff
{
    /// <summary>The default: at once the first time, then 100 ms, doubling up to 30 s, each ± 20 %; forgotten after 10 s without a failure.</summary>
    public static Backoff Default { get; } = new();

    /// <summary>No wait, however often something fails: the restart intensity is the only bound.</summary>
    public static Backoff None { get; } = new() { Initial = TimeSpan.Zero, Maximum = TimeSpan.Zero };

    /// <summary>Whether the first failure in a row waits for nothing. Defaults to true.</summary>
    public bool FirstAtOnce { get; init; } = true;

    /// <summary>The shortest wait. Defaults to 100 ms.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait, before jitter. Defaults to 30 s, at most 20 days.</summary>
    public TimeSpan Maximum { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>By what each wait is longer than the one before, at least 1. Defaults to 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The part of a wait by which it is at most longer or shorter, by lot, 0 to 1, so that many do not restart in step. Defaults to 0.2.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>After how long a run the failures before it are forgotten. Defaults to 10 s.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether only starts that fail are waited for, so that what ends after it was ready is started at once. Defaults to false. For services whose
    /// crashes are their normal life.
    /// </summary>
    public bool OnlyFailedStarts { get; init; }

    /// <summary>The wait before the restart after so many failures in a row.</summary>
    /// <param name="failures">Failures in a row, the one just seen included, 1 or more.</param>
    /// <param name="random">A number from 0 to below 1, by lot.</param>
    internal TimeSpan DelayAfter(int failures, double random)
    {
        int exponent = failures - (FirstAtOnce ? 2 : 1);
        if (exponent < 0)
        {
            return TimeSpan.Zero;
        }

        double seconds = Math.Min(Initial.TotalSeconds * Math.Pow(Factor, Math.Min(exponent, 1000)), Maximum.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (Jitter * ((2 * random) - 1))));
    }

    /// <summary>Refuses values out of range.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Initial, TimeSpan.Zero, nameof(Initial));
        ArgumentOutOfRangeException.ThrowIfLessThan(Maximum, Initial, nameof(Maximum));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Maximum, TimeSpan.FromDays(20), nameof(Maximum));
        ArgumentOutOfRangeException.ThrowIfLessThan(Quiet, TimeSpan.Zero, nameof(Quiet));
        if (!(Factor >= 1) || !double.IsFinite(Factor))
        {
            throw new ArgumentOutOfRangeException(nameof(Factor), Factor, "The factor of a backoff is at least 1.");
        }

        if (!(Jitter is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Jitter), Jitter, "The jitter of a backoff is a part, 0 to 1.");
        }
    }
}
