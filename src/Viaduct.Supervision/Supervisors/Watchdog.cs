namespace Viaduct.Supervision;

/// <summary>How a supervisor finds out that a child hangs; the child must be <see cref="IResponsive"/>, or its start fails. Immutable.</summary>
public sealed record Watchdog
{
    /// <summary>How long after an answer the child is asked again. Defaults to 5 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take. Defaults to 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is done when it takes longer. Defaults to <see cref="HangAction.Kill"/>.</summary>
    public HangAction Action { get; init; }

    /// <summary>Refuses values out of range.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Interval, TimeSpan.Zero, nameof(Interval));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero, nameof(Timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Interval, TimeSpan.FromDays(24), nameof(Interval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Timeout, TimeSpan.FromDays(24), nameof(Timeout));
    }
}
