using System.Net;
using System.Net.Sockets;
using Viaduct.Discovery;
using Viaduct.HostilePeer;
using Viaduct.Nodes;
using Viaduct.Rings;
using Viaduct.Tests.Support;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Hostile;

/// <summary>Single steps that no sound peer takes, and what they lead to.</summary>
[Collection(Collections.Alone)]
public sealed class ProtocolTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Recorder<NodeEvent> _events = new();
    private readonly Node _victim;

    public ProtocolTests()
    {
        _victim = Node.Join(new NodeOptions
        {
            Name = "victim",
            RuntimeDirectory = _directory.Path,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            LingerTimeout = TimeSpan.Zero,
        });
        _victim.Event += _events.Add;
    }

    public async ValueTask DisposeAsync()
    {
        await Background.Run(_victim.Dispose).Within();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(0, -1)]
    public async Task Who_comes_with_another_version_is_refused_and_both_are_told_which(int version, int layout)
    {
        HelloFrame hello = Hello(ConnectionMode.SharedMemory, version, layout);
        HostileConnection stranger = HostileConnection.Dial(SocketPath);

        stranger.Send(builder => hello.Write(builder, FrameType.Hello));

        byte[]? body = stranger.Expect(FrameType.Refused);
        Assert.NotNull(body);
        RefusedFrame refused = ReadRefused(body);
        Assert.Equal(version != 0 ? "version" : "layout", refused.Code);
        Assert.Contains(VersionsOf(hello), refused.Text, StringComparison.Ordinal);
        await Background.Run(() => Assert.True(stranger.WaitForEnd(Patience.Limit))).Within();
        stranger.Close();
        await Waiting.Until(() => _events.Items.Any(happened => happened is { Kind: NodeEventKind.PeerRefused, Error: PeerRefusedException } && happened.Text.Contains(VersionsOf(hello), StringComparison.Ordinal)));
        Dial(ConnectionMode.SharedMemory).Close();
    }

    [Fact]
    public void Another_layout_of_shared_memory_is_nothing_to_who_shares_none()
    {
        HelloFrame hello = Hello(ConnectionMode.Stream, version: 0, layout: 1);
        HostileConnection stranger = HostileConnection.Dial(SocketPath);

        stranger.Send(builder => hello.Write(builder, FrameType.Hello));

        Assert.NotNull(stranger.Expect(FrameType.Welcome));
        stranger.Close();
    }

    [Fact]
    public async Task Who_only_connects_shows_out_its_own_and_not_who_came_from_elsewhere_before()
    {
        HostileConnection patient = HostileConnection.Dial(SocketPath);
        List<Socket> crowd = [];
        for (int i = 0; i < 300; i++)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(_victim.ListenAddress!, Patience.Token);
            crowd.Add(socket);
        }

        // With the patient one that is 45 more than are waited for: these see their end.
        await Background.Run(() => Assert.All(crowd[..45], static socket => Assert.True(socket.Poll(Patience.Limit, SelectMode.SelectRead)))).Within();
        bool welcomed = patient.Greet(ConnectionMode.SharedMemory, Guid.NewGuid());

        Assert.True(welcomed);
        patient.Close();
        crowd.ForEach(static socket => socket.Dispose());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public async Task Who_answers_with_another_version_is_left_with_an_error_that_says_which(int version, int layout)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Recorder<NodeEvent> events = new();
        using TemporaryDirectory elsewhere = new();
        NodeOptions options = new() { RuntimeDirectory = elsewhere.Path, LingerTimeout = TimeSpan.Zero, OnEvent = events.Add };
        options.Peers.Add(listener.LocalEndpoint.ToString()!);
        using Node node = Node.Join(options);
        HostileConnection stranger = new(Transport.Over(await listener.AcceptSocketAsync(Patience.Token).AsTask().Within()));
        Assert.NotNull(stranger.Expect(FrameType.Hello));

        HelloFrame hello = Hello(ConnectionMode.SharedMemory, version, layout);
        stranger.Send(builder => hello.Write(builder, FrameType.Welcome));

        await Waiting.Until(() => events.Items.Any(happened => happened.Error is ProtocolViolationException error && error.Message.Contains(VersionsOf(hello), StringComparison.Ordinal)));
        await Background.Run(() => Assert.True(stranger.WaitForEnd(Patience.Limit))).Within();
        stranger.Close();
    }

    [Fact]
    public async Task A_link_that_begins_before_it_is_open_ends_the_connection()
    {
        // A server opens its way back first, so the link stays unopened as long as the client likes.
        using Server<long, long> server = _victim.OpenServer(new CallSpec<long, long>("calls"));
        HostileConnection client = Dial(ConnectionMode.Stream);
        client.Send(LinkTo("calls", server).Write);
        Assert.NotNull(client.Expect(FrameType.OpenLink));

        client.Send(new SenderStateFrame(1, 0, 0, 0, 0).Write);

        await EndsWith(client, "before it is open");
        Assert.Empty(server.Peers);
    }

    [Fact]
    public async Task A_link_offered_again_before_the_way_back_is_settled_is_not_open()
    {
        using Server<long, long> server = _victim.OpenServer(new CallSpec<long, long>("calls"));
        HostileConnection client = Dial(ConnectionMode.Stream);
        OpenLinkFrame link = LinkTo("calls", server);
        client.Send(link.Write);
        Assert.NotNull(client.Expect(FrameType.OpenLink));

        client.Send(link.Write);
        client.Send((link with { Flags = (int)LinkFlags.Resume }).Write);
        client.Send(new SenderStateFrame(1, 0, 0, 0, 0).Write);

        await EndsWith(client, "before it is open");
        Assert.Empty(server.Peers);
    }

    [Fact]
    public async Task A_way_back_that_is_closed_before_it_is_open_refuses_its_link()
    {
        using Server<long, long> server = _victim.OpenServer(new CallSpec<long, long>("calls"));
        HostileConnection client = Dial(ConnectionMode.Stream);
        client.Send(LinkTo("calls", server).Write);
        FrameParser parser = new(client.Expect(FrameType.OpenLink), FrameType.OpenLink);
        int wayBack = OpenLinkFrame.Read(ref parser).LinkId;

        // Side by side, so that one of them comes while the close is under way.
        client.Send(new CloseLinkFrame(wayBack, 1, "").Write);
        client.Send(new LinkOpenedFrame { LinkId = wayBack }.Write);

        (FrameType Type, byte[] Body)? answer = client.Expect(FrameType.LinkRefused, FrameType.LinkOpened);
        Assert.Equal(FrameType.LinkRefused, answer?.Type);
        Assert.Empty(server.Peers);
        client.Send(new PingFrame(7).Write);
        await Background.Run(() => Assert.NotNull(client.Expect(FrameType.Pong))).Within();
        client.Close();
    }

    [Fact]
    public async Task A_socket_announced_on_one_machine_ends_the_connection()
    {
        HostileConnection connection = Dial(ConnectionMode.Stream);

        connection.Send(new AnnounceFrame
        {
            SocketId = Guid.NewGuid(), Channel = "prices", Role = "consumer", Pattern = Pattern.ProducerConsumer, Topology = Topology.ManyToMany, Capacity = 64, Schema = "bytes",
        }.Write);

        await EndsWith(connection, "runtime directory");
    }

    [Fact]
    public async Task A_query_from_who_came_as_a_peer_ends_the_connection()
    {
        HostileConnection connection = Dial(ConnectionMode.Stream);

        connection.Send(new QueryFrame(0).Write);

        await EndsWith(connection, "Query");
    }

    [Fact]
    public async Task A_link_closed_again_and_again_is_told_once_and_answered()
    {
        using Consumer<ReadOnlyMemory<byte>> consumer = _victim.OpenConsumer(new ChannelSpec<ReadOnlyMemory<byte>>("attacked"));
        HostileConnection sender = Dial(ConnectionMode.Stream);
        sender.Send(LinkTo("attacked", consumer).Write);
        Assert.NotNull(sender.Expect(FrameType.LinkOpened));
        sender.Send(new SenderStateFrame(1, 0, 0, 0, 0).Write);
        for (int i = 0; i < 100; i++)
        {
            sender.Send(new CloseLinkFrame(1, 0, "gone").Write);
            sender.Send(Data(position: 0, total: 8, bytes: 8));
        }

        await Assert.ThrowsAsync<PeerLostException>(async () => await consumer.ReceiveAsync(Patience.Token));
        Assert.NotNull(sender.Expect(FrameType.LinkClosed));
        Assert.Single(_events.Items, happened => happened.Kind == NodeEventKind.PeerLost);
        sender.Close();
    }

    [Fact]
    public async Task A_length_that_is_only_claimed_allocates_next_to_nothing()
    {
        using Consumer<ReadOnlyMemory<byte>> consumer = _victim.OpenConsumer(new ChannelSpec<ReadOnlyMemory<byte>>("attacked"));
        HostileConnection sender = new(Transport.Over(DialTcp()));
        Assert.True(sender.Greet(ConnectionMode.Stream, Guid.NewGuid()));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int link = 1; link <= 8; link++)
        {
            sender.Send((LinkTo("attacked", consumer) with { LinkId = link }).Write);
            Assert.NotNull(sender.Expect(FrameType.LinkOpened));
            sender.Send(new SenderStateFrame(link, 0, 0, 0, 0).Write);
            sender.Send(Data(position: 0, total: 64 << 20, bytes: 1, link));
        }

        sender.Send(new PingFrame(7).Write);
        await Background.Run(() => Assert.NotNull(sender.Expect(FrameType.Pong))).Within();

        // A megabyte for each beginning, and what the connection and the rings take: not 512.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 24 << 20);
        sender.Close();
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5_000_000)]
    public async Task A_message_that_grows_as_it_comes_is_whole(int size)
    {
        using Consumer<ReadOnlyMemory<byte>> consumer = _victim.OpenConsumer(new ChannelSpec<ReadOnlyMemory<byte>>("attacked") { Context = Context.DistributedProcess });
        using TemporaryDirectory elsewhere = new();
        NodeOptions options = new() { RuntimeDirectory = elsewhere.Path, LingerTimeout = Patience.Limit };
        options.Peers.Add(_victim.ListenAddress!.ToString());
        using Node far = Node.Join(options);
        using Producer<ReadOnlyMemory<byte>> producer = far.OpenProducer(new ChannelSpec<ReadOnlyMemory<byte>>("attacked") { Context = Context.DistributedProcess });
        for (int id = 0; id < 5; id++)
        {
            await producer.SendAsync(Payload.Create(id, size), Patience.Token);
        }

        for (int id = 0; id < 5; id++)
        {
            ReadOnlyMemory<byte> message = await consumer.ReceiveAsync(Patience.Token);
            Assert.Equal(size, message.Length);
            Assert.Equal(id, Payload.Read(message.Span));
        }
    }

    [Fact]
    public async Task Of_many_who_connect_and_say_nothing_the_oldest_are_shown_out()
    {
        List<Socket> silent = [];
        for (int i = 0; i < 300; i++)
        {
            silent.Add(DialTcp());
        }

        await Waiting.Until(() => _events.Items.Any(happened => happened.Text.Contains("many others", StringComparison.Ordinal)));
        HostileConnection beside = Dial(ConnectionMode.Stream);
        Assert.False(beside.IsClosed);
        beside.Close();
        silent.ForEach(static socket => socket.Dispose());
    }

    private static byte[] Data(ulong position, int total, int bytes, int link = 1)
    {
        FrameBuilder builder = new();
        new DataFrame { LinkId = link, Position = position, Sequence = position + 1, Attempt = 1, Kind = RecordHeader.Inline, TotalLength = total, Offset = 0 }.Write(builder, new byte[bytes]);
        return builder.Written.ToArray();
    }

    private static OpenLinkFrame LinkTo(string channel, ISocket receiver)
    {
        ChannelSocket socket = (ChannelSocket)receiver;
        ChannelSpec spec = socket.Channel;
        return new OpenLinkFrame
        {
            LinkId = 1,
            Flags = 0,
            Channel = channel,
            SenderSocket = Guid.NewGuid(),
            ReceiverSocket = socket.Id,
            Pattern = socket.Pattern,
            Topology = spec.Topology,
            Capacity = spec.Capacity,
            ByteCapacity = 0,
            Delivery = spec.Delivery,
            MaxMessageSize = spec.MaxMessageSize,
            Schema = spec.Schema,
            SchemaHash = spec.SchemaHash,
            RingSegment = 0,
            RingOffset = 0,
            RingSize = 0,
            Window = 0,
            SenderPageSegment = 0,
            SenderPageOffset = 0,
        };
    }

    /// <summary>A greeting by who is so many versions ahead.</summary>
    private static HelloFrame Hello(ConnectionMode mode, int version, int layout) => new()
    {
        Version = HelloFrame.CurrentVersion + version,
        LayoutVersion = HelloFrame.CurrentLayoutVersion + layout,
        NodeId = Guid.NewGuid(),
        NodeName = "stranger",
        Domain = "default",
        Mode = mode,
        HeartbeatMilliseconds = 2000,
    };

    /// <summary>How an error says which versions met.</summary>
    private static string VersionsOf(HelloFrame stranger) => stranger.Version != HelloFrame.CurrentVersion
        ? $"Protocol version {stranger.Version} meets {HelloFrame.CurrentVersion}"
        : $"Shared memory layout {stranger.LayoutVersion} meets {HelloFrame.CurrentLayoutVersion}";

    private static RefusedFrame ReadRefused(byte[] body)
    {
        FrameParser parser = new(body, FrameType.Refused);
        return RefusedFrame.Read(ref parser);
    }

    private string SocketPath => LocalDirectory.SocketPathOf(_directory.Path, "default", _victim.Id, shared: false);

    private HostileConnection Dial(ConnectionMode mode)
    {
        HostileConnection connection = HostileConnection.Dial(SocketPath);
        Assert.True(connection.Greet(mode, Guid.NewGuid()));
        return connection;
    }

    private Socket DialTcp()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(_victim.ListenAddress!);
        return socket;
    }

    private async Task EndsWith(HostileConnection connection, string what)
    {
        await Background.Run(() => Assert.True(connection.WaitForEnd(Patience.Limit))).Within();
        await Waiting.Until(() => _events.Items.Any(happened => happened.Error is ProtocolViolationException error && error.Message.Contains(what, StringComparison.Ordinal)));
        connection.Close();
    }
}
