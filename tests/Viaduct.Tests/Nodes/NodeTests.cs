using System.Net;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Nodes;

public sealed class NodeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Domains_do_not_meet()
    {
        using Node first = Join("first", "one");
        using Node second = Join("second", "two");
        using Producer<long> producer = first.OpenProducer(new ChannelSpec<long>("events") { Context = Context.LocalProcess });
        using Consumer<long> consumer = second.OpenConsumer(new ChannelSpec<long>("events") { Context = Context.LocalProcess });

        Assert.False(await Background.Run(() => producer.WaitForPeers(1, Patience.Moment)).Within());
    }

    [Fact]
    public async Task Two_nodes_of_one_process_meet_in_the_process()
    {
        using Node first = Join("first");
        using Node second = Join("second");
        using Producer<long> producer = first.OpenProducer(new ChannelSpec<long>("events"));
        using Consumer<long> consumer = second.OpenConsumer(new ChannelSpec<long>("events"));

        await producer.WaitForPeersAsync(1, Patience.Token).Within();

        Assert.Equal(Route.InProcess, Assert.Single(producer.Peers).Route);
        await producer.SendAsync(1, Patience.Token).Within();
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
    }

    [Fact]
    public async Task A_node_tells_what_happens_to_it()
    {
        var events = new Recorder<NodeEvent>();
        using Node node = Join("teller");
        node.Event += events.Add;
        Producer<long> producer = node.OpenProducer(new ChannelSpec<long>("events"));
        Consumer<long> consumer = node.OpenConsumer(new ChannelSpec<long>("events"));
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await Background.Run(consumer.Dispose).Within();
        await Waiting.Until(() => events.Items.Any(e => e.Kind == NodeEventKind.PeerLeft));

        Assert.Contains(events.Items, e => e.Kind == NodeEventKind.SocketOpened && e.Channel == "events");
        Assert.Contains(events.Items, e => e.Kind == NodeEventKind.PeerJoined && e.Peer is not null);
        Assert.Contains(events.Items, e => e.Kind == NodeEventKind.SocketClosed);
        Assert.All(events.Items, e => Assert.NotEmpty(e.Text));
    }

    [Fact]
    public async Task A_handler_that_throws_harms_nobody()
    {
        using Node node = Join("node");
        var events = new Recorder<NodeEvent>();
        node.Event += events.Add;
        using Producer<long> producer = node.OpenProducer(new ChannelSpec<long>("events"));
        producer.PeerChanged += _ => throw new InvalidOperationException("a bug of the program's");
        using Consumer<long> consumer = node.OpenConsumer(new ChannelSpec<long>("events"));

        await producer.SendAsync(1, Patience.Token).Within();
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
        await Waiting.Until(() => events.Items.Any(e => e.Kind == NodeEventKind.HandlerFailed));
    }

    [Fact]
    public async Task Disposing_a_node_closes_its_sockets_and_ends_their_waits()
    {
        Node node = Join("node");
        Consumer<long> consumer = node.OpenConsumer(new ChannelSpec<long>("events"));
        Task<long> receive = consumer.ReceiveAsync().AsTask();

        await Background.Run(node.Dispose).Within();

        Assert.IsType<ObjectDisposedException>(await receive.Outcome());
        Assert.Throws<ObjectDisposedException>(() => node.OpenConsumer(new ChannelSpec<long>("events")));
        Assert.Empty(_directory.Files());
    }

    [Fact]
    public async Task Sockets_and_nodes_can_be_disposed_from_their_own_events()
    {
        Node node = Join("node");
        Producer<long> producer = node.OpenProducer(new ChannelSpec<long>("events"));
        var disposed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        producer.PeerChanged += change =>
        {
            if (change.State == PeerState.Joined)
            {
                producer.Dispose();
                node.Dispose();
                disposed.TrySetResult();
            }
        };
        try
        {
            node.OpenConsumer(new ChannelSpec<long>("events"));
        }
        catch (ObjectDisposedException)
        {
            // The event may well come before the consumer is returned.
        }

        await disposed.Task.Within();
        await Background.Run(node.Dispose).Within();
    }

    [Fact]
    public async Task Events_tell_of_joining_and_of_what_was_redelivered()
    {
        var events = new Recorder<NodeEvent>();
        using Node node = Node.Join(new NodeOptions { Name = "watched", RuntimeDirectory = _directory.Path, OnEvent = events.Add });
        using Producer<long> producer = node.OpenProducer(new ChannelSpec<long>("events"));
        Consumer<long> leaving = node.OpenConsumer(new ChannelSpec<long>("events"));
        for (int i = 0; i < 3; i++)
        {
            await producer.SendAsync(i, Patience.Token).Within();
        }

        await Background.Run(leaving.Dispose).Within();
        using Consumer<long> staying = node.OpenConsumer(new ChannelSpec<long>("events"));
        await Waiting.Until(() => events.Items.Any(item => item.Kind == NodeEventKind.Redelivered));

        Assert.Equal(NodeEventKind.Joined, events.Items[0].Kind);
        NodeEvent redelivered = Assert.Single(events.Items, item => item.Kind == NodeEventKind.Redelivered);
        Assert.Equal("events", redelivered.Channel);
        Assert.StartsWith("3 messages", redelivered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_survey_finds_the_nodes_their_sockets_and_their_peers()
    {
        await using PeerProcess child = await PeerProcess.Start(new PeerArguments { Name = "child", RuntimeDirectory = _directory.Path });
        await child.Do("open c consumer events capacity=7");
        using Node node = Join("here");
        using Producer<ReadOnlyMemory<byte>> producer = node.OpenProducer(new ChannelSpec<ReadOnlyMemory<byte>>("events") { Capacity = 7 });
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await producer.SendAsync(Payload.Create(1, 100), Patience.Token).Within();
        await child.Do("receive c 1");

        IReadOnlyList<NodeReport> reports = await Background.Run(
            () => Node.Survey(new NodeOptions { RuntimeDirectory = _directory.Path }, TimeSpan.FromSeconds(10))).Within();

        Assert.Equal(["child", "here"], reports.Select(report => report.Name).Order());
        NodeReport there = reports.Single(report => report.Name == "child");
        Assert.Equal(child.Id, there.ProcessId);
        SocketReport socket = Assert.Single(there.Sockets);
        Assert.Equal("events", socket.Channel);
        Assert.Equal("consumer", socket.Role);
        Assert.Equal(7, socket.Capacity);
        Assert.Equal("bytes", socket.Schema);
        Assert.Equal(1, socket.Counters.Received);
        Assert.Equal(Route.SharedMemory, Assert.Single(socket.Peers).Route);
        NodeReport here = reports.Single(report => report.Name == "here");
        Assert.Equal(node.Id, here.Id);
        Assert.Equal("producer", Assert.Single(here.Sockets).Role);
    }

    [Fact]
    public async Task A_survey_is_not_held_up_by_a_stopped_node()
    {
        await using PeerProcess child = await PeerProcess.Start(new PeerArguments { Name = "stopped", RuntimeDirectory = _directory.Path });
        using Node node = Join("here");
        child.Stop();

        IReadOnlyList<NodeReport> reports = await Background.Run(
            () => Node.Survey(new NodeOptions { RuntimeDirectory = _directory.Path }, TimeSpan.FromSeconds(1))).Within();

        child.Continue();
        Assert.Contains(reports, report => report.Name == "here");
    }

    [Fact]
    public void A_survey_of_an_empty_place_is_empty_and_makes_nothing()
    {
        Assert.Empty(Node.Survey(new NodeOptions { RuntimeDirectory = _directory.Path }));
        Assert.False(Directory.Exists(_directory.Path));
    }

    [Fact]
    public void A_node_listens_only_where_it_was_told_to()
    {
        using Node silent = Join("silent");
        Assert.Null(silent.ListenAddress);

        using Node listening = Node.Join(new NodeOptions { RuntimeDirectory = _directory.Path, Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        Assert.Equal(IPAddress.Loopback, listening.ListenAddress!.Address);
        Assert.NotEqual(0, listening.ListenAddress.Port);
        Assert.NotEqual(silent.Id, listening.Id);
    }

    private Node Join(string name, string domain = "default") => Node.Join(new NodeOptions
    {
        Name = name,
        Domain = domain,
        RuntimeDirectory = _directory.Path,
        LingerTimeout = TimeSpan.FromMilliseconds(100),
    });
}
