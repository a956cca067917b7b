using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>The called end of a service: takes frames of all callers, and sends answers, and calls of its own, to each. Thread-safe.</summary>
internal sealed partial class CalleeSocket : ChannelSocket
{
    private readonly Mailbox[] _sources;

    /// <summary>The ways to callers that were called themselves. Guarded by itself.</summary>
    private readonly Dictionary<Guid, CallbackRoute> _routes = [];

    public CalleeSocket(Node node, ServiceSpec channel, ServerOptions options)
        : base(node, channel, Pattern.ClientServer, "server", options)
    {
        Requests = new Inbox<Frame>(channel, options, new FrameFormat(channel.MaxMessageSize), FullMode.Wait) { PeerChanged = OnClientChanged, TellsRefusals = false };
        Replies = new ReplyOutbox<Frame>(channel, options, new FrameFormat(channel.MaxMessageSize)) { PeerChanged = OnWayBackChanged };
        Requests.Role = Replies.Role = Role;
        _sources = [Requests];
    }

    /// <summary>
    /// A caller is gone, or one of the two links to it: what it has here is of no use any more. Called outside every gate, for each of the two: what is handed to it between
    /// them is found by the second.
    /// </summary>
    public Action<Guid>? ClientGone { get; init; }

    /// <summary>An answer came of a caller for which nobody waits any more. Called outside every gate.</summary>
    public Action<CallRoute, SendLink<Frame>, Frame>? Late { get; init; }

    /// <summary>Makes of an answer to a caller that can't be sent one that says why, under the same number. Called under a gate.</summary>
    public Action<SendLink<Frame>, Frame, Exception>? Replace { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => Requests.Peers;

    /// <inheritdoc/>
    private protected override bool HasListeners => false;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(
        Replies.MessagesSent, Requests.MessagesReceived, Replies.Bytes + Requests.Bytes, 0, 0, Interlocked.Read(ref _givenUp), 0, Requests.Refused);

    internal override IOutbox? OutboxOrNull => Replies;

    internal override IInbox? InboxOrNull => Requests;

    internal Inbox<Frame> Requests { get; }

    internal ReplyOutbox<Frame> Replies { get; }

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    private protected override Mailbox PeerMailbox => Requests;

    private protected override int PeerCount => Requests.Count;

    /// <summary>Takes a frame that is no answer, waiting for it. It is consumed by that: what a caller finds consumed was started.</summary>
    public WaitResult Receive(ref IncomingFrame incoming, TimeSpan timeout, CancellationToken cancellationToken)
    {
        incoming.Socket = this;
        incoming.Prepare();
        return Requests.Block(ref incoming, timeout, cancellationToken);
    }

    /// <summary>Sends an answer as soon as there is room, unless the caller is gone. The frame stays the callee's own.</summary>
    /// <exception cref="MessageTooLargeException">The answer is larger than messages may be.</exception>
    public void Answer(Guid client, uint id, Frame answer)
    {
        if (answer.FullLength > Channel.MaxMessageSize)
        {
            throw MessageTooLargeException.Of(Channel, answer.FullLength);
        }

        CallFrame.SetId(answer, id);
        if (!Replies.TryReply(client, answer, id) && RouteTo(client) is { } route)
        {
            // Calls of our own have taken the room that the caller keeps for its answers.
            Frame copy = Frame.Rent();
            copy.Set(answer);
            route.Post(route.Link, copy);
        }
    }

    /// <summary>The way to a caller, for calls of our own; null when that is gone.</summary>
    public CallbackRoute? RouteTo(Guid client)
    {
        if (FindRoute(client) is { } known)
        {
            return known;
        }

        SendLink<Frame>? link;
        Replies.EnterGate();
        try
        {
            link = Replies.FindLink(client);
        }
        finally
        {
            Replies.ExitGate();
        }

        if (link is null)
        {
            return null;
        }

        CallbackRoute? route;
        lock (_routes)
        {
            if (!_routes.TryGetValue(client, out route))
            {
                // It has called, and so stands in for nobody.
                link.HasSpoken = true;
                _routes.Add(client, route = new CallbackRoute(this, link));
            }
        }

        if (link.IsGone)
        {
            // Nobody else would end it.
            RemoveRoute(client);
        }

        return route;
    }

    /// <summary>Takes the next frame that is no answer. Answers go to the calls that they name.</summary>
    /// <param name="ready">A frame that may be used for it, or none; none once it was used.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="client">Who sent it.</param>
    internal bool TryTake(ref Frame? ready, out Frame frame, out PeerIdentity client)
    {
        if (Volatile.Read(ref _postponedCount) != 0 && TryTakePostponed(out frame!, out client!))
        {
            return true;
        }

        // Read behind the count: who finds nothing postponed any more since it went back, or is left, finds this. What comes behind those must not come before them.
        if (Volatile.Read(ref _givesBack) != 0)
        {
            // Nobody looks at the requests any more, which would tell that.
            Disposed.ThrowIf(Requests.IsClosed, Role, Channel.Name);
            (frame, client) = (null!, null!);
            return false;
        }

        while (TryTakeAny(ref ready, out frame, out client))
        {
            if (!TryDeliver(frame, client))
            {
                return true;
            }
        }

        return false;
    }

    internal override bool IsReady() => Requests.Look() == TakeStatus.Taken;

    private protected override long Close(TimeSpan linger)
    {
        // The calls that nobody began go back first, so that their callers hear of the close and not of silence: those that were taken by an answer, the others by the links' end.
        Deadline deadline = new(linger);
        GiveBackCalls();
        GiveUpLeft();
        AwaitPosted(linger);
        Requests.Close();
        EndRoutes();

        Replies.Close(deadline.Remaining);

        // Methods that still ran may have begun some more.
        EndRoutes();

        return 0;
    }

    /// <summary>Calls of our own that were begun while the caller was being lost are ended, too: from now on none begins.</summary>
    private void OnWayBackChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state is PeerState.Lost or PeerState.Left)
        {
            EndRoute(link.Peer.SocketId, new PeerLostException(Channel.Name, link.Peer.Describe(), reason.Length == 0 ? "it closed the connection" : reason, link.Fault));
            ClientGone?.Invoke(link.Peer.SocketId);
        }

