using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>
/// The calling end of a service. Answers are taken by whichever thread waits for one; where calls are awaited, by a loop. Thread-safe.
/// </summary>
internal sealed partial class CallerSocket : ChannelSocket
{
    private readonly QueueOutbox<Frame> _requests;
    private readonly Inbox<Frame> _replies;
    private readonly Mailbox[] _sources;
    private readonly CallerRoute _route;

    /// <summary>Calls without an answer that were dropped with a callee which is not known to have begun them. Written under the gate of the requests.</summary>
    private long _givenUp;

    /// <summary>Calls without an answer that callees had sent here, and that are not carried out; written by interlocked operations.</summary>
    private long _unbegun;

    /// <summary>Guards the next two.</summary>
    private readonly Lock _tellGate = new();

    /// <summary>As many were told of those that were dropped with their callee.</summary>
    private long _told;

    /// <summary>As many were told of those that callees had sent.</summary>
    private long _unbegunTold;

    /// <summary>A caller.</summary>
    /// <param name="node">The node.</param>
    /// <param name="channel">The service.</param>
    /// <param name="options">The options.</param>
    /// <param name="active">The most callees that calls go to at a time, those that came first; 0 = all.</param>
    /// <param name="window">The most calls that a callee has at a time; 0 = as many as there is room for.</param>
    public CallerSocket(Node node, ServiceSpec channel, ClientOptions options, int active, int window)
        : base(node, channel, Pattern.ClientServer, "client", options)
    {
        _requests = new QueueOutbox<Frame>(channel, options, new FrameFormat(channel.MaxMessageSize), options.Distribution, int.MaxValue, null, redelivers: true, int.MaxValue)
        {
            // Calls that are answered see to themselves: their callers know how far they had come.
            PassesOn = PassesOn,
            ActiveReceivers = active,
            PeerChanged = OnServerChanged,
            ReceiverDying = OnServerDying,
        };
        _replies = new Inbox<Frame>(channel, options, new FrameFormat(channel.MaxMessageSize), FullMode.Wait) { PeerChanged = OnWayBackChanged, TellsRefusals = false };
        _requests.Role = _replies.Role = Role;
        _sources = [_requests, _replies];
        _route = new CallerRoute(this, channel.Capacity, window);
    }

    /// <summary>The way to the callees.</summary>
    public CallRoute Route => _route;

    /// <summary>
    /// Takes a frame that is no answer, with who sent it; it then owns the frame. Called outside every gate, on any thread, which it must not keep. Set before any call.
    /// </summary>
    public Action<Frame, PeerIdentity>? Unasked { get; set; }

    /// <summary>Whether frames that are no answers are handed on in the order in which they came, whichever threads take them. Set before any such frame is asked for.</summary>
    public bool KeepsOrder
    {
        get => _keepsOrder;
        set => _keepsOrder = value;
    }

    /// <summary>An answer came for which nobody waits any more. Called outside every gate. Set before any call.</summary>
    public Action<CallRoute, SendLink<Frame>, Frame>? Late { get; set; }

    /// <summary>Makes of an answer to a callee that can't be sent one that says why, under the same number. Called under a gate. Set before any call.</summary>
    public Action<SendLink<Frame>, Frame, Exception>? Replace { get; set; }

    /// <summary>A callee is gone: what it was handed is of no use to it any more. Called outside every gate. Set before any call.</summary>
    public Action<Guid>? ServerGone { get; set; }

    /// <summary>
    /// A callee is gone that may have been at work (<see cref="PendingCall.IsWork"/>): maybe that was its end. Called outside every gate, before the session with it has ended. Set before
    /// any call.
    /// </summary>
    public Action<PeerIdentity>? LostAtWork { get; set; }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => _requests.Peers;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(
        _requests.MessagesSent, _replies.MessagesReceived, _requests.Bytes + _replies.Bytes, _route.Count, _requests.Redelivered, Volatile.Read(ref _givenUp) + Interlocked.Read(ref _unbegun), 0, _requests.Refused);

