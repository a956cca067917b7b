using System.Net;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

/// <summary>Connections between machines that break while both nodes live.</summary>
public sealed class BrokenConnectionTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _nearDirectory = new();
    private readonly TemporaryDirectory _farDirectory = new();
    private readonly Node _far;
    private readonly TcpProxy _proxy;
    private readonly Node _near;

    public BrokenConnectionTests()
    {
        _far = Node.Join(Options(_farDirectory, "far", listen: true));
        _proxy = new TcpProxy(_far.ListenAddress!);
        NodeOptions options = Options(_nearDirectory, "near", listen: false);
        options.Peers.Add(_proxy.Address);
        _near = Node.Join(options);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Background.Run(_near.Dispose).Within();
        await Background.Run(_far.Dispose).Within();
        _proxy.Dispose();
        _nearDirectory.Dispose();
        _farDirectory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_outlive_broken_connections_and_none_comes_twice(bool sendersConnect)
    {
        const int Count = 4000;
        var random = new Random(3);
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("events") { Capacity = 32 };
        Producer<ReadOnlyMemory<byte>> producer = (sendersConnect ? _near : _far).OpenProducer(channel);
        Consumer<ReadOnlyMemory<byte>> consumer = (sendersConnect ? _far : _near).OpenConsumer(channel);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        long received = 0;
        Task sending = Background.Run(() =>
        {
            for (long i = 0; i < Count; i++)
            {
                producer.Send(Payload.Create(i, Payload.SizeOf(i)));
            }
        });
        Task receiving = Background.Run(() =>
        {
            for (long i = 0; i < Count; i++)
            {
                using Lease<ReadOnlyMemory<byte>> lease = consumer.ReceiveLease();
                Assert.Equal(i, Payload.Read(lease.Value.Span));
                Interlocked.Increment(ref received);
            }
        });

        for (int breaks = 0; breaks < 10; breaks++)
        {
            long target = Interlocked.Read(ref received) + random.Next(1, 300);
            await Waiting.Until(() => Interlocked.Read(ref received) >= target || receiving.IsCompleted);
            _proxy.Break();
        }

        await sending.Within("sending", producer, consumer);
        await receiving.Within("receiving", producer, consumer);
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
        Assert.False(consumer.TryReceive(out _));
        Assert.True(_proxy.Accepted > 1);
    }

    [Fact]
    public async Task Leases_survive_a_broken_connection()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("events") { Capacity = 4 };
        Producer<ReadOnlyMemory<byte>> producer = _near.OpenProducer(channel);
        Consumer<ReadOnlyMemory<byte>> consumer = _far.OpenConsumer(channel);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(producer.TrySend(Payload.Create(i, 100)));
        }

        Lease<ReadOnlyMemory<byte>> zero = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        Lease<ReadOnlyMemory<byte>> one = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        int accepted = _proxy.Accepted;
        _proxy.Break();
        one.Dispose();
        await Waiting.Until(() => _proxy.Accepted > accepted);
        Assert.Equal(2, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        await Waiting.Until(() => producer.Counters.Outstanding == 1);
        Assert.Equal(0, Payload.Read(zero.Value.Span));
        zero.Dispose();

        await Waiting.Until(() => producer.Counters.Outstanding == 0);
        Assert.Equal(0, producer.Counters.Redelivered);
        Assert.False(consumer.TryReceive(out _));
    }

    [Fact]
    public async Task Calls_outlive_a_broken_connection()
    {
        var channel = new CallSpec<long, long>("calls");
        Client<long, long> client = _near.OpenClient(channel);
        Server<long, long> server = _far.OpenServer(channel);
        Task<long> call = client.CallAsync(1, Patience.Token).AsTask();
        using Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within();
        int accepted = _proxy.Accepted;

        _proxy.Break();
        request.Reply(2);

        Assert.Equal(2, await call.Within());
        Assert.True(_proxy.Accepted > accepted);
    }

    [Fact]
    public async Task Subscribers_miss_nothing_over_a_broken_connection()
    {
        var channel = new ChannelSpec<long>("news") { Capacity = 8 };
        Publisher<long> publisher = _near.OpenPublisher(channel);
        Subscriber<long> subscriber = _far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        Task publishing = Background.Run(() =>
        {
            for (long i = 0; i < 500; i++)
            {
                publisher.Send(i);
            }
        });

        for (long i = 0; i < 500; i++)
        {
            Assert.Equal(i, await subscriber.ReceiveAsync(Patience.Token).Within());
            if (i % 100 == 50)
            {
                _proxy.Break();
            }
        }

        await publishing.Within();
        Assert.Equal(0, subscriber.Missed);
    }

    [Theory]
    [InlineData(FullMode.Wait)]
    [InlineData(FullMode.Latest)]
    public async Task A_history_outlives_broken_connections_and_nothing_comes_twice(FullMode whenFull)
    {
        const int Count = 400;
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("news") { Capacity = 8, History = 300 };
        Publisher<ReadOnlyMemory<byte>> publisher = _near.OpenPublisher(channel);
        for (int i = 0; i < Count; i++)
        {
            Assert.True(publisher.TrySend(Payload.Create(i, Payload.SizeOf(i))));
        }

        Subscriber<ReadOnlyMemory<byte>> subscriber = _far.OpenSubscriber(channel, new SubscriberOptions { WhenFull = whenFull });
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        int accepted = _proxy.Accepted;
        _proxy.Break();
        CancellationToken token = Patience.Token;
        Task publishing = Background.Run(() =>
        {
            for (int i = Count; i < Count + 100; i++)
            {
                publisher.Send(Payload.Create(i, Payload.SizeOf(i)), token);
            }
        });

        long last = -1;
        long received = 0;
        while (last < Count + 99)
        {
            long id = Payload.Read((await subscriber.ReceiveAsync(token).Within()).Span);
            Assert.True(last < 0 ? id >= Count - 300 : whenFull == FullMode.Wait ? id == last + 1 : id > last, $"{id} after {last}");
            last = id;
            received++;
            if (received % 100 == 50)
            {
                _proxy.Break();
            }
        }

        await publishing.Within();
        Assert.False(subscriber.TryReceive(out _));
        Assert.True(_proxy.Accepted > accepted);
        if (whenFull == FullMode.Wait)
        {
            Assert.Equal(400, received);
            Assert.Equal(0, subscriber.Missed);
        }
    }

    [Fact]
    public async Task A_connection_that_does_not_come_back_is_a_loss_on_both_sides()
    {
        var channel = new ChannelSpec<long>("events");
        Producer<long> producer = _near.OpenProducer(channel);
        Consumer<long> consumer = _far.OpenConsumer(channel);
        var changes = new Recorder<PeerChange>();
        producer.PeerChanged += changes.Add;
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await producer.SendAsync(1, Patience.Token).Within();
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
        Task<long> receive = consumer.ReceiveAsync().AsTask();

        _proxy.Refusing = true;
        _proxy.Break();

        Assert.IsType<PeerLostException>(await receive.Outcome());
        await Waiting.Until(() => changes.Items.Any(change => change.State == PeerState.Lost));
        Assert.Contains(changes.Items, change => change.State == PeerState.Reconnecting);
        Assert.Empty(producer.Peers);

        // When the network is there again, so are the peers.
        _proxy.Refusing = false;
        await producer.SendAsync(2, Patience.Token).Within();
        Assert.Equal(2, await consumer.ReceiveAsync(Patience.Token).Within());
    }

    private static NodeOptions Options(TemporaryDirectory directory, string name, bool listen) => new()
    {
        Name = name,
        RuntimeDirectory = directory.Path,
        Listen = listen ? new IPEndPoint(IPAddress.Loopback, 0) : null,
        ReconnectWindow = TimeSpan.FromSeconds(2),
        LingerTimeout = TimeSpan.FromMilliseconds(100),
    };
}
