using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ProducerConsumerSuite
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(64, 1)]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(64, 4)]
    public async Task No_more_messages_are_out_than_the_capacity_and_a_receive_makes_room_for_one(int capacity, int peers)
    {
        ChannelSpec<long> channel = Channel<long>(capacity);
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, peers);
        await FillUp(producer, capacity);

        long next = capacity;
        var received = new List<long>();
        for (int i = 0; i < 3; i++)
        {
            received.Add(await ReceiveOne(consumers));
            await HasRoomForOne(producer, next++);
        }

        while (received.Count < next)
        {
            received.Add(await ReceiveOne(consumers));
        }

        Assert.Equal(Enumerable.Range(0, (int)next).Select(i => (long)i), received.Order());
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 4)]
    public async Task A_lease_holds_its_room_until_it_is_disposed_in_whatever_order(int capacity, int peers)
    {
        ChannelSpec<long> channel = Channel<long>(capacity);
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, peers);
        await FillUp(producer, capacity);

        var leases = new List<Lease<long>>();
        for (int i = 0; i < capacity; i++)
        {
            leases.Add(await LeaseOne(consumers));
        }

        Assert.False(producer.TrySend(-1, Patience.Moment));
        for (int i = 0; i < capacity; i++)
        {
            // The middle one first, so that what is released has gaps.
            Lease<long> lease = leases[leases.Count / 2];
            leases.RemoveAt(leases.Count / 2);
            lease.Dispose();
            await HasRoomForOne(producer, 100 + i);
        }
    }

    [Fact]
    public async Task The_capacity_is_each_producers_own()
    {
        ChannelSpec<long> channel = Channel<long>(capacity: 2);
        Producer<long> first = Near.OpenProducer(channel);
        Producer<long> second = Near.OpenProducer(channel);
        Consumer<long> consumer = Far.OpenConsumer(channel);
        await Met(first, second);

        await FillUp(first, 2);
        await FillUp(second, 2);

        long sum = 0;
        for (int i = 0; i < 4; i++)
        {
            sum += await ReceiveOne(consumer);
        }

        Assert.Equal(2, sum);
    }

    [Fact]
    public async Task A_full_producer_waits_until_there_is_room()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 1));
        Assert.True(producer.TrySend(0));

        Task blocking = Background.Run(() => producer.Send(1));
        await blocking.StaysPending();
        Assert.Equal(0, await ReceiveOne(consumer));
        await blocking.Within();

        Task awaiting = producer.SendAsync(2).AsTask();
        await awaiting.StaysPending();
        Assert.Equal(1, await ReceiveOne(consumer));
        await awaiting.Within();

        Task<bool> trying = Background.Run(() => producer.TrySend(3, Patience.Limit));
        await trying.StaysPending();
        Assert.Equal(2, await ReceiveOne(consumer));
        Assert.True(await trying.Within());
        Assert.Equal(3, await ReceiveOne(consumer));
    }

    [Fact]
    public async Task A_producer_without_consumers_waits_for_one()
    {
        ChannelSpec<long> channel = Channel<long>();
        Producer<long> producer = Near.OpenProducer(channel);
        Assert.False(producer.TrySend(-1));
        Assert.False(producer.TrySend(-1, Patience.Moment));

        Task sending = Background.Run(() => producer.Send(1));
        await sending.StaysPending();
        Consumer<long> consumer = Far.OpenConsumer(channel);

        await sending.Within();
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
    }

    [Fact]
    public async Task The_byte_bound_stands_beside_the_capacity()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { ByteCapacity = 1000, Context = Distance.Context };
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(channel);

        Assert.True(producer.TrySend(new byte[500]));
        Assert.True(producer.TrySend(new byte[500]));
        Assert.False(producer.TrySend(new byte[1]));
        await ReceiveOne(consumer);
        Assert.True(producer.TrySend(new byte[400], Patience.Limit));
        Assert.False(producer.TrySend(new byte[101]));
        Assert.True(producer.TrySend(new byte[100]));
    }

    [Fact]
    public async Task A_message_larger_than_the_byte_bound_goes_alone()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { ByteCapacity = 1000, Context = Distance.Context };
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(channel);

        Assert.True(producer.TrySend(new byte[10]));
        Assert.False(producer.TrySend(new byte[5000], Patience.Moment));
        Assert.Equal(10, (await ReceiveOne(consumer)).Length);
        Assert.True(producer.TrySend(new byte[5000], Patience.Limit));
        Assert.False(producer.TrySend(new byte[10], Patience.Moment));
        Assert.Equal(5000, (await ReceiveOne(consumer)).Length);
        Assert.True(producer.TrySend(new byte[10], Patience.Limit));
    }

    [Fact]
    public async Task Counters_tell_what_went_through()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Channel<ReadOnlyMemory<byte>>());
        for (int i = 0; i < 5; i++)
        {
            Assert.True(producer.TrySend(new byte[100]));
        }

        Assert.Equal(5, producer.Counters.Outstanding);
        for (int i = 0; i < 3; i++)
        {
            await ReceiveOne(consumer);
        }

        await Waiting.Until(() => producer.Counters.Outstanding == 2);
        Assert.Equal(5, producer.Counters.Sent);
        Assert.Equal(500, producer.Counters.Bytes);
        Assert.Equal(3, consumer.Counters.Received);
        Assert.Equal(300, consumer.Counters.Bytes);
        Assert.Equal(2, Assert.Single(producer.Peers).Outstanding);
        Assert.Equal(5, Assert.Single(producer.Peers).Messages);
    }

    /// <summary>Of one thread that does nothing else: what it sends and receives goes the shortest way in the end, which counts as the others do.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Counters_go_on_whatever_way_messages_take(bool ownCodec)
    {
        const int Count = 5000;
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel(capacity: 16, codec: ownCodec ? new OtherNumberCodec() : null));
        await Background.Run(() =>
        {
            for (long i = 0; i < Count; i++)
            {
                producer.Send(i);
                Assert.Equal(i, consumer.Receive());
            }
        }).Within();

        Assert.Equal(Count, producer.Counters.Sent);
        Assert.Equal(Count * sizeof(long), producer.Counters.Bytes);
        Assert.Equal(Count, consumer.Counters.Received);
        Assert.Equal(Count * sizeof(long), consumer.Counters.Bytes);
        await producer.CompleteAsync(Patience.Token).Within();
        Assert.Throws<ChannelCompletedException>(() => producer.Send(-1));
        Assert.Throws<ChannelCompletedException>(() => producer.TrySend(-1));
        Assert.Throws<ChannelCompletedException>(() => consumer.Receive());
    }

    /// <summary>Also around the end of the ring, where another record lies between.</summary>
    [Fact]
    public async Task What_lies_there_is_received_together()
    {
        Assert.SkipUnless(Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory, "Elsewhere there is a stream between.");
        (Producer<Int128> producer, Consumer<Int128> consumer) = await Pair(Channel<Int128>(capacity: 16));
        await Background.Run(() =>
        {
            Int128[] received = new Int128[16];
            Int128 sent = 0;
            for (int round = 0; round < 3000; round++)
            {
                int count = (round % 11) + 1;
                for (int i = 0; i < count; i++)
                {
                    producer.Send(sent + i);
                }

                Assert.Equal(count, (round & 1) == 0 ? consumer.TryReceiveMany(received) : consumer.ReceiveMany(received));
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(sent++, received[i]);
                }
            }
        }).Within();
    }

    /// <summary>Sends 0, 1, … until the producer says no, which must be at the capacity.</summary>
    private static async Task FillUp(Producer<long> producer, int capacity)
    {
        for (int i = 0; i < capacity; i++)
        {
            Assert.True(producer.TrySend(i), $"message {i} of {capacity}");
        }

        Assert.False(producer.TrySend(-1));
        Assert.False(await Background.Run(() => producer.TrySend(-1, Patience.Moment)).Within());
        Assert.Equal(capacity, producer.Counters.Outstanding);
    }

    private static async Task HasRoomForOne(Producer<long> producer, long message)
    {
        Assert.True(await Background.Run(() => producer.TrySend(message, Patience.Limit)).Within());
        Assert.False(producer.TrySend(-1));
        Assert.False(await Background.Run(() => producer.TrySend(-1, Patience.Moment)).Within());
    }
}
