namespace Viaduct.Supervision;

/// <summary>What a child may do, set on it by the kernel before its first instruction and not to be undone by it. Immutable; a builder by <c>with</c>.</summary>
/// <remarks>
/// Everything is taken on by a thread of its own in the parent, which then starts the child and ends; the child inherits it whole, and nothing in
/// the child has to cooperate. What the system can't give is reported (<see cref="ChildProcess.Confinement"/>); <see cref="Require"/> makes that an error before
/// the child exists.
/// </remarks>
public sealed record Confinement
{
    /// <summary>No confinement.</summary>
    public static Confinement None { get; } = new();

    /// <summary>
    /// Files as in <see cref="Strict"/>, and sockets of the usual kinds: for a child that needs the network. TCP ports can be limited with
    /// <see cref="ConnectPorts"/> and <see cref="BindPorts"/>.
    /// </summary>
    public static Confinement Network { get; } = new()
    {
        NoNewPrivileges = true,
        DropCapabilities = true,
        DeniedCalls = DeniedCalls.All & ~DeniedCalls.Sockets,
        LimitFiles = true,
    };

    /// <summary>
    /// Computing only: reads its own program, the runtime and the system's libraries; writes no file; starts no process; makes no socket; has no
    /// capability. It talks to its parent over what it inherits.
    /// </summary>
    public static Confinement Strict { get; } = new()
    {
        NoNewPrivileges = true,
        DropCapabilities = true,
        DeniedCalls = DeniedCalls.All,
        LimitFiles = true,
        OwnNetwork = true,
        OwnIpc = true,
    };

    /// <summary>Whether no program that it executes may gain rights. Implied by every other part but limits. Defaults to false.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Whether it loses all capabilities, which matters where this process runs as root. Defaults to false.</summary>
    public bool DropCapabilities { get; init; }

    /// <summary>Which system calls are denied. Defaults to none.</summary>
    public DeniedCalls DeniedCalls { get; init; }

    /// <summary>
    /// Whether it reaches only its program, the .NET runtime and the system's libraries, the kernel's own files that a runtime reads, and what
    /// <see cref="Readable"/> and <see cref="Writable"/> name. Defaults to false.
    /// </summary>
    public bool LimitFiles { get; init; }

    /// <summary>Files and directories with all below them that it may read beside those. Used with <see cref="LimitFiles"/>.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Files and directories with all below them that it may read, write, make and remove. Used with <see cref="LimitFiles"/>.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>The TCP ports that it may connect to, 0 to 65535; null (the default) = not limited.</summary>
    public IReadOnlyList<int>? ConnectPorts { get; init; }

    /// <summary>The TCP ports that it may listen on, 0 to 65535; null (the default) = not limited.</summary>
    public IReadOnlyList<int>? BindPorts { get; init; }

    /// <summary>Whether it has a network of its own with nothing in it. Needs CAP_SYS_ADMIN. Defaults to false.</summary>
    public bool OwnNetwork { get; init; }

    /// <summary>
    /// Whether System V shared memory, semaphores and messages, and POSIX message queues, are its own, and none are there at first. Needs CAP_SYS_ADMIN;
    /// <see cref="DeniedCalls.Ipc"/> takes them away without. Defaults to false.
    /// </summary>
    public bool OwnIpc { get; init; }

    /// <summary>
    /// The most private memory, in bytes, that it may have for writing: heaps, stacks and the runtime's own data, of which .NET needs about
    /// 100 MiB for itself (RLIMIT_DATA). The garbage collector of .NET is told three quarters of it as its hard limit, so that what does not fit is an
    /// <see cref="OutOfMemoryException"/>. Shared memory is not counted. At least 1 MiB; null (the default) = not limited.
    /// </summary>
    public long? Memory { get; init; }

    /// <summary>
    /// The most processor time of all its threads together, rounded up to seconds (RLIMIT_CPU); beyond it is ended by SIGXCPU, a second later by SIGKILL.
    /// Null (the default) = not limited.
    /// </summary>
    public TimeSpan? ProcessorTime { get; init; }

