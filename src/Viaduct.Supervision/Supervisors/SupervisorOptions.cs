namespace Viaduct.Supervision;

/// <summary>How a supervisor treats its children. Read once, when it starts. Not thread-safe.</summary>
public sealed class SupervisorOptions
{
    /// <summary>The supervisor's name in events and reports. Defaults to <c>supervisor</c>.</summary>
    public string Name { get; set; } = "supervisor";

    /// <summary>Which children are restarted when one ends. Defaults to <see cref="RestartStrategy.OneForOne"/>.</summary>
    public RestartStrategy Strategy { get; set; }

    /// <summary>
    /// How many restarts are allowed within <see cref="Within"/> (the restart intensity); one more, and the supervisor gives up: it stops everything and
    /// ends with <see cref="ExitKind.GaveUp"/>. Defaults to 3; null = no limit.
    /// </summary>
    /// <remarks>
    /// The number bounds a burst, the number divided by the time the sustained rate. Over a tree the numbers multiply: three levels with 3 each see
    /// 64 crashes before the program ends, since each gives up at the fourth.
    /// </remarks>
    public int? MaxRestarts { get; set; } = 3;

    /// <summary>The time over which restarts are counted. Defaults to 10 s.</summary>
    public TimeSpan Within { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long is waited before restarts. Defaults to <see cref="Backoff.Default"/>.</summary>
    public Backoff Backoff { get; set; } = Backoff.Default;

    /// <summary>
    /// Called with each event of the supervisor, in order, and of those below it, which may come at the same time, on threads of the pool; must not
    /// block. Defaults to null. What it throws is ignored.
    /// </summary>
    public Action<SupervisorEvent>? Happened { get; set; }

    /// <summary>The clock for everything. Defaults to the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where jitter comes from. Defaults to <see cref="Random.Shared"/>.</summary>
    public Random Random { get; set; } = Random.Shared;

    /// <summary>Refuses values out of range.</summary>
    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentNullException.ThrowIfNull(Backoff);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Random);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRestarts ?? 0, nameof(MaxRestarts));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Within, TimeSpan.Zero, nameof(Within));
        Backoff.Check();
    }
}
