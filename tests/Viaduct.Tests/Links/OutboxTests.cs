using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Links;

/// <summary>What senders count, and give back once.</summary>
public sealed class OutboxTests
{
    private static readonly SubscriberOptions s_disconnect = new() { WhenFull = FullMode.Disconnect };

    [Fact]
    public async Task Replies_are_counted_and_not_the_numbers_of_their_requests()
    {
        await using Distance distance = new(DistanceKind.Thread);
        var channel = new CallSpec<int, int>("calls") { Context = Context.Thread };
        using Server<int, int> server = distance.Far.OpenServer(channel);
        using Client<int, int> one = distance.Near.OpenClient(channel);
        using Client<int, int> other = distance.Near.OpenClient(channel);
        foreach (Client<int, int> client in new[] { one, other, one, other, other })
        {
            await client.WaitForPeersAsync(1, Patience.Token).Within();
            Task<int> call = client.CallAsync(1, Patience.Token).AsTask();
            using Request<int, int> request = await server.ReceiveAsync(Patience.Token).Within();
            request.Reply(2);
            Assert.Equal(2, await call.Within());
        }

        Assert.Equal((5, 5), (server.Counters.Sent, server.Counters.Received));
    }

    [Fact]
    public async Task The_end_of_the_messages_is_none_of_them()
    {
        await using Distance distance = new(DistanceKind.Thread);
        var channel = new ChannelSpec<int>("numbers") { Context = Context.Thread };
        using Producer<int> producer = distance.Near.OpenProducer(channel);
        using Consumer<int> consumer = distance.Far.OpenConsumer(channel);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        producer.Send(1, Patience.Token);
        producer.Send(2, Patience.Token);
        consumer.Receive(Patience.Token);
        consumer.Receive(Patience.Token);

        await producer.CompleteAsync(Patience.Token).AsTask().Within();

        Peer peer = Assert.Single(producer.Peers);
        Assert.Equal((2, 0), (peer.Messages, peer.Outstanding));
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task A_publisher_is_ready_where_disconnecting_somebody_gives_room_and_not_where_another_is_waited_for(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        (Publisher<int> publisher, Subscriber<int> waitedFor, Subscriber<int> disconnected) = await OpenTwoWays(distance);
        void Send(int message, params Subscriber<int>[] receivers)
        {
            Assert.True(publisher.TrySend(message));
            Assert.All(receivers, receiver => Assert.Equal(message, receiver.Receive(Patience.Token)));
        }

        Send(1, disconnected);
        Send(2, disconnected);
        Assert.False(publisher.IsReady());
        Assert.False(publisher.TrySend(3));

        Assert.Equal((1, 2), (waitedFor.Receive(Patience.Token), waitedFor.Receive(Patience.Token)));
        Send(3, waitedFor);
        Send(4, waitedFor);
        Assert.True(publisher.IsReady());
        Send(5, waitedFor);
        Assert.Single(publisher.Peers);
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task A_publisher_is_not_ready_while_a_lease_keeps_its_ring_though_others_would_be_disconnected(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        (Publisher<int> publisher, Subscriber<int> waitedFor, Subscriber<int> disconnected) = await OpenTwoWays(distance);
        publisher.Send(0, Patience.Token);
        disconnected.Receive(Patience.Token);
        using (waitedFor.ReceiveLease(Patience.Token))
        {
            for (int sent = 1; publisher.TrySend(sent); sent++)
            {
                Assert.InRange(sent, 1, 1000);
                Assert.Equal((sent, sent), (waitedFor.Receive(Patience.Token), disconnected.Receive(Patience.Token)));
            }

            Assert.False(publisher.IsReady());
        }

        Assert.True(publisher.IsReady());
        Assert.True(publisher.TrySend(0));
        Assert.Equal(2, publisher.Peers.Count);
    }

    [Fact]
    public async Task A_loan_that_is_disposed_while_it_grows_gives_all_its_memory_back()
    {
        await using Distance distance = new(DistanceKind.Thread);
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { Context = Context.Thread };
        using Producer<ReadOnlyMemory<byte>> producer = distance.Near.OpenProducer(channel);
        Loan loan = default;
        int begun = 0;
        int ended = 0;
        const int Rounds = 3000;
        void DisposeEach()
        {
            for (int i = 1; i <= Rounds; i++)
            {
                WaitFor(ref begun, i);
                Thread.SpinWait(i % 100);
                loan.Dispose();
                Volatile.Write(ref ended, i);
            }
        }

        Task other = Background.Run(DisposeEach);
        for (int i = 1; i <= Rounds; i++)
        {
            loan = producer.Loan(60_000);
            Volatile.Write(ref begun, i);
            try
            {
                loan.Resize(100_000);
            }
            catch (ObjectDisposedException)
            {
                // The other was faster.
            }

            WaitFor(ref ended, i);
        }

        await other.Within();
        await Waiting.Until(() => distance.Near.Report().Memory.PoolBytesInUse == 0, () => $"{distance.Near.Report().Memory}");
    }

    /// <summary>What the receiver answers to our close comes before the thread that closes has let go of the link itself.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_faulty_receiver_is_told_as_that_whoever_is_first_to_let_it_go(bool isPublisher)
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        var channel = new ChannelSpec<int>("numbers") { Context = distance.Context };
        using Sender<int> sender = isPublisher ? distance.Near.OpenPublisher(channel) : distance.Near.OpenProducer(channel);
        using Receiver<int> receiver = isPublisher ? distance.Far.OpenSubscriber(channel) : distance.Far.OpenConsumer(channel);
        await sender.WaitForPeersAsync(1, Patience.Token).Within();
        SendLink<int> link = sender.Outbox.FindLink(receiver.Id)!;
        (PeerState, string) told = default;
        sender.Outbox.PeerChanged += (_, state, reason) => told = (state, reason);

        MakeFaulty(link);
        sender.Outbox.Detach(link, "the receiver no longer knows the link", lost: false);

        Assert.Equal((PeerState.Lost, "it lies"), told);
    }

    /// <summary>It is closed, with all that are linked with it, before the thread that found the fault has come to it.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task A_faulty_receiver_hears_so_also_where_its_sender_is_closed(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        (Producer<int> producer, Consumer<int> consumer) = await distance.OpenPair(new ChannelSpec<int>("numbers") { Context = distance.Context });
        Recorder<(PeerState, string)> told = new();
        consumer.PeerChanged += change => told.Add((change.State, change.Reason));
        MakeFaulty(producer.Outbox.FindLink(consumer.Id)!);

        await Background.Run(producer.Dispose).Within();

        await Waiting.Until(() => told.Items.Contains((PeerState.Lost, "it lies")), told.ToString);
        Assert.DoesNotContain(told.Items, static change => change.Item1 == PeerState.Left);
    }

