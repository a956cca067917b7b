using System.Net;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>One sender that feeds a thread, processes and a machine at once: each by its own route.</summary>
public sealed class MixedRoutesTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _elsewhere = new();
    private readonly Node _node;
    private readonly List<PeerProcess> _children = [];

    public MixedRoutesTests()
    {
        _node = Node.Join(new NodeOptions
        {
            Name = "here",
            RuntimeDirectory = _directory.Path,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            LingerTimeout = TimeSpan.FromMilliseconds(100),
            ReconnectWindow = TimeSpan.FromSeconds(1),
        });
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (PeerProcess child in _children)
        {
            await child.DisposeAsync();
        }

        await Background.Run(_node.Dispose).Within();
        _directory.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task A_producer_feeds_consumers_at_every_distance_each_by_its_route()
    {
        const int Count = 400;
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("events") { Topology = Topology.OneToMany, Capacity = 16 };
        Producer<ReadOnlyMemory<byte>> producer = _node.OpenProducer(channel);
        Consumer<ReadOnlyMemory<byte>> consumer = _node.OpenConsumer(channel);
        PeerCommand[] readers = await StartReaders("consumer", "capacity=16 topology=OneToMany");
        await producer.WaitForPeersAsync(4, Patience.Token).Within();
        Assert.Equal(
            [Route.InProcess, Route.SharedMemory, Route.UnixSocket, Route.Tcp],
            producer.Peers.Select(peer => peer.Route).Order());
        Assert.Equal(4, producer.Peers.Select(peer => peer.Reason).Distinct().Count());

        Task<List<long>> local = Read(consumer);
        for (int i = 0; i < Count; i++)
        {
            await producer.SendAsync(Payload.Create(i, Payload.SizeOf(i)), Patience.Token).Within();
        }

        await producer.CompleteAsync(Patience.Token).Within();
        List<long> received = await local.Within();
        Assert.NotEmpty(received);
        foreach (PeerCommand reader in readers)
        {
            await reader.Done.Within();
            IEnumerable<long> part = reader.Rest().Select(item => long.Parse(item, null));
            Assert.NotEmpty(part);
            received.AddRange(part);
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), received.Order());
    }

    [Fact]
    public async Task A_publisher_reaches_subscribers_at_every_distance_and_a_stuck_remote_one_slows_nobody()
    {
        const int Count = 300;
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("news") { Capacity = 16 };
        Publisher<ReadOnlyMemory<byte>> publisher = _node.OpenPublisher(channel);
        Subscriber<ReadOnlyMemory<byte>> subscriber = _node.OpenSubscriber(channel);
        PeerCommand[] readers = await StartReaders("subscriber", "capacity=16");
        PeerProcess stuck = await Start("stuck", _elsewhere.Path, memory: true, remote: true);
        await stuck.Do("open s subscriber news capacity=16 context=DistributedProcess full=DropOldest");
        await publisher.WaitForPeersAsync(5, Patience.Token).Within();

        Task<List<long>> local = Read(subscriber);
        for (int i = 0; i < Count; i++)
        {
            await publisher.SendAsync(Payload.Create(i, Payload.SizeOf(i)), Patience.Token).Within();
        }

        publisher.Complete();
        Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), await local.Within());
        foreach (PeerCommand reader in readers)
        {
            await reader.Done.Within();
            Assert.Equal(Enumerable.Range(0, Count).Select(i => (long)i), reader.Rest().Select(item => long.Parse(item, null)));
        }
    }

    [Fact]
    public async Task The_history_is_the_same_at_every_distance_whoever_was_there_before()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("news") { Capacity = 8, History = 12 };
        Publisher<ReadOnlyMemory<byte>> publisher = _node.OpenPublisher(channel);
        int next = 0;
        void Publish(int count)
        {
            for (; count > 0; count--)
            {
                publisher.Send(Payload.Create(next, Payload.SizeOf(next)), Patience.Token);
                next++;
            }
        }

        async Task<PeerProcess> Expect(PeerProcess child, string context)
        {
            await child.Do($"open s subscriber news capacity=8 history=12 context={context}");
            Assert.Equal(Enumerable.Range(next - 12, 12).Select(i => $"{i}"), await child.Begin("receive s 12").Next(12));
            return child;
        }

        Publish(30);
        using (Subscriber<ReadOnlyMemory<byte>> first = _node.OpenSubscriber(channel))
        {
            for (int i = 18; i < 30; i++)
            {
                Assert.Equal(i, Payload.Read(first.Receive(Patience.Token).Span));
            }

            // From here on objects keep it, until somebody reads bytes again.
            Publish(5);
            foreach ((_, PeerProcess child, string context) in await StartAll())
            {
                await Expect(child, context);
                await child.Do("close s");
            }
        }

        await Waiting.Until(() => publisher.Peers.Count == 0);
        Publish(20);
        using Subscriber<ReadOnlyMemory<byte>> last = _node.OpenSubscriber(channel);
        for (int i = next - 12; i < next; i++)
        {
            using Lease<ReadOnlyMemory<byte>> lease = last.ReceiveLease(Patience.Token);
            Assert.Equal(i, Payload.Read(lease.Value.Span));
            Assert.Equal((ulong)i + 1, lease.Sequence);
        }
    }

    [Fact]
    public async Task A_client_is_answered_by_servers_at_every_distance()
    {
        var channel = new CallSpec<long, long>("calls");
        Client<long, long> client = _node.OpenClient(channel);
        foreach ((string name, PeerProcess child, string context) in await StartAll())
        {
            await child.Do($"open s server calls context={context}");
            child.Begin("serve s");
            Assert.NotEmpty(name);
        }

        await client.WaitForPeersAsync(3, Patience.Token).Within();
        for (long i = 0; i < 60; i++)
        {
            Assert.Equal(i * 2, await client.CallAsync(i, Patience.Token).Within());
        }

        Assert.All(client.Peers, peer => Assert.True(peer.Messages > 0, peer.ToString()));
    }

    private static async Task<List<long>> Read(Receiver<ReadOnlyMemory<byte>> receiver)
    {
        var received = new List<long>();
        await foreach (ReadOnlyMemory<byte> message in receiver.ReadAllAsync(Patience.Token))
        {
            received.Add(Payload.Read(message.Span));
        }

        return received;
    }

    /// <summary>Children that read everything: over shared memory, over a Unix socket, over TCP.</summary>
    private async Task<PeerCommand[]> StartReaders(string role, string more)
    {
        string channel = role == "consumer" ? "events" : "news";
        var readers = new List<PeerCommand>();
        foreach ((_, PeerProcess child, string context) in await StartAll())
        {
            await child.Do($"open s {role} {channel} {more} context={context}");
            await child.Do("wait s 1");
            readers.Add(child.Begin("read s"));
        }

        return [.. readers];
    }

    private async Task<(string Name, PeerProcess Child, string Context)[]> StartAll() =>
    [
        ("memory", await Start("memory", _directory.Path, memory: true, remote: false), "Auto"),
        ("unix", await Start("unix", _directory.Path, memory: false, remote: false), "Auto"),
        ("machine", await Start("machine", _elsewhere.Path, memory: true, remote: true), "Auto"),
    ];

    private async Task<PeerProcess> Start(string name, string directory, bool memory, bool remote)
    {
        PeerProcess child = await PeerProcess.Start(new PeerArguments
        {
            Name = name,
            RuntimeDirectory = directory,
            SharedMemory = memory,
            Peers = remote ? [_node.ListenAddress!.ToString()] : [],
        });
        _children.Add(child);
        return child;
    }
}
