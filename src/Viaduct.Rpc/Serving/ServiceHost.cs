using System.Runtime.InteropServices;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>A service as a node serves it: threads that receive its calls and carry them out. Thread-safe; dispose it to end that.</summary>
public sealed class ServiceHost : IDisposable, IAsyncDisposable
{
    /// <summary>How often it is looked whether the last call has ended, and whether one waits for an answer of its caller's.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest time between two looks whether answers have to be taken for threads that methods keep.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(40);

    private readonly CalleeSocket _socket;
    private readonly CallServer _server;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Held by who carries out what the threads have left: one at a time, as they may have done it.</summary>
    private readonly Lock _leftGate = new();

    /// <summary>Requests for <see cref="OwnMethods.State"/>, and pings: they are no work of the service's.</summary>
    private long _asked;
    private int _disposed;

    /// <summary>1 while somebody looks after answers that no thread here takes.</summary>
    private int _looksAfter;

    internal ServiceHost(Node node, ServiceSpec spec, ServiceDispatcher dispatcher, ServeOptions options)
    {
        _server = new CallServer(
            dispatcher, spec.Name, (caller, id, frame) => _socket!.Answer(caller.SocketId, id, frame), WayTo, options.TellsStackTraces, isConcurrent: options.Threads > 1)
        {
            Own = request => AnswerOwn(request, spec.Contract),
            GaveUp = () => _socket!.GiveUp(),
            Failed = error => _socket!.Node.RaiseThrown(_socket, error),
        };
        _socket = node.OpenCallee(
            spec, new ServerOptions { Wait = options.Wait }, _server.Forget, LateAnswer.Release, _server.Replace, _server.TryCancel, _server.BreakPromise,
            (caller, frame) => Volatile.Read(ref _disposed) == 0 && _server.GoesOn(caller, frame));
        _socket.AnswerAwaited = LookAfterAnswers;
        _threads = new Thread[options.Threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"{spec.Name} {i + 1}" };
            _threads[i].UnsafeStart();
        }
    }

    /// <summary>The service's name.</summary>
    public string Name => _socket.Channel.Name;

    /// <summary>Who calls it.</summary>
    public IReadOnlyList<Peer> Peers => _socket.Peers;

    /// <summary>Counters of the calls and answers.</summary>
    public SocketCounters Counters => _socket.Counters;

    /// <summary>Calls that are being carried out now.</summary>
    public int UnderWay => _server.UnderWay;

    /// <summary>Whether this is a thread that carries its calls out, or one that those may wait for.</summary>
    internal bool IsOnItsThread => Array.IndexOf(_threads, Thread.CurrentThread) >= 0 || _server.CancelsOnThisThread;

    /// <summary>What carries the calls out.</summary>
    internal CallServer Server => _server;

    /// <summary>
    /// Ends the service: no more calls are taken, and those that nobody took go back to their callers, who may find another server. Waits for the
    /// methods that run on its threads, unless it is called from one of them, or by what the cancellation of one (by its caller, or its deadline) has set off; awaiting ones are cancelled. One-way calls that it had taken and not begun are counted as
    /// <see cref="SocketCounters.DeadLettered"/>: <see cref="DrainAsync"/> carries them out. Later calls do nothing.
    /// </summary>
    public void Dispose() => End(Thread.CurrentThread, _server.CancelsOnThisThread);

    /// <summary>As <see cref="Dispose"/>, without keeping the thread; nor does what waits for the task in a method of the service wait for itself.</summary>
    /// <returns>A task that is done when the service has ended.</returns>
    public ValueTask DisposeAsync()
    {
        (Thread asking, bool cancels) = (Thread.CurrentThread, _server.CancelsOnThisThread);
        return new(Task.Run(() => End(asking, cancels)));
    }

    /// <summary>
    /// Ends the service without breaking a call off: begins no more calls but one-way ones that it had taken, lets those under way end, and then ends as <see cref="Dispose"/> does. Calls that nobody began
    /// go to another server, if need be one that is still to come, so that a service is replaced without a caller's noticing. A call that brings a stream is under way until that has ended or
    /// its caller has had enough. Objects that were handed out end with the service; methods under way go on calling their callers' own objects, and reading their streams.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the service takes no more calls then, and is still to be disposed.</param>
    /// <returns>A task that is done when the service has ended.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        if (Volatile.Read(ref _disposed) == 0)
        {
            _server.BeginEnd();
            _socket.GiveBackCalls();
            try
            {
                await _stop.CancelAsync().ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // Somebody else has drained or disposed it meanwhile.
            }

            await Task.Factory.StartNew(() => LetCallsEnd(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Serves until this process is told to end (SIGTERM, as supervisors and systemd do it, or Ctrl-C) or the token is cancelled, and then
    /// drains (<see cref="DrainAsync"/>); told once more by the same signal it waits no longer. What a program that serves does last; of several services await all.
    /// </summary>
    /// <param name="cancellationToken">Ends the service, too.</param>
    /// <returns>A task that is done when the service has ended.</returns>
    /// <example><code>
    /// await using Node node = Node.Join();
    /// await node.Serve&lt;IClock&gt;(new Clock()).RunAsync();
    /// </code></example>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource enough = new();
        HashSet<PosixSignal> heard = [];
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            bool isFirst;
            lock (heard)
            {
                // A terminal's Ctrl-C and a supervisor's SIGTERM may both come, and mean the same.
                isFirst = heard.Add(context.Signal);
            }

            told.TrySetResult();
            if (!isFirst)
            {
                enough.Cancel();
            }
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        await using CancellationTokenRegistration cancel = cancellationToken.UnsafeRegister(static told => ((TaskCompletionSource)told!).TrySetResult(), told);
        await told.Task.ConfigureAwait(false);
        try
        {
            await DrainAsync(enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the service at once.</summary>
    /// <param name="asking">The thread that asks for it, and may wait for it.</param>
    /// <param name="cancels">Whether that runs what a cancellation has set off.</param>
    private void End(Thread asking, bool cancels)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Also what asks for more of a stream: a method may wait for that, and its thread is waited for.
        _socket.GiveBackCalls();
        _socket.GiveUpLeft();
        _stop.Cancel();
        JoinThreads(asking, cancels);
        _server.Close();
        _socket.Dispose();
        _stop.Dispose();
    }

    /// <summary>
    /// Waits for the calls under way, on a thread of its own. They may wait for answers of their callers' objects and streams themselves: who took those takes no calls any more, so that is
    /// done here, and so are cancellations heard, and the items of streams given. Calls that come between them go back. What waits behind too many that can't is given up.
    /// </summary>
    private void LetCallsEnd(CancellationToken cancellationToken)
    {
        CallbackRoute.ServeOnThisThread(_socket);
        ExecutionContext? own = ExecutionContext.Capture();

        // Pairs with the look in Receive, which has no fence: from here on each thread either is seen at what it takes, or sees that it is to take nothing.
        Shared.Barrier(BarrierScope.Process);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                bool carriesOut = CarryOutLeftInTurn(own, out int goOn);
                if (goOn > _server.Running)
                {
                    // One is on its way to its end, or to what it took just before: that comes first.
                    Thread.Sleep(1);
                    continue;
                }

                _server.Exports.EndPromises();
                bool isIdle = goOn == 0 && UnderWay == 0;
                bool goesOn = _server.Exports.HasCallsUnderWay;
                if (isIdle && !goesOn)
                {
                    return;
                }

                if (!_socket.AwaitAnswers(s_look, hears: _server.CanBeCancelled || goesOn, untilLeft: carriesOut) && !carriesOut)
                {
                    // Whoever waits for an answer gets none any more.
                    break;
                }
            }

            // Others may have come since.
            CarryOutLeftInTurn(own, out _);
        }
        catch (ObjectDisposedException)
        {
            // Somebody has disposed the service meanwhile, or the node left.
        }
    }

    private void JoinThreads(Thread asking, bool cancels)
    {
        foreach (Thread thread in _threads)
        {
            // A method that was cancelled may wait for what that has set off, and nobody knows which one.
            if (thread != asking && !cancels)
            {
                thread.Join();
            }
        }
    }

    /// <summary>Whether methods keep all threads.</summary>
    private bool AreKept() => _server.Running >= _threads.Length;

    /// <summary>A method may keep its thread until something has come to its end that awaits an answer of a caller's, and then nobody takes that.</summary>
    private void LookAfterAnswers()
    {
        // The call that is waited for is there before this looks: pairs with the barrier below.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _looksAfter) == 0 && Interlocked.Exchange(ref _looksAfter, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static host => _ = host.LookAfterAnswersAsync(), this, preferLocal: false);
        }
    }

    /// <summary>Also while the service ends: its threads are waited for.</summary>
    private async Task LookAfterAnswersAsync()
    {
        do
        {
            TimeSpan pause = s_look;
            long received = -1;
            while (_socket.HasCallsOut())
            {
                await Task.Delay(pause).ConfigureAwait(false);
                if (!AreKept())
                {
                    pause = pause < s_longestPause ? 2 * pause : pause;
                    received = -1;
                    continue;
                }

                pause = s_look;
                if (received == _socket.Requests.MessagesReceived && !TryTakeAnswersForThreads())
                {
                    return;
                }

                // Only where since the last look no thread has taken anything: one that is busy is not kept.
                received = _socket.Requests.MessagesReceived;
            }

            Volatile.Write(ref _looksAfter, 0);
            Interlocked.MemoryBarrier();
        }
        while (_socket.HasCallsOut() && Interlocked.Exchange(ref _looksAfter, 1) == 0);
    }

    /// <summary>Takes answers in the place of the threads; false once the socket is closed.</summary>
    private bool TryTakeAnswersForThreads()
    {
        try
        {
            _socket.TakeAnswersFor(AreKept);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        catch (Exception error)
        {
            // What else goes wrong with one frame is no reason to leave the others.
            _socket.Node.RaiseFailed(_socket, error);
        }

        return true;
    }

    /// <summary>Answers what is asked of every service.</summary>
    private bool AnswerOwn(ServiceRequest request, string contract)
    {
        WireWriter writer = new(request.Result);
        if (request.Method == OwnMethods.Describe.Id)
        {
            writer.WriteString(1, contract);
        }
        else if (request.Method == OwnMethods.State.Id)
        {
            long asked = Interlocked.Increment(ref _asked);
            writer.WriteUInt64(1, (ulong)Math.Max(0, _socket.Requests.MessagesReceived - asked));
            writer.WriteUInt32(2, (uint)Math.Max(0, UnderWay - 1));
        }
        else
        {
            // A ping asks for nothing, and is no work either.
            Interlocked.Add(ref _asked, request.Method == OwnMethods.Nothing ? 1 : 0);
            return false;
        }

        writer.Flush();
        return true;
    }

    private RemoteWay? WayTo(PeerIdentity caller) => _socket.RouteTo(caller.SocketId) is { } route ? new RemoteWay(route, route.Link) : null;

    /// <summary>As <see cref="CarryOutLeft"/>, in the place of a thread that has ended; false where none has.</summary>
    /// <param name="own">What flows on this thread.</param>
    /// <param name="goOn">How many go on.</param>
    private bool CarryOutLeftInTurn(ExecutionContext? own, out int goOn)
    {
        goOn = _threads.Count(static thread => !thread.Join(0));
        if (goOn == _threads.Length)
        {
            return false;
        }

        lock (_leftGate)
        {
            CarryOutLeft(own);
        }

        return true;
    }

    /// <summary>Carries out what was taken and does not go back. Who disposes the service does not wait for that.</summary>
    private void CarryOutLeft(ExecutionContext? own)
    {
        while (Volatile.Read(ref _disposed) == 0 && _socket.TryTakeLeft(out Frame? frame, out PeerIdentity? client))
        {
            _server.Handle(frame, client, own);
        }
    }

    private void Run()
    {
        CancellationToken stop = _stop.Token;
        CallbackRoute.ServeOnThisThread(_socket);
        ExecutionContext? own = ExecutionContext.Capture();
        IncomingFrame incoming = default;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (_socket.Receive(ref incoming, Timeout.InfiniteTimeSpan, stop) != WaitResult.Done)
                {
                    continue;
                }
            }
            catch (ObjectDisposedException)
            {
                // The node left.
                return;
            }
            catch (ViaductException)
            {
                // Callers that were refused: that is told to them, and as an event of the node.
                continue;
            }

            _server.Handle(incoming.Frame, incoming.Client, own);
        }

        CarryOutLeft(own);
    }
}