    [Fact]
    public async Task A_faulty_subscriber_that_is_full_is_told_as_faulty()
    {
        await using Distance distance = new(DistanceKind.Thread);
        var channel = new ChannelSpec<int>("numbers") { Context = distance.Context, Capacity = 2 };
        using Publisher<int> publisher = distance.Near.OpenPublisher(channel);
        using Subscriber<int> subscriber = distance.Far.OpenSubscriber(channel, s_disconnect);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        Recorder<(PeerState, string)> told = new();
        publisher.Outbox.PeerChanged += (_, state, reason) => told.Add((state, reason));
        MakeFaulty(publisher.Outbox.FindLink(subscriber.Id)!);

        for (int i = 0; i < 3; i++)
        {
            publisher.Send(i, Patience.Token);
        }

        await Waiting.Until(() => told.Items.Count > 0);
        Assert.Equal((PeerState.Lost, "it lies"), Assert.Single(told.Items));
    }

    /// <summary>A publisher with room for two, one subscriber that it waits for, and one that it disconnects; they end with their nodes.</summary>
    private static async Task<(Publisher<int> Publisher, Subscriber<int> WaitedFor, Subscriber<int> Disconnected)> OpenTwoWays(Distance distance)
    {
        var channel = new ChannelSpec<int>("numbers") { Context = distance.Context, Capacity = 2 };
        Publisher<int> publisher = distance.Near.OpenPublisher(channel);
        Subscriber<int> waitedFor = distance.Far.OpenSubscriber(channel, new SubscriberOptions { WhenFull = FullMode.Wait });
        Subscriber<int> disconnected = distance.Far.OpenSubscriber(channel, s_disconnect);
        await publisher.WaitForPeersAsync(2, Patience.Token).Within();
        return (publisher, waitedFor, disconnected);
    }

    private static void MakeFaulty(SendLink<int> link)
    {
        link.Fault = new ProtocolViolationException("it lies");
        link.IsBroken = true;
    }

    [Fact]
    public void A_lane_that_two_let_go_of_at_a_time_gives_its_memory_back_once()
    {
        // A publisher and its last subscriber of this process are disposed on two threads: the second comes while the first gives a chunk back, which has another tenant at once.
        const int Size = 1 << 20;
        using ChunkPool pool = new(static size => new PinnedBlock(size), static _ => { }, Size);
        ChunkShare share = new(pool, long.MaxValue);
        ChunkShare other = new(pool, long.MaxValue);
        ObjectLane<ReadOnlyMemory<byte>> lane = new(
            new ObjectRing<ReadOnlyMemory<byte>>(1), new BytesFormat(), new ChannelSpec<ReadOnlyMemory<byte>>("closed") { Capacity = 1 }, isShared: true);
        Assert.True(share.TryRent(Size, out Chunk chunk));
        Assert.True(lane.TryPut(chunk.First(100), handOver: true, 1, 1));
        chunk.Release();
        Chunk? tenant = null;
        pool.Freed = () =>
        {
            Assert.True(other.TryRent(Size, out tenant));
            lane.Close();
        };
        Assert.False(share.TryRent(Size, out _));

        lane.Close();

        Assert.Same(chunk, tenant);
        Assert.True(tenant!.HasOneUser);
        tenant.Release();
        share.Close();
        other.Close();
    }

    /// <summary>Looks on: who sleeps comes too late for a race.</summary>
    private static void WaitFor(ref int round, int number)
    {
        SpinWait wait = default;
        while (Volatile.Read(ref round) != number)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }
}
