using Viaduct.Discovery;
using Viaduct.Links;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>
/// All that goes on between this node and one other: the connection, who listens there, and the links, which over TCP outlive a
/// broken connection. With shared memory only agreements and doorbells pass through the connection; else the messages do too.
/// </summary>
internal sealed partial class Session
{
    [ThreadStatic]
    private static FrameBuilder? t_builder;

    private readonly Lock _lock = new();

    /// <summary>Held while a frame of the present connection is worked on.</summary>
    private readonly Lock _input = new();

    /// <summary>Held while output for the present connection is put together; links give up their readers under it.</summary>
    private readonly Lock _output = new();

    private readonly SessionPort _port;
    private readonly StreamMemory _streams;
    private readonly Dictionary<Guid, Registration> _registrations = [];
    private readonly Dictionary<int, OutgoingLink> _outgoing = [];
    private readonly Dictionary<int, IncomingLink> _incoming = [];
    private readonly bool _dialed;
    private readonly bool _remote;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Transport _transport;
    private Guid _sessionId;
    private int _nextLink;
    private Exception? _closeError;

    /// <summary>Milliseconds of checks since the last frame came; raised by the heartbeat, cleared by whoever hands frames on.</summary>
    private long _silence;

    /// <summary>Milliseconds of checks since the last ping; the heartbeat's only.</summary>
    private long _sincePing;

    private volatile bool _peerSaidBye;

    /// <summary>A session over a connection that was just made, by us or by the peer.</summary>
    public Session(Node node, Transport transport, bool dialed, bool remote, bool sharedMemory, Func<CancellationToken, Task<Transport>>? redial)
    {
        Node = node;
        _transport = transport;
        _port = new SessionPort(this, transport);
        _dialed = dialed;
        _remote = remote;
        _redial = redial;
        SharesMemory = sharedMemory;
        _streams = new StreamMemory(node.Memory.Private.Rings);
    }

    /// <summary>Our node.</summary>
    public Node Node { get; }

    /// <summary>Where it stands.</summary>
    public SessionState State { get; private set; }

    /// <summary>The other node; empty until it said so.</summary>
    public Guid PeerId { get; private set; }

    /// <summary>The other node's name.</summary>
    public string PeerName { get; private set; } = "";

    /// <summary>The other node's process.</summary>
    public int PeerProcess { get; private set; }

    /// <summary>Whether messages pass through shared memory.</summary>
    public bool SharesMemory { get; private set; }

    /// <summary>Whether the other node may be on another machine.</summary>
    public bool IsRemote => _remote;

    /// <summary>Whether the connection was inherited: no directory tells of the peer's sockets, so the peer does.</summary>
    public bool IsAdopted { get; init; }

    /// <summary>Whether the ends tell each other who listens.</summary>
    public bool Announces => _remote || IsAdopted;

    /// <summary>How links of this session reach the peer.</summary>
    public Route Route => _remote ? Route.Tcp : SharesMemory ? Route.SharedMemory : Route.UnixSocket;

    /// <summary>The node that was dialed (this machine only): known before it answers.</summary>
    public Guid DialedNode { get; init; }

    /// <summary>Where a connection that was accepted comes from, by the kernel: a process of this machine, or an address; compared by value.</summary>
    public object? Origin { get; init; }

    /// <summary>The port that the other node listens on; 0 = none.</summary>
    public int PeerPort { get; private set; }

    /// <summary>Why the session ended.</summary>
    public Exception? Error => _closeError;

    /// <summary>Ends with the session.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Who listens at the other node, as it said; empty where a directory does.</summary>
    public Registration[] Registrations
    {
        get
        {
            lock (_lock)
            {
                return [.. _registrations.Values];
            }
        }
    }

    /// <summary>Whether it was accepted, has not said who it is, and is not about to end.</summary>
    public bool IsWaitedFor => !_dialed && !IsAdopted && State == SessionState.Greeting && !IsShownOut;

    /// <summary>Whether it was chosen to go, so that nobody chooses it again. Written under the node's lock.</summary>
    public bool IsShownOut { get; set; }

