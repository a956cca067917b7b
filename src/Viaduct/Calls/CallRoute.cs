using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>A way for calls to go out on, and for their answers to come back: from a caller to callees, or from a callee back to one caller. Thread-safe.</summary>
internal abstract partial class CallRoute
{
    /// <summary>The calls that are under way here. Under the gate of <see cref="Outbox"/>.</summary>
    private readonly CallTable _calls;

    /// <summary>Calls that are awaited.</summary>
    private int _awaited;

    /// <summary>A route for so many calls at a time, and so many at each callee; 0 = as many as there is room for.</summary>
    protected CallRoute(QueueOutbox<Frame> outbox, int capacity, int window = 0)
    {
        Outbox = outbox;
        _calls = new CallTable(capacity);
        _window = window;
        _line = window > 0 ? new CallLine() : null;
    }

    /// <summary>Calls under way, and those that wait for their turn.</summary>
    public int Count => _calls.Count + (_line?.Count ?? 0);

    /// <summary>Whether a call can begin as far as places go.</summary>
    public bool HasPlace => !_calls.IsFull;

    /// <summary>Whether this end is being closed, or is.</summary>
    public bool IsClosing => Outbox.IsClosing;

    /// <summary>Where calls go out.</summary>
    protected QueueOutbox<Frame> Outbox { get; }

    /// <summary>Whether calls are awaited, so that somebody must take their answers.</summary>
    protected bool HasAwaited => Volatile.Read(ref _awaited) > 0;

    /// <summary>Waits for a free place and for room, and sends a call. The frame stays the caller's own.</summary>
    /// <param name="call">The call.</param>
    /// <param name="frame">Its frame.</param>
    /// <param name="awaited">Whether its answer is awaited, so that somebody must take it.</param>
    /// <param name="timeout">How long to wait; negative = for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public WaitResult Begin(PendingCall call, Frame frame, bool awaited, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryBegin(call, frame, awaited))
        {
            return WaitResult.Done;
        }

