using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>
/// The calling end of a service: sends frames, and hands each answer to the call that it names. Answers are taken by whichever thread waits
/// for one; where calls are awaited, by a loop. Thread-safe.
/// </summary>
internal sealed class CallerSocket : ChannelSocket
{
    /// <summary>Bits of a call's number that say where it lies in the table.</summary>
    private const int SlotBits = 16;

    private readonly QueueOutbox<Frame> _requests;
    private readonly Inbox<Frame> _replies;
    private readonly Mailbox[] _sources;

    /// <summary>Where calls lie that are under way. Guarded by the gate of the requests.</summary>
    private readonly Place[] _places;

    /// <summary>Places that are free, as a stack. Guarded by the gate of the requests.</summary>
    private readonly int[] _free;
    private int _freeCount;

    /// <summary>Awaited calls under way: while there are some, a loop takes the answers.</summary>
    private int _awaited;

    /// <summary>1 while the loop runs.</summary>
    private int _looping;

    /// <summary>A caller.</summary>
    /// <param name="node">The node.</param>
    /// <param name="channel">The service.</param>
    /// <param name="options">The options.</param>
    /// <param name="active">The most callees that calls go to at a time, those that came first; 0 = all.</param>
    public CallerSocket(Node node, ServiceSpec channel, ClientOptions options, int active)
        : base(node, channel, Pattern.ClientServer, "client", options)
    {
        int limit = Math.Clamp(channel.Capacity, 1, 1 << SlotBits);
        _requests = new QueueOutbox<Frame>(channel, options, new FrameFormat(), options.Distribution, 1, null, redelivers: false, int.MaxValue) { ActiveReceivers = active };
        _replies = new Inbox<Frame>(channel, options, new FrameFormat(), FullMode.Wait);
        _sources = [_requests, _replies];
        _requests.PeerChanged = OnServerChanged;
        _places = new Place[limit];
        _free = new int[limit];
        for (int i = 0; i < limit; i++)
        {
            _free[_freeCount++] = limit - 1 - i;
        }
    }