        if (state == PeerState.Lost && link.Fault is not null)
        {
            Requests.Break(link.Peer.SocketId, reason);
        }
    }

    /// <summary>Takes the next frame, whatever it is.</summary>
    private bool TryTakeAny(ref Frame? ready, out Frame frame, out PeerIdentity client)
    {
        while (true)
        {
            try
            {
                frame = ready!;
                client = null!;
                if (Requests.TryReceive(ref frame, out ReceiveLink from) != TakeStatus.Taken)
                {
                    return false;
                }

                client = from.Peer;

                if (ReferenceEquals(frame, ready))
                {
                    ready = null;
                }

                return true;
            }
            catch (PeerLostException)
            {
                // Look at the other callers.
            }
            catch (ProtocolViolationException)
            {
                // The link of an unsound caller was closed; the others go on.
            }
        }
    }

    /// <summary>Hands an answer to the call that it names; false where a frame is none, but one of a caller's.</summary>
    private bool TryDeliver(Frame frame, PeerIdentity client)
    {
        if (IsOfCaller(frame))
        {
            return false;
        }

        if (CallFrame.TryRead(frame, out _, out _) && FindRoute(client.SocketId) is { } route)
        {
            route.Deliver(client.SocketId, frame);
            Requests.Wake();
            Replies.Wake();
        }
        else
        {
            frame.Return();
        }

        return true;
    }

    private static bool IsOfCaller(Frame frame) => CallFrame.TryRead(frame, out byte kind, out _) && !CallFrame.IsAnswer(kind);

    private CallbackRoute? FindRoute(Guid client)
    {
        lock (_routes)
        {
            return _routes.TryGetValue(client, out CallbackRoute? route) ? route : null;
        }
    }

    private CallbackRoute? RemoveRoute(Guid client)
    {
        lock (_routes)
        {
            _routes.Remove(client, out CallbackRoute? route);
            return route;
        }
    }

    /// <summary>Answers that found no room go out before the links end: those whose calls they answer would not be known to have been carried out.</summary>
    private void AwaitPosted(TimeSpan timeout)
    {
        Deadline deadline = new(timeout);
        foreach (CallbackRoute route in RoutesNow())
        {
            route.AwaitPosted(deadline.Remaining);
        }
    }

    private CallbackRoute[] RoutesNow()
    {
        lock (_routes)
        {
            return [.. _routes.Values];
        }
    }

    private void EndRoutes()
    {
        Guid[] clients;
        lock (_routes)
        {
            clients = [.. _routes.Keys];
        }

        foreach (Guid client in clients)
        {
            EndRoute(client, Disposed.Of($"The host of service '{Channel.Name}' was disposed."));
        }
    }

    private void EndRoute(Guid client, Exception error)
    {
        if (RemoveRoute(client) is { } route)
        {
            route.End(error);
            Requests.Wake();
            Replies.Wake();
        }
    }

    private void OnClientChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state is PeerState.Lost or PeerState.Left)
        {
            string why = reason.Length == 0 ? "it closed the connection" : reason;
            EndRoute(link.Peer.SocketId, new PeerLostException(Channel.Name, link.Peer.Describe(), why, link.Fault));
            ClientGone?.Invoke(link.Peer.SocketId);
        }

        OnPeerChanged(link, state, reason);
    }
}
