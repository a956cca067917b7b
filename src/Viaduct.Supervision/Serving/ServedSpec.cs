namespace Viaduct.Supervision;

/// <summary>A program that is kept serving, as a description file describes it. Immutable.</summary>
internal sealed record ServedSpec
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The program: an absolute path, or a name that is looked for in <c>PATH</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Changes to its environment; null takes a variable out.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Where it starts.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>What it serves.</summary>
    public IReadOnlyList<ServedOffer> Offers { get; init; } = [];

    /// <summary>Whether the first call starts it.</summary>
    public bool OnDemand { get; init; }

    /// <summary>After how long without a call it is stopped; null = never.</summary>
    public TimeSpan? IdleStop { get; init; }

    /// <summary>How long it may take until it serves.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it has to end.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a new process may run before the old one has ended.</summary>
    public bool Overlap { get; init; } = true;

    /// <summary>Whether it is started again when it ends.</summary>
    public RestartKind Restart { get; init; }

    /// <summary>How often that may be within <see cref="Within"/>, those not counted that had served; 0 = never, whatever it had done; null = without a limit.</summary>
    public int? MostRestarts { get; init; } = 5;

    /// <summary>The time over which restarts are counted.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long is waited before restarts.</summary>
    public Backoff Backoff { get; init; } = Backoff.Default;

    /// <summary>How it is found out that it hangs; null = it is not.</summary>
    public Watchdog? Watchdog { get; init; }

    /// <summary>What it may do.</summary>
    public Confinement Confinement { get; init; } = Confinement.None;

    /// <summary>Where its output goes.</summary>
    public required ServedLog Log { get; init; }

    /// <summary>Who is started before it.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>All of it as the file says it: who has the same needs no restart.</summary>
    public required string Text { get; init; }
}