    /// <summary>Takes a frame that belongs to no call of ours; called outside every gate, on any thread. It then owns the frame.</summary>
    public Action<Frame>? Unasked { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => _requests.Peers;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(
        _requests.MessagesSent, _replies.MessagesReceived, _requests.Bytes + _replies.Bytes, _places.Length - Volatile.Read(ref _freeCount), 0, 0, 0, _requests.Refused);

    internal override IOutbox? OutboxOrNull => _requests;

    internal override IInbox? InboxOrNull => _replies;

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    private protected override Mailbox PeerMailbox => _requests;

    private protected override int PeerCount => _requests.Count;

    /// <summary>Waits for a free place and for room, and sends a call. The frame stays the caller's own.</summary>
    public WaitResult Begin(PendingCall call, Frame frame, TimeSpan timeout, CancellationToken cancellationToken)
    {
        BeginAttempt attempt = new(this, call, frame);
        return _requests.Block(ref attempt, timeout, cancellationToken);
    }

    /// <summary>Sends a call if there are a place and room; of an awaited one, somebody will take the answer.</summary>
    public bool TryBegin(PendingCall call, Frame frame, bool awaited)
    {
        if (awaited)
        {
            // Before it is sent: its answer may be here before the next line.
            Interlocked.Increment(ref _awaited);
        }

        bool begun = false;
        try
        {
            begun = TryPut(call, frame);
        }
        finally
        {
            if (awaited && !begun)
            {
                Interlocked.Decrement(ref _awaited);
            }
        }

        if (begun && awaited)
        {
            StartLoop();
        }

        return begun;
    }

    /// <summary>As <see cref="TryBegin"/> of an awaited call, waiting.</summary>
    public ValueTask<WaitResult> BeginAsync(PendingCall call, Frame frame, CancellationToken cancellationToken) =>
        _requests.BlockAsync(new AwaitedAttempt(this, call, frame), cancellationToken);

    /// <summary>An awaited call is over.</summary>
    public void EndAwait() => Interlocked.Decrement(ref _awaited);

    /// <summary>Sends a frame that has no answer, waiting for room.</summary>
    public WaitResult Send(Frame frame, TimeSpan timeout, CancellationToken cancellationToken)
    {
        SendAttempt attempt = new(this, frame);
        return _requests.Block(ref attempt, timeout, cancellationToken);
    }

    /// <summary>Sends a frame that has no answer, awaiting room.</summary>
    public ValueTask<WaitResult> SendAsync(Frame frame, CancellationToken cancellationToken) =>
        TrySend(frame)
            ? new ValueTask<WaitResult>(WaitResult.Done)
            : _requests.BlockAsync(new BoxedSend(this, frame), cancellationToken);

    /// <summary>Sends a frame about a call that is under way to whoever has that call, now or never.</summary>
    public bool TrySendAbout(PendingCall call, Frame frame)
    {
        _requests.EnterGate();
        try
        {
            return IsUnderWay(call) && _requests.TryPutTo(call.Link!, frame);
        }
        finally
        {
            _requests.ExitGate();
        }
    }

    /// <summary>Sends a frame that has no answer to a certain callee, as soon as there is room, and gives the frame back; if that callee is gone, only that.</summary>
    public void SendTo(SendLink<Frame> link, Frame frame)
    {
        if (TrySendTo(link, frame))
        {
            frame.Return();
        }
        else
        {
            _ = SendLaterAsync(link, frame);
        }
    }

    /// <summary>Sends a frame that has no answer, if there is room.</summary>
    public bool TrySend(Frame frame)
    {
        _requests.EnterGate();
        try
        {
            return _requests.TryPut(frame, handOver: false);
        }
        finally
        {
            _requests.ExitGate();
        }
    }

    /// <summary>Blocks until an attempt succeeds that looks for an answer.</summary>
    public WaitResult Await<TAttempt>(ref TAttempt attempt, TimeSpan timeout, CancellationToken cancellationToken)
        where TAttempt : IAttempt, allows ref struct => _replies.Block(ref attempt, timeout, cancellationToken);

    /// <summary>
    /// Nobody waits for a call any more. False when it is being ended just now. Its place stays taken until its answer comes, so that a
    /// callee never has more answers out than a caller has places.
    /// </summary>
    public bool TryAbandon(PendingCall call)
    {
        _requests.EnterGate();
        try
        {
            if (!IsUnderWay(call))
            {
                return false;
            }

            _places[call.Slot].Call = null;
            call.Id = 0;
            return true;
        }
        finally
        {
            _requests.ExitGate();
        }
    }

    /// <summary>Takes what answers there are and ends their calls.</summary>
    public void TakeAnswers()
    {
        bool any = false;
        while (true)
        {
            Frame answer;
            try
            {
                if (_replies.TryReceive(out answer) != TakeStatus.Taken)
                {
                    break;
                }
            }
            catch (ObjectDisposedException)
            {
                // The socket is being closed, which ends its calls.
                break;
            }
            catch (ViaductException)
            {
                // A callee that was lost or is unsound: the link of the requests to it tells its calls, after this loop has taken what it answered.
                continue;
            }

            any = true;
            Deliver(answer);
        }

        if (any)
        {
            _replies.Wake();
            _requests.Wake();
        }
    }

    internal override bool ConnectInProcess(ChannelSocket receiver)
    {
        if (receiver is not CalleeSocket callee)
        {
            throw new ChannelMismatchException(Channel.Name, "kind", "a service", receiver.GetType().Name, "the same process");
        }

        // The way back first: a callee must be able to answer the first call.
        return InProcessLink.Connect(callee.Replies, callee.IdentityFor(this), _replies, IdentityFor(callee))
            && InProcessLink.Connect(_requests, IdentityFor(callee), callee.Requests, callee.IdentityFor(this));
    }

    internal override bool IsReady() => _requests.IsClosed || (Volatile.Read(ref _freeCount) > 0 && _requests.IsReady());

    private protected override long Close(TimeSpan linger)
    {
        _requests.Close(TimeSpan.Zero);
        _replies.Close();
        EndAll(static _ => true, new ObjectDisposedException("the connection to the service"));
        return 0;
    }

    private bool TryPut(PendingCall call, Frame frame)
    {
        _requests.EnterGate();
        try
        {
            if (_freeCount == 0)
            {
                return false;
            }

            int slot = _free[_freeCount - 1];
            ref Place place = ref _places[slot];
            ushort uses = place.Uses == ushort.MaxValue ? (ushort)1 : (ushort)(place.Uses + 1);
            uint id = ((uint)uses << SlotBits) | (uint)slot;
            CallFrame.SetId(frame, id);
            if (!(call.Target is { } target ? TryPutTo(target, frame) : _requests.TryPut(frame, handOver: false)))
            {
                return false;
            }

            // Still under the gate, so that the answer can't be looked up before this.
            _freeCount--;
            place.Uses = uses;
            place.Call = call;
            place.Id = id;
            place.Link = _requests.LastLink!;
            place.Position = place.Link.Sent - 1;
            call.Slot = slot;
            call.Id = id;
            call.Link = place.Link;
            return true;
        }
        finally
        {
            _requests.ExitGate();
        }
    }

    /// <summary>Under the gate.</summary>
    private bool TryPutTo(SendLink<Frame> target, Frame frame) => !target.IsGone
        ? _requests.TryPutTo(target, frame)
        : throw new PeerLostException(Channel.Name, target.Peer.Describe(), "what it had handed out is gone with it");

    private bool IsUnderWay(PendingCall call) => call.Id != 0 && _places[call.Slot] is var place && place.Id == call.Id && ReferenceEquals(place.Call, call);

    private void Deliver(Frame answer)
    {
        if (!CallFrame.TryRead(answer, out _, out uint id) || id == 0)
        {
            if (Unasked is { } unasked)
            {
                unasked(answer);
            }
            else
            {
                answer.Return();
            }

            return;
        }

        PendingCall? call = null;
        int slot = (int)(id & ((1 << SlotBits) - 1));
        _requests.EnterGate();
        try
        {
            if (slot < _places.Length && _places[slot].Id == id)
            {
                call = _places[slot].Call;
                Free(slot);
            }
        }
        finally
        {
            _requests.ExitGate();
        }

        if (call is null)
        {
            // The late answer of a call that nobody waits for, or one that nobody asked for.
            answer.Return();
        }
        else
        {
            call.OnAnswer(answer);
        }
    }

    /// <summary>Whether it was sent, or never will be.</summary>
    private bool TrySendTo(SendLink<Frame> link, Frame frame)
    {
        _requests.EnterGate();
        try
        {
            return link.IsGone || _requests.TryPutTo(link, frame);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        finally
        {
            _requests.ExitGate();
        }
    }

    private async Task SendLaterAsync(SendLink<Frame> link, Frame frame)
    {
        await _requests.BlockAsync(new LaterAttempt(this, link, frame), CancellationToken.None).ConfigureAwait(false);
        frame.Return();
    }

    /// <summary>Under the gate.</summary>
    private void Free(int slot)
    {
        ref Place place = ref _places[slot];
        if (place.Call is { } call)
        {
            call.Id = 0;
        }

        place.Call = null;
        place.Link = null;
        place.Id = 0;
        _free[_freeCount++] = slot;
    }

    private void OnServerChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state is PeerState.Lost or PeerState.Left)
        {
            // What it had answered before is still delivered.
            TakeAnswers();
            string why = reason.Length == 0 ? "the service was closed" : reason;
            EndAll(server => ReferenceEquals(server, link), new PeerLostException(Channel.Name, link.Peer.Describe(), why));
        }

        OnPeerChanged(link, state, reason);
    }

