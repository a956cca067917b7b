namespace Viaduct.Supervision;

/// <summary>A program that runs, with all its restarts: a supervisor of one child. Thread-safe.</summary>
internal sealed class ServedRun
{
    private readonly ServedSpec _spec;
    private readonly Action<SupervisorEvent> _happened;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Supervisor? _supervisor;
    private ServedProcess? _process;

    private ServedRun(ServedSpec spec, Action<SupervisorEvent> happened)
    {
        _spec = spec;
        _happened = happened;
    }

    /// <summary>The process there is, or was last.</summary>
    public ServedProcess? Process => Volatile.Read(ref _process);

    /// <summary>Completes when it serves for the first time.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when it has ended and is not started again, though nobody stopped it.</summary>
    public Task Over => _over.Task;

    /// <summary>Why it is over, where that was no end in order.</summary>
    public string? Failure { get; private set; }

    /// <summary>Raised each time that a process serves.</summary>
    public event Action? BecameReady;

    /// <summary>Where it stands.</summary>
    public ChildReport Report => _supervisor!.Report().Children[0];

    /// <summary>Starts it.</summary>
    public static async Task<ServedRun> StartAsync(ServedSpec spec, Func<ServedProcess> start, Action<SupervisorEvent> happened)
    {
        ServedRun run = new(spec, happened);
        SupervisorOptions options = new()
        {
            Name = "services",
            MaxRestarts = spec.MostRestarts,
            Within = spec.Within,
            Backoff = spec.Backoff,
            Happened = run.OnHappened,
        };
        ChildSpec child = new(spec.Name, _ => ValueTask.FromResult<ISupervised>(run.Begin(start())))
        {
            Restart = spec.Restart,
            Grace = spec.StopGrace,

            // Whatever a call does to the process that carries it out must not end the service for all others, unless it is never to be restarted.
            IsForgiven = spec.MostRestarts == 0 ? null : static process => process is ServedProcess { HasServed: true },

            // The asking itself has the bound: it tells a busy one from one that hangs.
            Watchdog = spec.Watchdog is { } watchdog ? watchdog with { Timeout = (watchdog.Timeout * 2) + TimeSpan.FromSeconds(1) } : null,
        };
        run._supervisor = await Supervisor.StartAsync(options, [child]).ConfigureAwait(false);
        _ = run.WatchAsync(run._supervisor);
        return run;
    }

    /// <summary>Stops it in order.</summary>
    public async Task StopAsync()
    {
        if (_supervisor is { } supervisor)
        {
            await supervisor.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ServedProcess Begin(ServedProcess process)
    {
        Volatile.Write(ref _process, process);
        _ = ListenAsync(process);
        return process;
    }

    private async Task ListenAsync(ServedProcess process)
    {
        if (await process.Ready.ConfigureAwait(false))
        {
            _ready.TrySetResult();
            BecameReady?.Invoke();
        }
    }

    private void OnHappened(SupervisorEvent happened)
    {
        _happened(happened);
        if (happened is { Kind: SupervisorEventKind.Exited, Exit: { } exit }
            && (_spec.Restart == RestartKind.Temporary || (_spec.Restart == RestartKind.Transient && exit.IsNormal)))
        {
            Failure = exit.IsNormal ? null : $"{exit}";
            _over.TrySetResult();
        }
    }

    private async Task WatchAsync(Supervisor supervisor)
    {
        ExitReason exit = await supervisor.Exited.ConfigureAwait(false);
        if (exit.Kind == ExitKind.GaveUp)
        {
            Failure = exit.Error?.Message ?? exit.ToString();
            _over.TrySetResult();
        }
    }
}
