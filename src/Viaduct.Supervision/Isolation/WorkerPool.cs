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
[SuppressMessage("Design", "CA1001", Justification = "Neither the token's source nor the semaphore has a timer or a handle, and both are looked at after the end.")]
internal sealed partial class WorkerPool : IWorkers
{
    /// <summary>The first delay after a failed start.</summary>
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>How long is waited for what a process wrote before its end, and until its end was told: somebody else may hold the pipe, or keep who tells.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly Node _node;
    private readonly CallerSocket _socket;
    private readonly ServiceSocketConnection _connection;
    private readonly IsolateOptions _options;
    private readonly WorkOrder _order;
    private readonly Func<SendLink<Frame>, ValueTask>? _warmUp;
    private readonly Action<int, ExitReason> _exited;
    private readonly Action<int> _hung;

    /// <summary>
    /// Entered by each warm-up until it returns, be its process gone or not: besides those that all processes need as many may be left behind as starts in a row may fail, and no more.
    /// </summary>
    private readonly SemaphoreSlim _warmUps;
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
        _warmUps = new SemaphoreSlim(options.Instances + options.Standbys + options.MaxFailedStarts);
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

    private Worker? Find(int process) => _byProcess.GetValueOrDefault(process);
}