    private void EndAll(Func<SendLink<Frame>?, bool> which, Exception error)
    {
        var ended = new List<(PendingCall Call, CallProgress Progress)>();
        _requests.EnterGate();
        try
        {
            for (int slot = 0; slot < _places.Length; slot++)
            {
                Place place = _places[slot];
                if (place.Id == 0 || !which(place.Link))
                {
                    continue;
                }

                Free(slot);
                if (place.Call is { } call)
                {
                    ended.Add((call, ProgressOf(place)));
                }
            }
        }
        finally
        {
            _requests.ExitGate();
        }

        foreach ((PendingCall call, CallProgress progress) in ended)
        {
            call.OnLost(error, progress);
        }

        _replies.Wake();
        _requests.Wake();
    }

    /// <summary>
    /// What a callee had taken it consumed at once, in a page that outlives it. Over a stream nobody can tell. What a crash may have
    /// scribbled there is believed only where it can be true.
    /// </summary>
    private static CallProgress ProgressOf(in Place place)
    {
        if (place.Link is not { IsSent: null, IsBroken: false } link)
        {
            return CallProgress.Unknown;
        }

        try
        {
            link.Refresh();
        }
        catch (ProtocolViolationException)
        {
            return CallProgress.Unknown;
        }

        return place.Position >= link.Consumed ? CallProgress.NotStarted : CallProgress.Started;
    }

