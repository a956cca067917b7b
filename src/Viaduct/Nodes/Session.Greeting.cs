using Viaduct.Linux;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <content>Who is there, and what happens when the connection breaks.</content>
internal sealed partial class Session
{
    /// <summary>The refusal of who wants to go on with a session that is over.</summary>
    internal const string UnknownSession = "session";

    private readonly Func<CancellationToken, Task<Transport>>? _redial;
    private LifeWord? _life;
    private int _peerLifeSlot;
    private IDisposable? _deathWatch;

    /// <summary>Whether two processes can be the same peer's: its session over a connection that it dialed, or another.</summary>
    internal Guid SessionId => _sessionId;

    /// <summary>Whether we dialed.</summary>
    internal bool WasDialed => _dialed;

    /// <summary>Puts a broken session on a new connection, whose greeting was exchanged. False when it does not want one.</summary>
    /// <remarks>Called from the new connection's reading loop; the old one's loops may still be running.</remarks>
    internal bool Resume(Transport transport, in HelloFrame hello, bool takesOver)
    {
        lock (_input)
        {
            lock (_output)
            {
                lock (_lock)
                {
                    if (State != SessionState.Broken && !(takesOver && State == SessionState.Open))
                    {
                        return false;
                    }

                    _generation++;
                    _transport = transport;
                    foreach (OutgoingLink link in _outgoing.Values)
                    {
                        // Nothing is sent on it before the receiver has said where it is.
                        link.Held = link.Link is not null;
                        link.Rewind = null;
                        link.SentBytes = 0;
                    }

                    State = SessionState.Open;
                    PeerPort = hello.ListenPort;
                    _registrations.Clear();
                }

                Volatile.Write(ref _lastHeard, Environment.TickCount64);
                SayAgain();
            }
        }

        TellPeers(PeerState.Joined, $"the connection is back: {transport.Description}");
        return true;
    }

    private void TellPeers(PeerState state, string reason)
    {
        foreach (OutgoingLink link in OutgoingSnapshot())
        {
            if (link.Link is { } end)
            {
                link.Outbox.Tell(end, state, reason);
            }
        }

        foreach (IncomingLink link in IncomingSnapshot())
        {
            if (link.Link is { } end)
            {
                link.Inbox.Tell(end, state, reason);
            }
        }
    }

    /// <summary>Says who we are on a new connection of a broken session.</summary>
    internal void Greet(Transport transport) => Send(transport, builder => WriteHello(builder, FrameType.Hello));

    /// <summary>The peer gave the session up: so do we.</summary>
    internal void OnGivenUp() => Dispatcher.Post(() => End(null, "the peer had given the session up"));

    private void SendHello(FrameType type)
    {
        if (SharesMemory)
        {
            _life ??= LifeWords.Claim();
        }

        Send(builder => WriteHello(builder, type));
    }

    private void WriteHello(FrameBuilder builder, FrameType type) => new HelloFrame
    {
        Version = HelloFrame.CurrentVersion,
        LayoutVersion = HelloFrame.CurrentLayoutVersion,
        NodeId = Node.Id,
        NodeName = Node.Name,
        ProcessId = Environment.ProcessId,
        Domain = Node.Options.Domain,
        Purpose = ConnectionPurpose.Peer,
        Mode = SharesMemory ? ConnectionMode.SharedMemory : ConnectionMode.Stream,
        SessionId = _sessionId,
        ListenPort = Node.ListenAddress?.Port ?? 0,
        HeartbeatMilliseconds = (int)Node.Options.HeartbeatInterval.TotalMilliseconds,
        LifeSlot = (_life?.Slot ?? -1) + 1,
    }.Write(builder, type);

    private void OnGreeting(FrameType type, ref FrameParser parser)
    {
        switch (type)
        {
            case FrameType.Refused:
                RefusedFrame refused = RefusedFrame.Read(ref parser);
                _transport.Close(new PeerRefusedException(_transport.Description, $"the peer says: {refused.Text}"));
                break;

            case FrameType.Hello when !_dialed:
                OnHello(HelloFrame.Read(ref parser));
                break;

            case FrameType.Welcome when _dialed:
                OnWelcome(HelloFrame.Read(ref parser));
                break;

            default:
                throw new ProtocolViolationException($"A {type} frame came where a greeting is expected.");
        }
    }

    private void OnHello(HelloFrame hello)
    {
        if (Objection(hello) is { } objection)
        {
            Refuse(objection.Code, objection.Text);
            return;
        }

        if (hello.Purpose == ConnectionPurpose.Query)
        {
            TakeOver(hello);
            _isQuery = true;
            State = SessionState.Open;
            SendHello(FrameType.Welcome);
            return;
        }

        SharesMemory = SharesMemory && hello.Mode == ConnectionMode.SharedMemory;
        TakeOver(hello);
        Session? known = Node.Find(PeerId, _remote);
        if (hello.SessionId != Guid.Empty && known?.SessionId != hello.SessionId)
        {
            Refuse(UnknownSession, "the session is over here");
            return;
        }

        _sessionId = hello.SessionId == Guid.Empty ? Guid.NewGuid() : hello.SessionId;
        if (_remote && known is not null && known != this)
        {
            if (known.SessionId == hello.SessionId)
            {
                if (known._resuming && Node.Id.CompareTo(PeerId) < 0)
                {
                    // Both dial at once: the connection that the smaller id dialed is taken.
                    Refuse("duplicate", "a connection of this session is being made the other way");
                    return;
                }

                SendHello(FrameType.Welcome);
                HandTo(known, hello);
                return;
            }

            if (known.State == SessionState.Open && known.WasDialed && Node.Id.CompareTo(PeerId) < 0)
            {
                // Of two connections between a pair the one that the smaller id dialed stays.
                Refuse("duplicate", "there is a session with this node already");
                return;
            }

            if (known.State == SessionState.Broken)
            {
                known.End(new PeerRefusedException(PeerName, "it came back as a new session"), "the peer lost the session");
            }
        }

        SendHello(FrameType.Welcome);
        Open(hello);
    }

