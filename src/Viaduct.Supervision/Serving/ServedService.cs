using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Viaduct.Supervision;

/// <summary>One program of a description: starts, stops and replaces it, and stands in for it while it does not run. Thread-safe; one thing is done at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "CloseAsync ends what it holds.")]
internal sealed partial class ServedService
{
    private readonly Node _node;
    private readonly Action<string, string> _tell;
    private readonly Func<ServedService, Task> _wanted;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();

    /// <summary>Under the turn; read by anybody.</summary>
    private volatile ServedSpec _spec;
    private volatile LogFile _log;
    private volatile ServiceProbe[] _probes;
    private volatile ServedRun? _run;

    /// <summary>Where it stands while nothing runs, or what is done with what runs.</summary>
    private ServedState _resting = ServedState.Stopped;
    private DateTimeOffset _since = DateTimeOffset.UtcNow;
    private string? _lastExit;

    /// <summary>Under the gate.</summary>
    private ServiceStandby? _standby;

    /// <summary>Ends the wait for a start, for somebody who wants it stopped.</summary>
    private CancellationTokenSource _patience = new();

    /// <summary>Ended for good; set before the wait for a start is ended, so that no later one begins.</summary>
    private volatile bool _isClosed;
    private int _looking;

    /// <param name="node">The node that looks after it, where its process is to meet others.</param>
    /// <param name="spec">What it is.</param>
    /// <param name="tell">Told what happens: its name and a line.</param>
    /// <param name="wanted">Called when somebody calls it while it does not run.</param>
    public ServedService(Node node, ServedSpec spec, Action<string, string> tell, Func<ServedService, Task> wanted)
    {
        _node = node;
        _spec = spec;
        _tell = tell;
        _wanted = wanted;
        _log = new LogFile(spec.Log);
        _probes = [.. spec.Offers.Select(offer => new ServiceProbe(node, offer))];
    }

    /// <summary>What it is.</summary>
    public ServedSpec Spec => _spec;

    /// <summary>Its output.</summary>
    public LogFile Log => _log;

    /// <summary>Where it stands.</summary>
    public ServedStatus Status()
    {
        ServedRun? run = _run;
        ServedState state = _resting;
        (int? process, long restarts, string? exit, DateTimeOffset since) = (null, 0, _lastExit, _since);
        if (run is not null)
        {
            ChildReport report = run.Report;
            restarts = report.Restarts;
            exit = report.LastExit?.ToString() ?? exit;
            since = report.Since;
            process = run.Process is { } one && !one.Exited.IsCompleted ? one.Id : null;
            state = state == ServedState.Stopping ? state
                : report.State == ChildState.Waiting ? ServedState.Waiting
                : run.Process is { IsReady: true } ? ServedState.Running
                : ServedState.Starting;
        }

        return new ServedStatus(_spec.Name, state, [.. _spec.Offers.Select(static offer => offer.Service)], process, restarts, since, ProcessMemory.Of(process), exit);
    }

    /// <summary>Brings it to where it is at the beginning: started, or waiting for the first call.</summary>
    /// <exception cref="SupervisionException">It does not serve, or was ended for good; the message says why.</exception>
    public Task BeginAsync() => _spec.OnDemand ? InTurnAsync(() =>
    {
        RequireOpen();
        StandBy();
        return Task.CompletedTask;
    }) : StartAsync();

    /// <summary>Starts it, unless it runs, and waits until it serves.</summary>
    /// <exception cref="SupervisionException">It does not serve; the message says why.</exception>
    public Task StartAsync() => InTurnAsync(async () =>
    {
        RequireOpen();
        if (_run is null)
        {
            ServedRun run = await LaunchAsync(_spec).ConfigureAwait(false);
            Adopt(run);
            await UntilReadyAsync(run).ConfigureAwait(false);
        }
    });

    /// <summary>Stops it; calls wait from then on.</summary>
    public async Task StopAsync()
    {
        await HurryAsync().ConfigureAwait(false);
        await InTurnAsync(async () =>
        {
            await EndAsync().ConfigureAwait(false);
            Swap(null);
            Rest(ServedState.Stopped);
        }).ConfigureAwait(false);
    }

