namespace Viaduct.Supervision;

/// <summary>What a supervisor starts, and how it treats it. Not changed once a supervisor has it.</summary>
public sealed class ChildSpec
{
    /// <summary>Describes a child of any kind.</summary>
    /// <param name="name">Its name, of which a supervisor has one only.</param>
    /// <param name="start">
    /// Starts it, and returns when it is ready to be used: whoever comes after it may depend on it. Called again for each restart. The token is cancelled when
    /// the start takes too long or the supervisor stops.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ChildSpec(string name, Func<CancellationToken, ValueTask<ISupervised>> start)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(start);
        Name = name;
        Start = (_, cancellationToken) => start(cancellationToken);
    }

    private ChildSpec(string name, Func<Supervisor, CancellationToken, ValueTask<ISupervised>> start)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Start = start;
    }

    /// <summary>The child's name.</summary>
    public string Name { get; }

    /// <summary>Whether it is started again. Defaults to <see cref="RestartKind.Permanent"/>.</summary>
    public RestartKind Restart { get; set; }

    /// <summary>How long it has to end when it is stopped, before it is ended. Defaults to 5 s; that of a supervisor to 30 s. Zero = ended at once.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a start may take. Defaults to 30 s; that of a supervisor to 5 minutes.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How it is found out that it hangs. Defaults to null: it is not.</summary>
    public Watchdog? Watchdog { get; set; }

    /// <summary>Whether the end of a child that ran does not count against the restart intensity. Defaults to null: each counts.</summary>
    internal Func<ISupervised, bool>? IsForgiven { get; init; }

    /// <summary>Starts it under a supervisor.</summary>
    internal Func<Supervisor, CancellationToken, ValueTask<ISupervised>> Start { get; }

    /// <summary>A child process; it counts as ready once it runs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Makes the options for each start.</param>
    public static ChildSpec ForProcess(string name, Func<ChildProcessOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new ChildSpec(name, _ => ValueTask.FromResult<ISupervised>(ChildProcess.Start(options())));
    }

    /// <summary>A task of this process, on the thread pool.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">What to run, anew for each restart; the token is cancelled when it shall stop.</param>
    public static ChildSpec ForTask(string name, Func<CancellationToken, Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ChildSpec(name, (parent, _) => ValueTask.FromResult<ISupervised>(SupervisedTask.Run(run, parent.Time)));
    }

    /// <summary>A task of this process that shows that it does not hang; a <see cref="Watchdog"/> looks at it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="run">What to run, anew for each restart; it beats each time its loop goes round.</param>
    public static ChildSpec ForTask(string name, Func<Heartbeat, CancellationToken, Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ChildSpec(name, (parent, _) => ValueTask.FromResult<ISupervised>(SupervisedTask.Run(run, parent.Time)));
    }

    /// <summary>A supervisor below a supervisor: when it gives up, the one above it treats that as any other failure.</summary>
    /// <param name="name">Its name; the one in the options is not used.</param>
    /// <param name="options">Its options. Its events go to the supervisor above it too.</param>
    /// <param name="children">Its children.</param>
    public static ChildSpec ForSupervisor(string name, SupervisorOptions options, params IEnumerable<ChildSpec> children)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(children);
        ChildSpec[] specs = [.. children];
        return new ChildSpec(name, async (parent, cancellationToken) =>
            await Supervisor.StartAsync(options, specs, parent, name, cancellationToken).ConfigureAwait(false))
        {
            Grace = TimeSpan.FromSeconds(30),
            StartTimeout = TimeSpan.FromMinutes(5),
        };
    }

    /// <summary>Refuses values out of range.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Grace, TimeSpan.Zero, nameof(Grace));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Grace, TimeSpan.FromDays(24), nameof(Grace));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero, nameof(StartTimeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(StartTimeout, TimeSpan.FromDays(24), nameof(StartTimeout));
        Watchdog?.Check();
    }
}