    private void OnWelcome(HelloFrame hello)
    {
        if (Objection(hello) is { } objection)
        {
            throw new ProtocolViolationException(objection.Text);
        }

        SharesMemory = SharesMemory && hello.Mode == ConnectionMode.SharedMemory;
        _sessionId = hello.SessionId;
        TakeOver(hello);
        if (_remote && Node.Id.CompareTo(PeerId) > 0 && Node.Find(PeerId, remote: true) is { State: SessionState.Open } other && other != this)
        {
            // Both dialed at once: the connection that the smaller id dialed stays, and that is the other.
            throw new PeerRefusedException(PeerName, "there is a session with this node already");
        }

        Open(hello);
    }

    private void Open(in HelloFrame hello)
    {
        if (SharesMemory)
        {
            // Before anybody can open a link that lies in one of them.
            SendSegment(0, LifeWords.File.Descriptor!, LifeWords.File.Length);
            _peerLifeSlot = hello.LifeSlot;
            Node.Memory.ShareWith(this);
            OfferHolds();
        }

        State = SessionState.Open;
        Node.OnSessionOpen(this);
    }

    private void TakeOver(in HelloFrame hello)
    {
        PeerId = hello.NodeId;
        PeerName = hello.NodeName;
        PeerProcess = hello.ProcessId;
        PeerPort = hello.ListenPort;
    }

    private (string Code, string Text)? Objection(in HelloFrame hello)
    {
        if (hello.Version != HelloFrame.CurrentVersion)
        {
            return ("version", $"Protocol version {hello.Version} meets {HelloFrame.CurrentVersion}: update the older of the two programs.");
        }

        if (hello.Mode == ConnectionMode.SharedMemory && hello.LayoutVersion != HelloFrame.CurrentLayoutVersion)
        {
            return ("layout", $"Shared memory layout {hello.LayoutVersion} meets {HelloFrame.CurrentLayoutVersion}: update the older of the two programs.");
        }

        if (hello.Domain != Node.Options.Domain)
        {
            return ("domain", $"Domain '{hello.Domain}' meets '{Node.Options.Domain}'.");
        }

        return hello.NodeId == Node.Id && _remote ? ("self", "A node does not connect to itself by TCP.") : null;
    }

    private void Refuse(string code, string text)
    {
        Send(new RefusedFrame(code, text).Write);
        _transport.Drain(TimeSpan.FromSeconds(1));
        _transport.Close(new PeerRefusedException(_transport.Description, text));
    }

    /// <summary>Gives this connection to the session that it continues.</summary>
    private void HandTo(Session known, HelloFrame hello)
    {
        Transport old = known._transport;
        Transport mine = _transport;
        _port.HandTo(known);
        State = SessionState.Closed;
        if (!known.Resume(mine, hello, takesOver: true))
        {
            mine.Close(new PeerRefusedException(PeerName, "the session is over"));
        }

        old.Close(null);
        Node.Remove(this);
        _ended.TrySetResult();
    }

    internal void OnConnectionLost(Transport transport, Exception? error)
    {
        lock (_lock)
        {
            if (State == SessionState.Closed || !ReferenceEquals(transport, _transport))
            {
                return;
            }

            if (State == SessionState.Open && _remote && !_peerSaidBye && !_isQuery && error is not (ProtocolViolationException or PeerRefusedException) && Node.Options.ReconnectWindow > TimeSpan.Zero)
            {
                State = SessionState.Broken;
            }
        }

        if (State != SessionState.Broken)
        {
            End(error, error?.Message ?? (_peerSaidBye ? "its node left" : "its process ended, or closed the connection"));
            return;
        }

        TellPeers(PeerState.Reconnecting, $"the connection broke: {error?.Message ?? "closed by the peer"}");
        NotePartialLoss();
        _ = ReconnectAsync();
    }

    private async Task ReconnectAsync()
    {
        int generation = _generation;
        using CancellationTokenSource window = new(Node.Options.ReconnectWindow);
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        while (!window.IsCancellationRequested && State == SessionState.Broken && generation == _generation)
        {
            try
            {
                if (_redial is not null)
                {
                    Transport transport = await _redial(window.Token).ConfigureAwait(false);
                    _resuming = true;
                    Resumption attempt = new(this, transport);
                    bool resumed = await attempt.RunAsync(window.Token).ConfigureAwait(false);
                    _resuming = false;
                    if (resumed)
                    {
                        return;
                    }
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                _resuming = false;

                // The next try may do better; the window bounds them all.
            }

            try
            {
                await Task.Delay(pause, window.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            pause = TimeSpan.FromMilliseconds(Math.Min(500, (pause.TotalMilliseconds * 2) + Random.Shared.Next(10)));
        }

        if (State == SessionState.Broken && generation == _generation)
        {
            Dispatcher.Post(() =>
            {
                if (State == SessionState.Broken && generation == _generation)
                {
                    End(null, $"its connection broke and did not come back within {Node.Options.ReconnectWindow.TotalSeconds:0.#} s");
                }
            });
        }
    }

    /// <summary>Counts the connections, so that what was begun for an old one is not done to a new one.</summary>
    private volatile int _generation;

    /// <summary>A connection of our own making is greeting the peer.</summary>
    private volatile bool _resuming;

    private bool _isQuery;
}