    /// <summary>The most descriptors open at once (RLIMIT_NOFILE); .NET itself needs some 60. Null (the default) = the parent's.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>
    /// The longest file, in bytes, that it may make or lengthen, shared memory included (RLIMIT_FSIZE); beyond it is ended by SIGXFSZ. Below 4 GiB a .NET
    /// child maps its code writable, since it would need a memory file of 2 GiB otherwise. Null (the default) = not limited.
    /// </summary>
    public long? FileSize { get; init; }

    /// <summary>
    /// The most threads and processes of its user on this machine, those of others included (RLIMIT_NPROC). The kernel does not apply it to root, with or without
    /// capabilities, nor to who keeps CAP_SYS_RESOURCE or CAP_SYS_ADMIN: <see cref="ConfinementParts.Limits"/> is then reported as missing. Null (the default) = the parent's.
    /// </summary>
    public int? Processes { get; init; }

    /// <summary>The parts without which the child must not run: where one of them can't be had, the start fails. Defaults to none.</summary>
    public ConfinementParts Required { get; init; }

    /// <summary>The parts that this asks for.</summary>
    public ConfinementParts Asked =>
        (NeedsNoNewPrivileges ? ConfinementParts.NoNewPrivileges : 0)
        | (DropCapabilities ? ConfinementParts.Capabilities : 0)
        | (DeniedCalls.HasFlag(DeniedCalls.Processes) ? ConfinementParts.Processes : 0)
        | ((DeniedCalls & ~DeniedCalls.Processes) != 0 ? ConfinementParts.SystemCalls : 0)
        | (LimitFiles ? ConfinementParts.Files | ConfinementParts.Scope : 0)
        | (ConnectPorts is not null || BindPorts is not null ? ConfinementParts.Ports : 0)
        | (OwnNetwork ? ConfinementParts.NetworkNamespace : 0)
        | (OwnIpc ? ConfinementParts.IpcNamespace : 0)
        | (HasLimits ? ConfinementParts.Limits : 0);

    /// <summary>Whether a ruleset of Landlock is needed.</summary>
    internal bool NeedsRuleset => LimitFiles || ConnectPorts is not null || BindPorts is not null;

    internal bool HasLimits => Memory is not null || ProcessorTime is not null || OpenFiles is not null || FileSize is not null || Processes is not null;

    private bool NeedsNoNewPrivileges => NoNewPrivileges || DropCapabilities || DeniedCalls != 0 || NeedsRuleset || OwnNetwork || OwnIpc;

    /// <summary>The same, and what can't be had is an error before the child exists (<see cref="ConfinementException"/>).</summary>
    /// <param name="parts">The parts that must be had; those not asked for do not count. Defaults to all.</param>
    public Confinement Require(ConfinementParts parts = ConfinementParts.All) => this with { Required = parts };

    /// <summary>The same, and these files, and directories with all below them, may be read.</summary>
    public Confinement AllowReading(params IEnumerable<string> paths) => this with { Readable = [.. Readable, .. paths] };

    /// <summary>The same, and these files, and directories with all below them, may be read, written, made and removed.</summary>
    public Confinement AllowWriting(params IEnumerable<string> paths) => this with { Writable = [.. Writable, .. paths] };

    /// <summary>Refuses values out of range.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Memory ?? long.MaxValue, 1 << 20, nameof(Memory));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ProcessorTime ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(ProcessorTime));
        ArgumentOutOfRangeException.ThrowIfLessThan(OpenFiles ?? int.MaxValue, 1, nameof(OpenFiles));
        ArgumentOutOfRangeException.ThrowIfNegative(FileSize ?? 0, nameof(FileSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(Processes ?? int.MaxValue, 1, nameof(Processes));
        foreach (int port in (ConnectPorts ?? []).Concat(BindPorts ?? []))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(port);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        }
    }
}
