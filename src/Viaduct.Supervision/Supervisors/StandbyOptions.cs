namespace Viaduct.Supervision;

/// <summary>How a <see cref="StandbyPool{T}"/> keeps children ready. Read once. Not thread-safe.</summary>
public sealed class StandbyOptions
{
    /// <summary>How many are kept ready, 1 to 1024. Defaults to 1.</summary>
    public int Count { get; set; } = 1;

    /// <summary>How long is waited after starts that fail, and after children that end before they are taken. Defaults to <see cref="Backoff.Default"/>.</summary>
    public Backoff Backoff { get; set; } = Backoff.Default;

    /// <summary>How long a child that nobody took has to end when the pool is disposed. Defaults to zero: it has done nothing yet.</summary>
    public TimeSpan Grace { get; set; }

    /// <summary>
    /// Called with the reason when a start failed or a child ended before it was taken, on threads of the pool; must not block. Defaults to null. What it
    /// throws is ignored.
    /// </summary>
    public Action<ExitReason>? Failed { get; set; }

    /// <summary>The clock. Defaults to the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Refuses values out of range.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1, nameof(Count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Count, 1024, nameof(Count));
        ArgumentOutOfRangeException.ThrowIfLessThan(Grace, TimeSpan.Zero, nameof(Grace));
        ArgumentNullException.ThrowIfNull(Backoff);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        Backoff.Check();
    }
}
