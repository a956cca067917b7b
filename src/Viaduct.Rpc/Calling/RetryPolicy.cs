namespace Viaduct.Rpc;

/// <summary>
/// When a call is made again because whoever carried it out was lost. A call that had not been started is made again always; one that had been only if
/// its method is <see cref="IdempotentAttribute"/>. Immutable.
/// </summary>
/// <remarks>
/// The delays double with each attempt and are drawn at random between half and the whole ("equal jitter", Brooker, AWS Architecture Blog 2015), so that the callers
/// of a service that comes back do not come at once. The budget is that of gRPC's retry throttling (proposal A6): it keeps retries from swamping a sick service.
/// </remarks>
public sealed class RetryPolicy
{
    /// <summary>Never makes a call twice.</summary>
    public static RetryPolicy None { get; } = new() { MaxAttempts = 1 };

    /// <summary>
    /// How often a call is begun at the most, from 1 to 100. Defaults to 3: a call that has cost so many servers their lives ends in a
    /// <see cref="PoisonedCallException"/>. Attempts that nobody began do not count; with 1 they are not repeated either, and one that was lost with its server ends in a <see cref="PeerLostException"/>, or in an <see cref="OutcomeUnknownException"/> if it may have been begun and must not be made twice.
    /// </summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The longest delay before the second attempt, from 0 to one minute. Defaults to 0: another one may be there already.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.Zero;

    /// <summary>The longest delay before any attempt, from <see cref="MinDelay"/> to one minute. Defaults to 1 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many retries are allowed in a row over all calls of a connection, from 1 to 1,000,000. Defaults to 100. Each call that succeeds pays for a tenth of one; one that
    /// ends in a <see cref="PoisonedCallException"/> gives back what it took but for one. Without any left a call ends in a <see cref="PeerLostException"/> that says so.
    /// </summary>
    public int Budget { get; init; } = 100;

    /// <summary>Checks every property.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range.</exception>
    internal void Validate()
    {
        Range(MaxAttempts is >= 1 and <= 100, nameof(MaxAttempts), MaxAttempts, "1 to 100");
        Range(MinDelay >= TimeSpan.Zero && MinDelay <= TimeSpan.FromMinutes(1), nameof(MinDelay), MinDelay, "0 to one minute");
        Range(MaxDelay >= MinDelay && MaxDelay <= TimeSpan.FromMinutes(1), nameof(MaxDelay), MaxDelay, "MinDelay to one minute");
        Range(Budget is >= 1 and <= 1_000_000, nameof(Budget), Budget, "1 to 1,000,000");
    }

    /// <summary>How long to wait after so many attempts.</summary>
    internal TimeSpan DelayAfter(int attempts)
    {
        if (MinDelay == TimeSpan.Zero && attempts == 1)
        {
            return TimeSpan.Zero;
        }

        double first = Math.Max(MinDelay.TotalMilliseconds, 1);
        double most = Math.Min(MaxDelay.TotalMilliseconds, first * Math.Pow(2, attempts - 1));
        return TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    private static void Range(bool isInside, string property, object value, string range)
    {
        if (!isInside)
        {
            throw new ArgumentOutOfRangeException(property, value, $"{property} must be {range}.");
        }
    }
}
