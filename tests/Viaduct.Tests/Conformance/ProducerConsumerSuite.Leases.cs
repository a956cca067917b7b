using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ProducerConsumerSuite
{
    /// <summary>Consumers that are closed with leases in hand need not wait for these.</summary>
    private static readonly ConsumerOptions s_hasty = new() { LingerTimeout = TimeSpan.Zero };

    [Fact]
    public async Task A_lease_names_sequence_and_attempt()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>());
        ulong last = 0;
        for (int i = 0; i < 5; i++)
        {
            await producer.SendAsync(i, Patience.Token).Within();
            using Lease<long> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            Assert.Equal(i, lease.Value);
            Assert.Equal(1, lease.Attempt);
            Assert.True(i == 0 || lease.Sequence == last + 1, $"{last} then {lease.Sequence}");
            last = lease.Sequence;
        }
    }

    [Fact]
    public async Task An_ended_lease_gives_nothing_and_ends_once()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 2));
        await FillUp(producer, 2);
        Lease<long> first = await LeaseOne(consumer);
        Lease<long> second = await LeaseOne(consumer);

        first.Dispose();
        first.Dispose();

#pragma warning disable VIA0003 // On purpose: it refuses.
        Assert.ThrowsAny<InvalidOperationException>(() => first.Value);
#pragma warning restore VIA0003
        await HasRoomForOne(producer, 2);
        Lease<long> third = await LeaseOne(consumer);
        first.Dispose();
        Assert.Equal(1, second.Value);
        Assert.Equal(2, third.Value);
        Assert.False(producer.TrySend(-1, Patience.Moment));
        second.Dispose();
        third.Dispose();
    }

    [Fact]
    public async Task What_a_closed_consumer_had_not_consumed_goes_to_another_once_more()
    {
        ChannelSpec<long> channel = Channel<long>(capacity: 8);
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long> leaving = (await OpenConsumers(producer, channel, 1, s_hasty))[0];
        for (int i = 0; i < 5; i++)
        {
            Assert.True(producer.TrySend(i));
        }

        // 0 is copied out, 1 and 3 stay leased, 2 is released, 4 is never taken.
        Assert.Equal(0, await ReceiveOne(leaving));
        Lease<long> one = await LeaseOne(leaving);
        Lease<long> two = await LeaseOne(leaving);
        Lease<long> three = await LeaseOne(leaving);
        var sequences = new Dictionary<long, ulong> { [1] = one.Sequence, [3] = three.Sequence };
        two.Dispose();
        await Waiting.Until(() => producer.Counters.Outstanding == 3);

        await Background.Run(leaving.Dispose).Within();
        Consumer<long> staying = Far.OpenConsumer(channel);

        var taken = new Dictionary<long, int>();
        for (int i = 0; i < 3; i++)
        {
            using Lease<long> lease = await staying.ReceiveLeaseAsync(Patience.Token).Within();
            taken.Add(lease.Value, lease.Attempt);
            Assert.True(!sequences.TryGetValue(lease.Value, out ulong sequence) || sequence == lease.Sequence);
        }

        Assert.Equal([1, 3, 4], taken.Keys.Order());
        Assert.Equal(2, taken[1]);
        Assert.Equal(2, taken[3]);
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
        Assert.False(staying.TryReceive(out _));
        Assert.True(producer.Counters.Redelivered >= 2);

        // What was leased from the closed consumer can still be disposed, without effect.
        one.Dispose();
        three.Dispose();
        Assert.Equal(0, producer.Counters.Outstanding);
    }

    [Fact]
    public async Task Redelivered_messages_go_before_new_ones()
    {
        ChannelSpec<long> channel = Channel<long>(capacity: 8);
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long> leaving = (await OpenConsumers(producer, channel, 1, s_hasty))[0];
        for (int i = 0; i < 3; i++)
        {
            Assert.True(producer.TrySend(i));
        }

#pragma warning disable VIA0002 // On purpose: its consumer closes with it.
        await LeaseOne(leaving);
#pragma warning restore VIA0002
        await Background.Run(leaving.Dispose).Within();
        await Waiting.Until(() => producer.Peers.Count == 0);
        Task sending = Background.Run(() => producer.Send(3));
        Consumer<long> staying = Far.OpenConsumer(channel);

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(i, await staying.ReceiveAsync(Patience.Token).Within());
        }

        await sending.Within();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public async Task After_its_last_attempt_a_message_is_a_dead_letter(int attempts)
    {
        var letters = new Recorder<DeadLetter>();
        ProducerOptions options = attempts == 5
            ? new() { OnDeadLetter = letters.Add }
            : new() { OnDeadLetter = letters.Add, MaxAttempts = attempts };

        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel<ReadOnlyMemory<byte>>(capacity: 1);
        Producer<ReadOnlyMemory<byte>> producer = Near.OpenProducer(channel, options);
        Consumer<ReadOnlyMemory<byte>> consumer = (await OpenConsumers(producer, channel, 1, s_hasty))[0];
        Assert.True(producer.TrySend(Payload.Create(77, 30)));
        ulong sequence = 0;
        for (int attempt = 1; attempt <= attempts; attempt++)
        {
#pragma warning disable VIA0002 // On purpose: its consumer closes with it.
            Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
#pragma warning restore VIA0002
            Assert.Equal(attempt, lease.Attempt);
            sequence = lease.Sequence;
            Consumer<ReadOnlyMemory<byte>> next = Far.OpenConsumer(channel, s_hasty);
            await Background.Run(consumer.Dispose).Within();
            consumer = next;
        }

        await Waiting.Until(() => letters.Items.Count > 0);
        DeadLetter letter = Assert.Single(letters.Items);
        Assert.Equal("messages", letter.Channel);
        Assert.Equal(sequence, letter.Sequence);
        Assert.Equal(attempts, letter.Attempts);
        Assert.Equal(77, Payload.Read(((ReadOnlyMemory<byte>)letter.Message!).Span));
        Assert.Equal(1, producer.Counters.DeadLettered);

        // It takes no room any more.
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
        await producer.SendAsync(Payload.Create(78, 30), Patience.Token).Within();
        Assert.Equal(78, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
    }

    [Fact]
    public async Task Delivered_at_most_once_nothing_comes_again()
    {
        var channel = new ChannelSpec<long>("once") { Capacity = 2, Delivery = Delivery.AtMostOnce, Context = Distance.Context };
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long> leaving = (await OpenConsumers(producer, channel, 1, s_hasty))[0];
        await FillUp(producer, 2);
#pragma warning disable VIA0002 // On purpose: their consumer closes with them.
        await LeaseOne(leaving);
        await LeaseOne(leaving);
#pragma warning restore VIA0002

        await Background.Run(leaving.Dispose).Within();
        Consumer<long> staying = (await OpenConsumers(producer, channel, 1))[0];

        await producer.SendAsync(2, Patience.Token).Within();
        Assert.Equal(2, await staying.ReceiveAsync(Patience.Token).Within());
        Assert.False(staying.TryReceive(out _, Patience.Moment));
    }

    [Fact]
    public async Task A_lease_may_end_on_another_thread_or_after_its_consumer()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 2));
        await FillUp(producer, 2);
        Lease<long> first = await LeaseOne(consumer);
        Lease<long> second = await LeaseOne(consumer);

        await Background.Run(first.Dispose).Within();
        await HasRoomForOne(producer, 2);

        await Background.Run(consumer.Dispose).Within();
        second.Dispose();
    }
}