    /// <summary>Replaces what runs by a new process, and what it is by something else where that is given.</summary>
    /// <exception cref="SupervisionException">The new one does not serve; the old one goes on.</exception>
    public async Task ReplaceAsync(ServedSpec? replacement = null)
    {
        await HurryAsync().ConfigureAwait(false);
        await InTurnAsync(async () =>
        {
            RequireOpen();
            bool ran = _run is not null;
            if (replacement is not null)
            {
                Change(replacement);
                if (!ran && _resting == ServedState.Stopped)
                {
                    return;
                }

                if (!ran && _resting == ServedState.Standby && replacement.OnDemand)
                {
                    StandBy();
                    return;
                }
            }

            await (ran && _spec.Overlap ? OverlapAsync() : OneAfterTheOtherAsync()).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Ends it for good.</summary>
    public async Task CloseAsync()
    {
        _isClosed = true;
        await StopAsync().ConfigureAwait(false);
        Array.ForEach(_probes, static probe => probe.Dispose());
        _log.Dispose();
    }

    /// <summary>Looks whether it is still called, and stops it if it is not; called now and then.</summary>
    public void Look()
    {
        if (_spec.IdleStop is { } idle && _run is { Process: { IsReady: true } process } run && Interlocked.Exchange(ref _looking, 1) == 0)
        {
            _ = LookAsync(run, process, idle);
        }
    }

    private async Task LookAsync(ServedRun run, ServedProcess process, TimeSpan idle)
    {
        try
        {
            using CancellationTokenSource late = new(TimeSpan.FromSeconds(5));
            await process.LookAsync(late.Token).ConfigureAwait(false);
            if (process.Idle >= idle)
            {
                await InTurnAsync(async () =>
                {
                    if (_run == run && process.IsReady)
                    {
                        Note(string.Create(CultureInfo.InvariantCulture, $"was not called for {idle.TotalSeconds:0.###} s"));

                        // Somebody must be there for calls before it goes.
                        StandBy();
                        await EndAsync().ConfigureAwait(false);
                        Rest(ServedState.Standby);
                    }
                }).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // It does not answer, so it has something to do.
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    /// <summary>Waits for the first call.</summary>
    private void StandBy()
    {
        _resting = ServedState.Standby;
        _since = DateTimeOffset.UtcNow;
        Swap(() => ServiceStandby.Waiting(_node, _spec.Offers, () => _ = _wanted(this)));
    }

    private void Rest(ServedState state)
    {
        _resting = state;
        _since = DateTimeOffset.UtcNow;
    }

    /// <summary>Has something else stand in for the program; null = nothing. The new one is there before the old one goes.</summary>
    private void Swap(Func<ServiceStandby>? next)
    {
        lock (_gate)
        {
            ServiceStandby? before = _standby;
            _standby = next?.Invoke();
            before?.Dispose();
        }
    }

    /// <summary>It is something else from now on.</summary>
    private void Change(ServedSpec spec)
    {
        ServedSpec old = _spec;
        _spec = spec;
        if (!old.Offers.SequenceEqual(spec.Offers))
        {
            ServiceProbe[] before = _probes;
            _probes = [.. spec.Offers.Select(offer => new ServiceProbe(_node, offer))];
            Array.ForEach(before, static probe => probe.Dispose());
        }

        if (old.Log != spec.Log)
        {
            LogFile before = _log;
            _log = new LogFile(spec.Log);
            before.Dispose();
        }
    }

    /// <summary>Nothing is begun that nobody would end: whoever asked may have waited for its turn while this was ended for good.</summary>
    private void RequireOpen()
    {
        if (_isClosed)
        {
            throw new SupervisionException($"The service '{_spec.Name}' is served no more.");
        }
    }

    /// <summary>Ends a wait for a start that somebody does not want any more.</summary>
    private Task HurryAsync() => Interlocked.Exchange(ref _patience, new CancellationTokenSource()).CancelAsync();

    private async Task InTurnAsync(Func<Task> work)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void OnHappened(SupervisorEvent happened)
    {
        string? words = happened.Kind switch
        {
            SupervisorEventKind.Exited or SupervisorEventKind.Stopped => $"{happened.Exit}",
            SupervisorEventKind.Restarting => string.Create(CultureInfo.InvariantCulture, $"is started again in {happened.Delay.TotalSeconds:0.###} s"),
            SupervisorEventKind.Hung => "does not answer, and is killed",
            SupervisorEventKind.GaveUp => "ended too often, and is given up",
            _ => null,
        };
        if (words is not null)
        {
            Note(words);
        }
    }

    private void Note(string text)
    {
        _log.Note(text);
        _tell(_spec.Name, text);
    }
}