    private void StartLoop()
    {
        if (Volatile.Read(ref _looping) == 0 && Interlocked.Exchange(ref _looping, 1) == 0)
        {
            _ = LoopAsync();
        }
    }

    /// <summary>Takes answers for as long as calls are awaited.</summary>
    private async Task LoopAsync()
    {
        var attempt = new LoopAttempt(this);
        do
        {
            if (!_requests.IsClosed)
            {
                await _replies.BlockAsync(attempt, CancellationToken.None).ConfigureAwait(false);
            }

            Volatile.Write(ref _looping, 0);
            Interlocked.MemoryBarrier();
        }
        while (Volatile.Read(ref _awaited) > 0 && !_requests.IsClosed && Interlocked.Exchange(ref _looping, 1) == 0);
    }

    /// <summary>A call that is under way, or nobody waits for any more.</summary>
    private struct Place
    {
        /// <summary>Who waits; null when nobody does.</summary>
        public PendingCall? Call;

        /// <summary>Where it went.</summary>
        public SendLink<Frame>? Link;

        /// <summary>Its position on that link.</summary>
        public ulong Position;

        /// <summary>What its answer names; 0 = this place is free.</summary>
        public uint Id;

        /// <summary>Counts how often this place was taken, so that numbers differ and none is 0.</summary>
        public ushort Uses;
    }

    private readonly ref struct BeginAttempt(CallerSocket socket, PendingCall call, Frame frame) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            if (socket.TryPut(call, frame))
            {
                return true;
            }

            socket.TakeAnswers();
            return false;
        }
    }

    private sealed class AwaitedAttempt(CallerSocket socket, PendingCall call, Frame frame) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => socket.TryBegin(call, frame, awaited: true);
    }

    private readonly ref struct SendAttempt(CallerSocket socket, Frame frame) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => socket.TrySend(frame);
    }

    private sealed class BoxedSend(CallerSocket socket, Frame frame) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => socket.TrySend(frame);
    }

    private sealed class LaterAttempt(CallerSocket socket, SendLink<Frame> link, Frame frame) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try() => socket.TrySendTo(link, frame) || socket._requests.IsClosed;
    }

    private sealed class LoopAttempt(CallerSocket socket) : IAttempt
    {
        /// <inheritdoc/>
        public bool Try()
        {
            socket.TakeAnswers();
            return Volatile.Read(ref socket._awaited) == 0 || socket._requests.IsClosed;
        }
    }
}