        // Places become free by answers, of which nobody else may be there to take them: those of calls that were given up, for instance.
        BeginAwait();
        try
        {
            return BeginSlowly(new BeginAttempt(this, call, frame, awaited), timeout, cancellationToken);
        }
        finally
        {
            EndAwait();
        }
    }

    /// <summary>Sends a call whose answer is awaited, if there are a place and room.</summary>
    public bool TryBeginAwaited(PendingCall call, Frame frame)
    {
        // Before it is sent: its answer may be here before the next line.
        Interlocked.Increment(ref _awaited);
        bool begun = false;
        try
        {
            begun = TryPut(call, frame);
        }
        finally
        {
            if (!begun)
            {
                Interlocked.Decrement(ref _awaited);
            }
        }

        if (begun)
        {
            OnAwaited();
        }

        return begun;
    }

    /// <summary>As <see cref="TryBeginAwaited"/>, waiting.</summary>
    public async ValueTask<WaitResult> BeginAsync(PendingCall call, Frame frame, CancellationToken cancellationToken)
    {
        BeginAwait();
        try
        {
            return await Outbox.BlockAsync(new BeginAttempt(this, call, frame, awaited: true), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndAwait();
        }
    }

    /// <summary>Somebody awaits what comes over this route, until <see cref="EndAwait"/>.</summary>
    public void BeginAwait()
    {
        Interlocked.Increment(ref _awaited);
        OnAwaited();
    }

    /// <summary>An awaited call is over.</summary>
    public void EndAwait() => Interlocked.Decrement(ref _awaited);

    /// <summary>Blocks until a call has ended.</summary>
    public abstract WaitResult Await(PendingCall call, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Lets everybody who waits on this route look again.</summary>
    public abstract void WakeAll();

    /// <summary>Takes what answers there are, as far as it is this thread's to do so.</summary>
    /// <param name="mine">The call that this thread waits for, if any: nobody need be woken for that.</param>
    public abstract void TakeAnswers(PendingCall? mine);

    /// <summary>Sends a call that has no answer, waiting for room.</summary>
    /// <param name="target">The only link that it may go out on; null = any.</param>
    /// <param name="frame">Its frame. It stays the caller's own.</param>
    /// <param name="isWork">As <see cref="PendingCall.IsWork"/>.</param>
    /// <param name="timeout">How long to wait; negative = for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public WaitResult Send(SendLink<Frame>? target, Frame frame, bool isWork, TimeSpan timeout, CancellationToken cancellationToken)
    {
        SendAttempt attempt = new(this, target, frame, isWork);
        return Outbox.Block(ref attempt, timeout, cancellationToken);
    }

    /// <summary>As <see cref="Send"/>, awaiting room.</summary>
    public ValueTask<WaitResult> SendAsync(SendLink<Frame>? target, Frame frame, bool isWork, CancellationToken cancellationToken) =>
        TrySend(target, frame, isWork)
            ? new ValueTask<WaitResult>(WaitResult.Done)
            : Outbox.BlockAsync(new BoxedSend(this, target, frame, isWork), cancellationToken);

    /// <summary>
    /// Nobody waits for a call any more. False when it is being ended just now. Its place stays taken until its answer comes, so that a
    /// callee never has more answers out than a caller has places.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="notice">Tells whoever has it, as soon as there is room. The frame stays the caller's own.</param>
    public bool TryAbandon(PendingCall call, Frame notice)
    {
        SendLink<Frame>? untold = null;
        bool waited;
        Outbox.EnterGate();
        try
        {
            // All of it without leaving the gate: a call that waits may go out whenever nobody is in there, and its callee would never be told.
            waited = _line?.Remove(call) == true;
            if (!waited && !TryAbandonUnderGate(call, notice, out untold))
            {
                return false;
            }
        }
        finally
        {
            Outbox.ExitGate();
        }

        if (waited)
        {
            // Those behind it may need less room.
            HandOut();
        }
        else if (untold is not null)
        {
            Frame copy = Frame.Rent();
            copy.Set(notice);
            Post(untold, copy);
        }

        return true;
    }

    /// <summary>Ends the calls that went to a link (null = all).</summary>
    /// <param name="link">The link.</param>
    /// <param name="error">What their callers get.</param>
    /// <param name="isFinal">Whether the callee can take none any more, and it is known which it took.</param>
    public void EndAll(LinkEnd? link, Exception error, bool isFinal)
    {
        List<(PendingCall Call, CallProgress Progress)> ended;
        Outbox.EnterGate();
        try
        {
            ended = _calls.TakeAll(link, isFinal);
            while (link is null && _line is not null && _line.TryPeek(out PendingCall? waiting))
            {
                _line.Remove(waiting);
                ended.Add((waiting, CallProgress.NotStarted));
            }
        }
        finally
        {
            Outbox.ExitGate();
        }

        foreach ((PendingCall call, CallProgress progress) in ended)
        {
            call.OnLost(error, progress);
        }
    }

    /// <summary>Ends the calls at a dying callee that another may carry out at once. The others wait until it is gone, and it is known how far they came.</summary>
    /// <param name="link">The link.</param>
    /// <param name="error">What their callers get.</param>
    public void EndRepeatable(LinkEnd link, Exception error)
    {
        List<(PendingCall Call, CallProgress Progress)> ended;
        Outbox.EnterGate();
        try
        {
            ended = _calls.TakeRepeatable(link);
        }
        finally
        {
            Outbox.ExitGate();
        }

        foreach ((PendingCall call, CallProgress progress) in ended)
        {
            call.OnLost(error, progress);
        }
    }

    /// <summary>A call is awaited from now on.</summary>
    protected abstract void OnAwaited();

    /// <summary>An answer has come for which nobody waits any more; its frame is given back afterwards. Called outside every gate.</summary>
    protected abstract void OnLate(Guid callee, Frame answer);

    /// <summary>Tells the program that an answer could not be handed to whom it concerns.</summary>
    protected abstract void Report(Exception error);

    /// <summary>Makes of an answer that can't be sent to a receiver one that says why, under the same number. Under the gate.</summary>
    protected abstract void Replace(SendLink<Frame> receiver, Frame answer, Exception error);

    /// <summary>Sends to a receiver, or to any. Under the gate.</summary>
    /// <exception cref="PeerLostException">That receiver is gone.</exception>
    protected virtual bool TryPutUnderGate(SendLink<Frame>? target, Frame frame)
    {
        if (target is null)
        {
            return Outbox.TryPut(frame, handOver: false);
        }

        // Who has closed the connection has lost nobody.
        Disposed.ThrowIf(IsClosing && target.IsGone, "connection", Outbox.Channel.Name);
        return !target.IsGone
            ? Outbox.TryPutTo(target, frame)
            : throw new PeerLostException(Outbox.Channel.Name, target.Peer.Describe(), "what it had handed out is gone with it", CallProgress.NotStarted);
    }

    /// <summary>Waits until a call can begin.</summary>
    protected virtual WaitResult BeginSlowly(BeginAttempt attempt, TimeSpan timeout, CancellationToken cancellationToken) =>
        Outbox.Block(ref attempt, timeout, cancellationToken);

    /// <summary>Abandons a call that is under way.</summary>
    /// <param name="call">The call.</param>
    /// <param name="notice">Tells its callee.</param>
    /// <param name="untold">The link to that where there is no room for it; else null.</param>
    private bool TryAbandonUnderGate(PendingCall call, Frame notice, out SendLink<Frame>? untold)
    {
        untold = null;
        CallFrame.SetId(notice, call.Id);
        if (!_calls.TryAbandon(call))
        {
            return false;
        }

        untold = Outbox.TryPutTo(call.Link!, notice) ? null : call.Link;
        return true;
    }

    private bool TryBegin(PendingCall call, Frame frame, bool awaited) => awaited ? TryBeginAwaited(call, frame) : TryPut(call, frame);

    private bool TrySend(SendLink<Frame>? target, Frame frame, bool isWork)
    {
        Outbox.EnterGate();
        try
        {
            if (!TryPutUnderGate(target, frame))
            {
                return false;
            }

            if (isWork && Outbox.LastLink is { } link)
            {
                link.FirstUnanswered ??= link.Sent - 1;
            }

            return true;
        }
        finally
        {
            Outbox.ExitGate();
        }
    }

    private bool TryPut(PendingCall call, Frame frame)
    {
        if (_line is not null && call is { Target: null, MayWait: true })
        {
            WaitForTurn(call, frame);
            return true;
        }

        Outbox.EnterGate();
        try
        {
            uint id = _calls.NextId();
            if (id == 0)
            {
                return false;
            }

            CallFrame.SetId(frame, id);
            try
            {
                if (!TryPutUnderGate(call.Target, frame))
                {
                    return false;
                }
            }
            catch
            {
                // It may have gone out before what rings for it threw: no other call may have its number.
                _calls.Skip(id);
                throw;
            }

            // Still under the gate, so that the answer can't be looked up before this.
            SendLink<Frame> link = Outbox.LastLink!;
            _calls.Add(call, id, link, link.Sent - 1);
            return true;
        }
        finally
        {
            Outbox.ExitGate();
        }
    }

    /// <summary>Begins a call.</summary>
    protected sealed class BeginAttempt(CallRoute route, PendingCall call, Frame frame, bool awaited) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            if (route.TryBegin(call, frame, awaited))
            {
                return true;
            }

            route.TakeAnswers(null);
            return route.TryBegin(call, frame, awaited);
        }
    }

    private readonly ref struct SendAttempt(CallRoute route, SendLink<Frame>? target, Frame frame, bool isWork) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => route.TrySend(target, frame, isWork);
    }

    private sealed class BoxedSend(CallRoute route, SendLink<Frame>? target, Frame frame, bool isWork) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => route.TrySend(target, frame, isWork);
    }
}
