using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>
/// Keeps the processes of one isolated service alive: as many as are to work and to stand by. One that was ready, or at a caller's call, and ends is replaced at once, whatever its
/// end was; any other has failed to start, and is replaced after a delay that grows.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token's source has neither a timer nor a handle, and is looked at after the end.")]
internal sealed class WorkerPool : IWorkers
{
    /// <summary>The first delay after a failed start.</summary>
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>How long is waited for what a process wrote before its end, and until its end was told: somebody else may hold the pipe, or keep who tells.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    /// <summary>Calls that do nothing, made to each new process.</summary>
    private const int WarmCalls = 3;

    /// <summary>So often it is looked whether a process that is not ready is at a caller's call, which does not count as its time to start.</summary>
    private const int StartLooks = 10;

    private readonly Node _node;
    private readonly CallerSocket _socket;
    private readonly ServiceSocketConnection _connection;
    private readonly IsolateOptions _options;
    private readonly WorkOrder _order;
    private readonly Func<SendLink<Frame>, ValueTask>? _warmUp;
    private readonly Action<int, ExitReason> _exited;
    private readonly Action<int> _hung;
    private readonly Lock _lock = new();
    private readonly List<Worker> _workers = [];

    /// <summary>The same by their numbers, each before its session begins: whoever hears of that never waits while another is started.</summary>
    private readonly ConcurrentDictionary<int, Worker> _byProcess = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>A process has become ready, or has ended, or calls fail from now on, or all is over.</summary>
    private readonly ChangeSignal _changed = new();

    /// <summary>Starts in a row after which no process was ready.</summary>
    private int _failedStarts;

    /// <summary>Set by whoever saw the end; read anywhere: a release there pairs with the acquire in <see cref="LastExit"/>.</summary>
    private WorkerExit? _lastExit;

    /// <summary>Why calls fail; null while they wait, or are carried out. Written with a release that pairs with the acquire in <see cref="ChangeUnlessReady"/>.</summary>
    private IsolationException? _refusal;

    public WorkerPool(
        Node node,
        ServiceSocketConnection connection,
        WorkOrder order,
        IsolateOptions options,
        Func<SendLink<Frame>, ValueTask>? warmUp,
        Action<int, ExitReason> exited,
        Action<int> hung)
    {
        _node = node;
        _connection = connection;
        _socket = connection.Socket;
        _order = order;
        _options = options;
        _warmUp = warmUp;
        _exited = exited;
        _hung = hung;
        _socket.PeerChanged += OnPeerChanged;
        _socket.LostAtWork = OnLostAtWork;
        for (int i = 0; i < options.Instances + options.Standbys; i++)
        {
            _ = StartAsync(TimeSpan.Zero);
        }
    }

    /// <inheritdoc/>
    public long Started { get; private set; }

    /// <inheritdoc/>
    public WorkerExit? LastExit => Volatile.Read(ref _lastExit);

    /// <inheritdoc/>
    public int Served => 0;

    /// <summary>Whether the service was disposed, or its node has left.</summary>
    private bool IsOver => _stop.IsCancellationRequested || _socket.OutboxOrNull!.IsClosed;

    /// <inheritdoc/>
    public IReadOnlyList<WorkerReport> Report()
    {
        Worker[] workers;
        lock (_lock)
        {
            workers = [.. _workers];
        }

        return [.. workers.Select(worker => new WorkerReport(worker.Process.Id, worker.WarmedUp is { } peer && IsThere(peer), worker.Process.Confinement))];
    }

    /// <inheritdoc/>
    public Task? ChangeUnlessReady(int count)
    {
        // First, so that no change is missed between a look and the wait.
        Task change = _changed.Next;
        if (Report().Count(static worker => worker.IsReady) >= count)
        {
            return null;
        }

        return Volatile.Read(ref _refusal) is { } refusal ? throw refusal : change;
    }

    /// <inheritdoc/>
    public async Task StopAsync(Func<Task> close)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Worker[] workers;
        lock (_lock)
        {
            workers = [.. _workers];
        }

