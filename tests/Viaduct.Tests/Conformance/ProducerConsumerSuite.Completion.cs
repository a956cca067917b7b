using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ProducerConsumerSuite
{
    [Fact]
    public async Task ReadAllAsync_brings_everything_and_ends_when_the_producer_completed()
    {
        const int Count = 100;
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Channel<ReadOnlyMemory<byte>>(capacity: 4));

        Task sending = Background.Run(async () =>
        {
            await SendPayloads(producer, Count);
            await producer.CompleteAsync(Patience.Token);
        }).Unwrap();
        long expected = 0;
        await foreach (ReadOnlyMemory<byte> message in consumer.ReadAllAsync(Patience.Token))
        {
            Assert.Equal(expected++, Payload.Read(message.Span));
        }

        Assert.Equal(Count, expected);
        await sending.Within();
        Assert.IsType<ChannelCompletedException>(await consumer.ReceiveAsync(Patience.Token).AsTask().Outcome());
        Assert.IsType<ChannelCompletedException>(await Background.Run(() => consumer.Receive(Patience.Token)).Outcome());
    }

    [Fact]
    public async Task A_completed_producer_sends_no_more()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>());
        Assert.True(producer.TrySend(1));
        producer.Complete();
        producer.Complete();

        Assert.Throws<ChannelCompletedException>(() => producer.Send(2, Patience.Token));
        Assert.Throws<ChannelCompletedException>(() => producer.TrySend(2));
        await Assert.ThrowsAsync<ChannelCompletedException>(async () => await producer.SendAsync(2, Patience.Token));
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
    }

    [Fact]
    public async Task CompleteAsync_waits_until_all_is_consumed()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>());
        await producer.SendAsync(1, Patience.Token).Within();
        await producer.SendAsync(2, Patience.Token).Within();

        Task completing = producer.CompleteAsync(Patience.Token).AsTask();
        await completing.StaysPending();
        await ReceiveOne(consumer);
        Lease<long> lease = await LeaseOne(consumer);
        await completing.StaysPending();
        lease.Dispose();

        await completing.Within();
        Assert.Equal(0, producer.Counters.Outstanding);
    }

    [Fact]
    public async Task ReadAllAsync_holds_each_message_until_the_next()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 1));
        await using IAsyncEnumerator<long> messages = consumer.ReadAllAsync(Patience.Token).GetAsyncEnumerator(Patience.Token);
        await producer.SendAsync(0, Patience.Token).Within();
        Assert.True(await messages.MoveNextAsync().Within());
        Assert.False(producer.TrySend(1, Patience.Moment));

        Task<bool> next = messages.MoveNextAsync().AsTask();

        await producer.SendAsync(1, Patience.Token).Within();
        Assert.True(await next.Within());
        Assert.Equal(1, messages.Current);
    }

    [Fact]
    public async Task A_message_whose_iteration_was_left_is_received_again()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 2));
        await FillUp(producer, 2);
        await foreach (long message in consumer.ReadAllAsync(Patience.Token))
        {
            Assert.Equal(0, message);
            break;
        }

        Assert.Equal(0, await consumer.ReceiveAsync(Patience.Token).Within());
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
    }

    [Fact]
    public async Task A_consumer_ends_only_when_all_producers_have_completed()
    {
        ChannelSpec<long> channel = Channel<long>();
        Producer<long> first = Near.OpenProducer(channel);
        Producer<long> second = Near.OpenProducer(channel);
        Consumer<long> consumer = Far.OpenConsumer(channel);
        await consumer.WaitForPeersAsync(2, Patience.Token).Within();

        first.Complete();
        Task<long> receive = consumer.ReceiveAsync().AsTask();
        await receive.StaysPending();
        second.Complete();

        Assert.IsType<ChannelCompletedException>(await receive.Outcome());
    }

    [Fact]
    public async Task A_consumer_without_producers_waits_for_one()
    {
        ChannelSpec<long> channel = Channel<long>();
        Consumer<long> consumer = Far.OpenConsumer(channel);
        Task<long> receive = consumer.ReceiveAsync().AsTask();
        await receive.StaysPending();

        Producer<long> producer = Near.OpenProducer(channel);
        await producer.SendAsync(5, Patience.Token).Within();

        Assert.Equal(5, await receive.Within());
    }

    [Fact]
    public async Task Completion_is_a_state_of_the_peer()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>());
        var changes = new Recorder<PeerChange>();
        consumer.PeerChanged += changes.Add;

        producer.Complete();

        Assert.IsType<ChannelCompletedException>(await consumer.ReceiveAsync(Patience.Token).AsTask().Outcome());
        await Waiting.Until(() => changes.Items.Any(change => change.State == PeerState.Completed));
        Assert.DoesNotContain(changes.Items, change => change.State == PeerState.Lost);
    }

    [Fact]
    public async Task What_was_sent_before_completion_also_reaches_a_consumer_that_comes_later()
    {
        ChannelSpec<long> channel = Channel<long>();
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long> leaving = (await OpenConsumers(producer, channel, 1, s_hasty))[0];
        for (int i = 0; i < 3; i++)
        {
            Assert.True(producer.TrySend(i));
        }

        Task completing = producer.CompleteAsync(Patience.Token).AsTask();
        await Background.Run(leaving.Dispose).Within();
        await completing.StaysPending();
        Consumer<long> staying = Far.OpenConsumer(channel);
        var received = new List<long>();
        await foreach (long message in staying.ReadAllAsync(Patience.Token))
        {
            received.Add(message);
        }

        Assert.Equal([0, 1, 2], received);
        await completing.Within();
    }

    [Fact]
    public async Task Disposing_a_producer_waits_for_its_messages_to_be_consumed()
    {
        ChannelSpec<long> channel = Channel<long>();
        Producer<long> producer = Near.OpenProducer(channel, new ProducerOptions { LingerTimeout = Patience.Limit });
        Consumer<long> consumer = (await OpenConsumers(producer, channel, 1))[0];
        await producer.SendAsync(1, Patience.Token).Within();
        await producer.SendAsync(2, Patience.Token).Within();

        Task disposing = Background.Run(producer.Dispose);
        await disposing.StaysPending();

        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
        Assert.Equal(2, await consumer.ReceiveAsync(Patience.Token).Within());
        await disposing.Within();
    }

    [Fact]
    public async Task Disposing_a_producer_gives_up_after_its_time_and_reports_what_was_left()
    {
        ChannelSpec<long> channel = Channel<long>();
        Producer<long> producer = Near.OpenProducer(channel, new ProducerOptions { LingerTimeout = Patience.Moment });
        await OpenConsumers(producer, channel, 1);
        await producer.SendAsync(1, Patience.Token).Within();
        await producer.SendAsync(2, Patience.Token).Within();

        await Background.Run(producer.Dispose).Within();

        await Waiting.Until(() => Distance.Events.Items.Any(e => e.Channel == channel.Name && e.Text.Contains('2', StringComparison.Ordinal)));
    }
}