    internal override IOutbox? OutboxOrNull => _requests;

    internal override IInbox? InboxOrNull => _replies;

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    private protected override Mailbox PeerMailbox => _requests;

    private protected override int PeerCount => _requests.Count;

    /// <summary>The link to a callee, if it is there.</summary>
    public SendLink<Frame>? LinkTo(Guid server)
    {
        _requests.EnterGate();
        try
        {
            return _requests.FindLink(server);
        }
        finally
        {
            _requests.ExitGate();
        }
    }

    /// <summary>Calls without an answer that callees had sent here will not be carried out. <see cref="TellUnbegun"/> follows.</summary>
    public void GiveUp(long count) => Interlocked.Add(ref _unbegun, count);

    /// <summary>Tells of those that were not told yet: they are missed by nobody.</summary>
    public void TellUnbegun()
    {
        if (TakeUntold(Interlocked.Read(ref _unbegun), ref _unbegunTold) is > 0 and long count)
        {
            Node.RaiseUnbegun(this, count);
        }
    }

    /// <summary>Ends the links to a callee that does what none should. Any thread.</summary>
    public void Break(PeerIdentity server, string reason) =>
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Replies.Break(state.Server, state.Reason), (Replies: _replies, Server: server.SocketId, Reason: reason), preferLocal: false);

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

    internal override bool IsReady() => _requests.IsClosed || (_route.HasPlace && _requests.IsReady());

    private protected override long Close(TimeSpan linger)
    {
        _requests.BeginClose();
        EndAll(null, Disposed.Of($"The connection to service '{Channel.Name}' was disposed."), isFinal: false);

        // One-way calls are still taken.
        long rest = _requests.Close(linger);
        _replies.Close();
        EndAll(null, Disposed.Of($"The connection to service '{Channel.Name}' was disposed."), isFinal: false);
        return rest;
    }

    /// <summary>
    /// One without an answer goes to another callee, unless it may have been begun, or has blobs, which are given to the one that it went to.
    /// </summary>
    private bool PassesOn(Frame frame, bool mayBeBegun)
    {
        if (!CallFrame.IsUnanswered(frame, out bool isForAnybody))
        {
            return false;
        }

        bool passes = isForAnybody && !mayBeBegun && !(frame.Blobs?.Count > frame.Blobs?.CountBeside);
        _givenUp += passes ? 0 : 1;
        return passes;
    }

    /// <summary>What nobody waits for is missed by nobody: so it is told.</summary>
    private void TellGivenUp(LinkEnd link)
    {
        if (TakeUntold(Volatile.Read(ref _givenUp), ref _told) is > 0 and long count)
        {
            Node.RaiseGivenUp(this, link.Peer.Describe(), count);
        }
    }

    /// <summary>How many of so many were not told before: they are now.</summary>
    private long TakeUntold(long all, ref long told)
    {
        lock (_tellGate)
        {
            long count = all - told;
            told = Math.Max(told, all);
            return count;
        }
    }

    /// <summary>Without a way back no call over there is ever answered. Where the peer is lost as a whole, the way there goes by itself.</summary>
    private void OnWayBackChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state == PeerState.Joined)
        {
            _waysBack.Add((ReceiveLink)link);
        }
        else if (state == PeerState.Lost && link.Fault is not null)
        {
            _requests.Break(link.Peer.SocketId, reason);
        }
    }

    private void OnServerChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state is PeerState.Lost or PeerState.Left)
        {
            // What it had answered before is still delivered.
            TakeAnswers(null);
            _waysBack.AwaitHandedOn(link.Peer.SocketId);
            string why = reason.Length == 0 ? "the service was closed" : reason;
            EndAll(link, new PeerLostException(Channel.Name, link.Peer.Describe(), why, link.Fault), isFinal: ((SendLink)link).IsLastWord(lost: state == PeerState.Lost));
            ServerGone?.Invoke(link.Peer.SocketId);
            if (link is SendLink<Frame> { WasAtWork: true })
            {
                LostAtWork?.Invoke(link.Peer);
            }
        }

        _route.OnCalleesChanged();
        OnPeerChanged(link, state, reason);
        TellGivenUp(link);
    }

    /// <summary>Its end is milliseconds away, in which its memory is torn down: calls that may be repeated do not wait for that.</summary>
    private void OnServerDying(SendLink link)
    {
        // What it has answered stands.
        TakeAnswers(null);
        _waysBack.AwaitHandedOn(link.Peer.SocketId);
        _route.EndRepeatable(link, new PeerLostException(Channel.Name, link.Peer.Describe(), "its process is dying"));
        _replies.Wake();
        _requests.Wake();
        _route.OnCalleesChanged();
    }

    private void EndAll(LinkEnd? link, Exception error, bool isFinal)
    {
        _route.EndAll(link, error, isFinal);
        _replies.Wake();
        _requests.Wake();
    }

    /// <summary>From the caller to the callees.</summary>
    private sealed class CallerRoute(CallerSocket socket, int capacity, int window) : CallRoute(socket._requests, capacity, window)
    {
        /// <summary>So many answers are taken together: they wait for each other, some nanoseconds each.</summary>
        private const int MostTogether = 32;

        /// <summary>1 while a loop takes answers.</summary>
        private int _looping;

        /// <summary>The loop's: frames for answers, and the calls that they are for.</summary>
        private readonly Frame?[] _frames = new Frame?[MostTogether];
        private readonly PendingCall?[] _calls = new PendingCall?[MostTogether];

        /// <inheritdoc/>
        public override WaitResult Await(PendingCall call, TimeSpan timeout, CancellationToken cancellationToken)
        {
            AnswerAttempt attempt = new(socket, call);
            return socket._replies.Block(ref attempt, timeout, cancellationToken);
        }

        /// <summary>There is one more, or one less: somebody else may be whose turn it is.</summary>
        public void OnCalleesChanged() => HandOut();

        /// <inheritdoc/>
        public override void WakeAll()
        {
            socket._replies.Wake();
            socket._requests.Wake();
        }

        /// <inheritdoc/>
        public override void TakeAnswers(PendingCall? mine) => socket.TakeAnswers(mine);

        /// <inheritdoc/>
        protected override void OnAwaited()
        {
            if (Volatile.Read(ref _looping) == 0 && Interlocked.Exchange(ref _looping, 1) == 0)
            {
                _ = LoopAsync();
            }
        }

        /// <inheritdoc/>
        protected override void OnLate(Guid callee, Frame answer)
        {
            if (socket.Late is { } late && socket.LinkTo(callee) is { } link)
            {
                late(this, link, answer);
            }
        }

        /// <inheritdoc/>
        protected override void Report(Exception error) => socket.Node.RaiseFailed(socket, error);

        /// <inheritdoc/>
        protected override void Replace(SendLink<Frame> receiver, Frame answer, Exception error) => socket.Replace?.Invoke(receiver, answer, error);

        /// <summary>Takes answers for as long as calls are awaited.</summary>
        private async Task LoopAsync()
        {
            var attempt = new LoopAttempt(this, socket);
            do
            {
                try
                {
                    await socket._replies.BlockAsync(attempt, CancellationToken.None).ConfigureAwait(false);
                }
                catch (ObjectDisposedException)
                {
                    // The socket was closed, which ended its calls.
                    return;
                }
                catch (Exception error)
                {
                    // Nobody else takes the answers of those that are awaited.
                    Report(error);
                }

                Volatile.Write(ref _looping, 0);
                Interlocked.MemoryBarrier();
            }
            while (HasAwaited && !socket._requests.IsClosed && Interlocked.Exchange(ref _looping, 1) == 0);
        }

        private sealed class LoopAttempt(CallerRoute route, CallerSocket socket) : IAttempt
        {
            /// <inheritdoc/>
            static bool IAttempt.LooksOn => true;

            /// <inheritdoc/>
            public bool Try()
            {
                socket.TakeTogether(route._frames, route._calls);
                return !route.HasAwaited || socket._requests.IsClosed;
            }
        }
    }
}