    /// <summary>Others come, and this one has not said who it is.</summary>
    public void ShowOut()
    {
        if (State == SessionState.Greeting)
        {
            _transport.Close(new TimeoutException($"{_transport.Description} did not greet while many others wait to."));
        }
    }

    /// <summary>Begins: the dialer speaks first.</summary>
    public void Start()
    {
        _transport.Start(_port);
        if (_dialed)
        {
            SendHello(FrameType.Hello);
        }
    }

    /// <summary>Says that a socket of ours listens.</summary>
    public void Announce(ChannelSocket socket) => Send(new AnnounceFrame
    {
        SocketId = socket.Id,
        Channel = socket.Channel.Name,
        Role = socket.Role,
        Pattern = socket.Pattern,
        Topology = socket.Channel.Topology,
        Capacity = socket.Channel.Capacity,
        Schema = socket.Channel.ShortSchema,
    }.Write);

    /// <summary>Says that a socket of ours is gone.</summary>
    public void Withdraw(Guid socketId) => Send(new WithdrawFrame(socketId).Write);

    /// <summary>Ends the session in order: what was said reaches the peer, within a bound.</summary>
    public void Leave(TimeSpan linger)
    {
        Transport transport = _transport;
        lock (_lock)
        {
            if (State is SessionState.Open)
            {
                _peerSaidBye = true;
            }
        }

        if (State == SessionState.Open)
        {
            DrainOutput(linger);

            // What is put together just now comes before the Bye.
            transport.Drain(linger);
            Send(new ByeFrame("the node was disposed").Write);
            transport.Drain(linger);
        }

        End(null, "this node was disposed");
        transport.Close(null);
    }

    /// <summary>Called again and again: notices a peer that fell silent.</summary>
    /// <param name="sinceLast">
    /// What should have passed since the last call. What did pass does not count: a check that comes late was held up by this process (it was stopped,
    /// or its machine slept), which then neither asked nor listened, and the peer is not to blame.
    /// </param>
    public void Beat(TimeSpan sinceLast)
    {
        SweepStreams();
        long beat = (long)sinceLast.TotalMilliseconds;
        CheckDeath(beat);
        long silence = Interlocked.Add(ref _silence, beat);
        double interval = Node.Options.HeartbeatInterval.TotalMilliseconds;
        if (State == SessionState.Greeting && !IsAdopted && silence > Node.GreetingBound.TotalMilliseconds)
        {
            _transport.Close(new TimeoutException($"{_transport.Description} did not greet within {Node.GreetingBound.TotalSeconds:0} s."));
        }
        else if (State == SessionState.Open && _remote)
        {
            if (silence > 3 * interval)
            {
                _transport.Close(new TimeoutException($"{PeerName} was silent for {silence} ms."));
            }
            else if ((_sincePing += beat) >= interval)
            {
                _sincePing = 0;
                Send(new PingFrame((ulong)Environment.TickCount64).Write);
            }
        }
    }

    /// <summary>A frame came over one of the session's connections.</summary>
    internal void OnFrame(Transport source, FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors)
    {
        lock (_input)
        {
            if (!ReferenceEquals(source, _transport))
            {
                return;
            }

            Volatile.Write(ref _silence, 0);
            FrameParser parser = new(body, type);
            if (State == SessionState.Greeting)
            {
                OnGreeting(type, ref parser);
            }
            else if (_isQuery && type is not (FrameType.Query or FrameType.Bye))
            {
                throw new ProtocolViolationException($"A {type} frame came where a query is expected.");
            }
            else if (State == SessionState.Open)
            {
                OnFrame(type, ref parser, ref descriptors);
            }
        }
    }