        // One grace for all of it: a worker that hangs takes no more of what was sent to it, which closing waits for.
        Deadline grace = new(_options.Grace);
        Task closing = close();
        await closing.WaitAsync(_options.Grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await Task.WhenAll(workers.Select(worker => EndAsync(worker, grace))).ConfigureAwait(false);
            await closing.ConfigureAwait(false);
        }
        finally
        {
            _changed.Raise();
        }
    }

    /// <summary>Lets go of a process, which then disposes its object and exits; one that does not in time is killed.</summary>
    private static async Task EndAsync(Worker worker, Deadline grace)
    {
        // Side by side: taking leave waits for a worker several times where that does not listen, and then ends with it.
        Task leaving = Task.Run(() => worker.Session?.Leave(grace.Remaining));
        await EndInTimeAsync(worker, grace.Remaining).ConfigureAwait(false);
        await leaving.ConfigureAwait(false);

        // Whoever is told may be who waits here.
        await worker.Told.Task.WaitAsync(s_lastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Kills a process that was let go of and stays: it hangs, or its object does not come to an end.</summary>
    private static async Task EndInTimeAsync(Worker worker, TimeSpan grace)
    {
        try
        {
            await worker.Process.Exited.WaitAsync(grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            worker.Process.Kill();
        }
    }

    /// <summary>The same where nobody disposes the service: its node left, or the session broke.</summary>
    private async Task EndWithSessionAsync(Worker worker)
    {
        if (worker.Session is { } session)
        {
            await session.Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await EndInTimeAsync(worker, _options.Grace).ConfigureAwait(false);
    }

    private async Task StartAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            Worker worker;
            lock (_lock)
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (IsOver)
                {
                    return;
                }

                ChildProcess process = ChildProcess.Start(ProcessOptions());
                try
                {
                    // There is none any more where the process has ended by now: how it did is told as of any other.
                    worker = new Worker(process);
                    _byProcess[process.Id] = worker;
                    worker.Session = process.TakeSocket() is { } socket ? _node.Adopt(socket, dials: false) : null;
                }
                catch
                {
                    _byProcess.TryRemove(process.Id, out _);
                    process.Kill();
                    throw;
                }

                _workers.Add(worker);
                Started++;
            }

            _ = WatchAsync(worker);
            _ = EndWithSessionAsync(worker);
        }
        catch (OperationCanceledException)
        {
            // The service is being disposed.
        }
        catch (Exception error)
        {
            OnFailedStart(new ExitReason { Kind = ExitKind.Failed, Error = error, Time = DateTimeOffset.UtcNow }, []);
        }
    }

    private ChildProcessOptions ProcessOptions()
    {
        ChildProcessOptions options = ChildProcessOptions.ForThisProgram();
        options.Name = _order.Name;
        options.ConnectSocket = true;
        options.OutputReceived = _options.OutputReceived;
        options.Confinement = _options.Confinement;
        options.AllowCoreDump = _options.AllowCoreDump;
        options.Grace = _options.Grace;
        options.Environment[WorkOrder.Variable] = _order.ToString();
        options.Environment[StartupHooks.Variable] = StartupHooks.WithOurs();
        return options;
    }

    /// <summary>Waits until a process has ended, and sees to the next.</summary>
    private async Task WatchAsync(Worker worker)
    {
        bool isReady = await IsReadyInTimeAsync(worker).ConfigureAwait(false);
        if (!isReady)
        {
            worker.Process.Kill();
        }

        ExitReason reason = await worker.Process.Exited.ConfigureAwait(false);
        if (!isReady)
        {
            reason = reason with { Error = new TimeoutException($"it was not ready, its warm-up included, within {_options.StartTimeout.TotalSeconds:0.###} s ({nameof(IsolateOptions)}.{nameof(IsolateOptions.StartTimeout)})") };
        }

        WorkerExit exit = new(worker.Process, reason);
        Volatile.Write(ref _lastExit, exit);
        _exited(worker.Process.Id, reason);
        worker.Told.SetResult();
        bool hadStarted = await HadStartedAsync(worker).ConfigureAwait(false);

        // Not before: who disposes the service waits for all that are there.
        lock (_lock)
        {
            _workers.Remove(worker);
        }

        // Another may have its number by now.
        _byProcess.TryRemove(new KeyValuePair<int, Worker>(worker.Process.Id, worker));
        _changed.Raise();
        bool isOver = IsOver;
        if (!isOver && hadStarted)
        {
            // The next one does not wait for this one's last words.
            _ = StartAsync(TimeSpan.Zero);
        }

        await worker.Process.OutputEnded.WaitAsync(s_lastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!isOver || !reason.IsNormal)
        {
            _node.Raise(new NodeEvent(NodeEventKind.WorkerExited, $"A worker of '{_order.Name}' has ended: {exit}"));
        }

        if (!isOver && !hadStarted)
        {
            OnFailedStart(reason, exit.LastOutput);
        }
    }

    /// <summary>False where a process hangs in its start or its warm-up, instead of becoming ready. One that ends, or is let go of, before its time is over hangs in neither.</summary>
    private async Task<bool> IsReadyInTimeAsync(Worker worker)
    {
        Task exited = worker.Process.Exited;
        for (int idle = 0; idle < StartLooks; idle += IsAtWork(worker) ? 0 : 1)
        {
            await exited.WaitAsync(_options.StartTimeout / StartLooks, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (worker.WarmedUp is not null || exited.IsCompleted || _stop.IsCancellationRequested)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a process that has ended had started: it was ready, or it ended while it may have been at a caller's call, be it before that. What it dies of otherwise, its warm-up
    /// or nothing at all, the next one would die of, too.
    /// </summary>
    private static async Task<bool> HadStartedAsync(Worker worker)
    {
        if (worker.WarmedUp is null && worker.Session is { } session)
        {
            // What it was at is known by then.
            await session.Ended.WaitAsync(s_lastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return worker.WarmedUp is not null || worker.DiedAtWork;
    }

    private void OnFailedStart(ExitReason reason, IReadOnlyList<OutputLine> output)
    {
        if (IsOver)
        {
            return;
        }

        int failed = Interlocked.Increment(ref _failedStarts);
        if (failed >= _options.MaxFailedStarts)
        {
            IsolationException refusal = new(_order.Name, reason, output);
            Volatile.Write(ref _refusal, refusal);
            _socket.OutboxOrNull!.Refuse(refusal);
            _changed.Raise();
        }

        double most = Math.Min(_options.MaxBackoff.TotalMilliseconds, s_firstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failed - 1, 30)));
        _ = StartAsync(TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2))));
    }

    private void OnPeerChanged(PeerChange change)
    {
        if (change.State == PeerState.Joined)
        {
            if (Find(change.Peer.ProcessId) is { } worker)
            {
                // Calls go to it by now, whether it is warm or not.
                worker.Reached = change.Peer;
                if (_options.Watchdog is { } watchdog)
                {
                    _ = WatchAsync(worker, change.Peer.SocketId, watchdog);
                }
            }

            _ = WarmAsync(change.Peer);
        }
        else if (change.State is PeerState.Lost or PeerState.Left && !IsOver)
        {
            // One that lives, and can't be called any more, makes room for another.
            Find(change.Peer.ProcessId)?.Process.Kill();
        }
    }

    private void OnLostAtWork(PeerIdentity server)
    {
        if (Find(server.ProcessId) is { } worker)
        {
            worker.DiedAtWork = true;
        }
    }

    /// <summary>What a call runs through in a new process is compiled with the first one: that is not left to the one that comes after a crash.</summary>
    private async Task WarmAsync(Peer peer)
    {
        for (int i = 0; i < WarmCalls && _socket.LinkTo(peer.SocketId) is { } link; i++)
        {
            await ServiceCall.PingAsync(_connection, link).ConfigureAwait(false);
        }

        if (Find(peer.ProcessId) is { } worker)
        {
            await WarmUpAsync(peer).ConfigureAwait(false);

            // One that was lost meanwhile is never ready.
            if (IsThere(peer))
            {
                worker.WarmedUp = peer;
                Volatile.Write(ref _failedStarts, 0);
                if (Interlocked.Exchange(ref _refusal, null) is not null)
                {
                    _socket.OutboxOrNull!.Accept();
                }

                _changed.Raise();
            }
        }
    }

    /// <summary>Lets the user's own first calls run.</summary>
    private async Task WarmUpAsync(Peer peer)
    {
        if (_warmUp is null || _socket.LinkTo(peer.SocketId) is not { } link)
        {
            return;
        }

        try
        {
            await Task.Run(() => _warmUp(link).AsTask()).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Of a process that is gone its end tells more.
            if (IsThere(peer))
            {
                _node.Raise(new NodeEvent(NodeEventKind.HandlerFailed, $"Warming up '{_order.Name}' failed: {error.Message}", Error: error));
            }
        }
    }

    /// <summary>Asks a process for signs of life until it ends.</summary>
    private async Task WatchAsync(Worker worker, Guid server, Watchdog watchdog)
    {
        Task<ExitReason> exited = worker.Process.Exited;
        while (await Task.WhenAny(exited, Task.Delay(watchdog.Interval, _stop.Token)).ConfigureAwait(false) != exited && !_stop.IsCancellationRequested)
        {
            if (await Pulse.IsFeltAsync(_connection, server, watchdog.Timeout).ConfigureAwait(false) || exited.IsCompleted || _stop.IsCancellationRequested)
            {
                continue;
            }

            _hung(worker.Process.Id);
            if (watchdog.Action == HangAction.Kill)
            {
                worker.Process.Kill();
            }
        }
    }

    /// <summary>Whether a process can be called, and is not dying.</summary>
    private bool IsThere(Peer peer) => _socket.LinkTo(peer.SocketId) is { IsEnding: false };

    /// <summary>Whether a process may be at a caller's call, not at its warm-up.</summary>
    private bool IsAtWork(Worker worker) => worker.Reached is { } peer && _socket.Route.IsAtWork(peer.SocketId);

    private Worker? Find(int process) => _byProcess.GetValueOrDefault(process);
}