    private void OnFrame(FrameType type, ref FrameParser parser, ref ReceivedDescriptors descriptors)
    {
        switch (type)
        {
            case FrameType.Announce:
                OnAnnounce(AnnounceFrame.Read(ref parser));
                break;
            case FrameType.Withdraw:
                OnWithdraw(WithdrawFrame.Read(ref parser).SocketId);
                break;
            case FrameType.OpenLink:
                OnOpenLink(OpenLinkFrame.Read(ref parser));
                break;
            case FrameType.LinkOpened:
                OnLinkOpened(LinkOpenedFrame.Read(ref parser));
                break;
            case FrameType.LinkRefused:
                OnLinkRefused(LinkRefusedFrame.Read(ref parser));
                break;
            case FrameType.CloseLink:
                OnCloseLink(CloseLinkFrame.Read(ref parser));
                break;
            case FrameType.LinkClosed:
                OnLinkClosed(LinkClosedFrame.Read(ref parser));
                break;
            case FrameType.Segment:
                OnSegment(SegmentFrame.Read(ref parser), ref descriptors);
                break;
            case FrameType.SegmentRetired:
                _segments.Remove(SegmentRetiredFrame.Read(ref parser).SegmentId);
                break;
            case FrameType.Holds:
                OnHolds(HoldsFrame.Read(ref parser));
                break;
            case FrameType.Doorbell:
                OnDoorbell(DoorbellFrame.Read(ref parser));
                break;
            case FrameType.Data:
                OnData(DataFrame.Read(ref parser), parser.Rest());
                break;
            case FrameType.ReceiverState:
                OnReceiverState(ReceiverStateFrame.Read(ref parser), ref parser);
                break;
            case FrameType.SenderState:
                OnSenderState(SenderStateFrame.Read(ref parser));
                break;
            case FrameType.Ping:
                Send(new PongFrame(PingFrame.Read(ref parser).Stamp).Write);
                break;
            case FrameType.Pong:
                PongFrame.Read(ref parser);
                break;
            case FrameType.Query when _isQuery:
                QueryFrame.Read(ref parser);
                SendReport();
                break;
            case FrameType.Bye:
                ByeFrame.Read(ref parser);
                _peerSaidBye = true;
                break;
            default:
                throw new ProtocolViolationException($"A {type} frame came where none is expected.");
        }
    }

    /// <summary>Sends one small frame now.</summary>
    private void Send(Action<FrameBuilder> write) => Send(_transport, write);

    private static void Send(Transport transport, Action<FrameBuilder> write)
    {
        FrameBuilder builder = t_builder ?? new FrameBuilder();
        t_builder = null;
        builder.Clear();
        write(builder);
        transport.Send(builder.Written);
        t_builder = builder;
    }

    private void OnAnnounce(in AnnounceFrame frame)
    {
        if (!Announces)
        {
            throw new ProtocolViolationException("A socket was announced over a connection on one machine, where the runtime directory tells of them.");
        }

        lock (_lock)
        {
            if (_registrations.Count >= MostRegistrations)
            {
                throw new ProtocolViolationException($"The peer announced more than {MostRegistrations} sockets.");
            }

            _registrations[frame.SocketId] = new Registration(
                frame.Channel, frame.SocketId, PeerId, frame.Role, frame.Pattern, frame.Topology, frame.Capacity, frame.Schema);
        }

        Node.Reconcile(frame.Channel);
    }

    private void OnWithdraw(Guid socketId)
    {
        lock (_lock)
        {
            _registrations.Remove(socketId);
        }
    }

    private void SendReport()
    {
        byte[] json = NodeReportJson.Serialize(Node.Report());
        int part = 0;
        for (int offset = 0; offset == 0 || offset < json.Length; offset += WireLimits.MaxFragment)
        {
            int length = Math.Min(WireLimits.MaxFragment, json.Length - offset);
            ReadOnlyMemory<byte> piece = json.AsMemory(offset, length);
            ReportFrame frame = new(part++, offset + length >= json.Length);
            Send(builder => frame.Write(builder, piece.Span));
        }
    }

    private PeerIdentity IdentityOf(Guid socket) => new(PeerId, PeerName, PeerProcess, socket, Route, Route switch
    {
        Route.Tcp => $"its node is reached by {_transport.Description}",
        _ when IsAdopted => "the connection was inherited",
        Route.UnixSocket => "its Unix socket answers on this machine, and shared memory was turned off",
        _ => "its Unix socket answers on this machine",
    });

    private const int MostRegistrations = 65_536;
}
