using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ProducerConsumerSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task At_capacity_0_a_send_ends_when_a_receiver_has_received(int peers)
    {
        ChannelSpec<long> channel = Channel<long>(capacity: 0);
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, peers);

        Task blocking = Background.Run(() => producer.Send(1));
        await blocking.StaysPending();
        Assert.Equal(1, await ReceiveWaiting(consumers));
        await blocking.Within();

        Task awaiting = producer.SendAsync(2).AsTask();
        await awaiting.StaysPending();
        Assert.Equal(2, await ReceiveWaiting(consumers));
        await awaiting.Within();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task At_capacity_0_TrySend_succeeds_only_where_a_receive_is_waiting(int peers)
    {
        ChannelSpec<long> channel = Channel<long>(capacity: 0);
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, peers);

        for (int i = 0; i < 3; i++)
        {
            Assert.False(producer.TrySend(-1));
            Assert.False(await Background.Run(() => producer.TrySend(-1, Patience.Moment)).Within());

            Task<long> receive = i % 2 == 0
                ? consumers[i % peers].ReceiveAsync(Patience.Token).Within()
                : Background.Run(() => consumers[i % peers].Receive(Patience.Token)).Within();
            await Waiting.Until(() => producer.TrySend(i));
            Assert.False(producer.TrySend(-1));
            Assert.Equal(i, await receive);
        }
    }

    [Fact]
    public async Task At_capacity_0_waiting_for_peers_is_no_receive()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 0));

        Task<bool> wait = Background.Run(() => consumer.WaitForPeers(2, Patience.Moment));
        while (!wait.IsCompleted)
        {
            Assert.False(producer.TrySend(-1));
        }

        Assert.False(await wait);
    }

    [Fact]
    public async Task At_capacity_0_a_receive_that_gave_up_takes_nothing()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 0));
        using var source = new CancellationTokenSource();

        Task<long> receive = consumer.ReceiveAsync(source.Token).AsTask();
        await receive.StaysPending();
        await source.CancelAsync();
        Assert.IsType<OperationCanceledException>(await receive.Outcome(), exactMatch: false);

        Assert.False(await Background.Run(() => producer.TrySend(-1, Patience.Moment)).Within());
        Assert.False(consumer.TryReceive(out _));
    }

    [Fact]
    public async Task At_capacity_0_a_lease_counts_as_received()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 0));

        Task sending = Background.Run(() => producer.Send(1));
        using Lease<long> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();

        await sending.Within();
        Assert.Equal(1, lease.Value);
    }

    [Fact]
    public async Task At_capacity_0_a_cancelled_send_was_received_or_not_as_it_says()
    {
        const int Rounds = 150;
        var random = new Random(5);
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 0));
        var sent = new List<long>();
        var received = new List<long>();
        using var stop = new CancellationTokenSource();

        Task receiving = Background.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (consumer.TryReceive(out long message, TimeSpan.FromMilliseconds(random.Next(3))))
                {
                    received.Add(message);
                }
            }
        });
        for (int i = 0; i < Rounds; i++)
        {
            using var source = new CancellationTokenSource();
            Task sending = i % 2 == 0 ? producer.SendAsync(i, source.Token).AsTask() : Background.Run(() => producer.Send(i, source.Token));
            Thread.SpinWait(i * 200);
            await source.CancelAsync();
            Exception? error = await sending.Outcome();
            if (error is null)
            {
                sent.Add(i);
            }
            else
            {
                Assert.IsType<OperationCanceledException>(error, exactMatch: false);
            }
        }

        await producer.SendAsync(Rounds, Patience.Token).Within();
        sent.Add(Rounds);
        await stop.CancelAsync();
        await receiving.Within();
        while (consumer.TryReceive(out long late))
        {
            received.Add(late);
        }

        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task At_capacity_0_what_came_to_nothing_is_not_counted_as_sent()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 0));
        Assert.False(await Background.Run(() => producer.TrySend(-1, Patience.Moment)).Within());
        using var source = new CancellationTokenSource();
        Task canceled = producer.SendAsync(-1, source.Token).AsTask();
        await canceled.StaysPending();
        await source.CancelAsync();
        Assert.IsType<OperationCanceledException>(await canceled.Outcome(), exactMatch: false);
        Assert.Equal((0, 0), (producer.Counters.Sent, producer.Counters.Bytes));

        Task sending = producer.SendAsync(1).AsTask();
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).Within());
        await sending.Within();

        Assert.Equal((1, consumer.Counters.Bytes), (producer.Counters.Sent, producer.Counters.Bytes));
        Assert.Equal(1, Assert.Single(producer.Peers).Messages);
    }

    [Fact]
    public async Task At_capacity_0_a_send_that_is_cancelled_before_it_begins_sends_nothing()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 0));
        Task<long> receive = consumer.ReceiveAsync(Patience.Token).Within();
        await receive.StaysPending();

        Assert.True(producer.SendAsync(-1, new CancellationToken(true)).AsTask().IsCanceled);
        Assert.True(producer.HandOverAsync(-1, new CancellationToken(true)).AsTask().IsCanceled);
        Assert.True(producer.SendManyAsync(new[] { -1L }, new CancellationToken(true)).AsTask().IsCanceled);

        await receive.StaysPending();
        await producer.SendAsync(1, Patience.Token).Within();
        Assert.Equal(1, await receive);
    }

    [Fact]
    public async Task At_capacity_0_TrySendMany_waits_for_no_more_than_one_receive()
    {
        const int Peers = 3;
        ChannelSpec<long> channel = Channel<long>(capacity: 0);
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, Peers);
        long[] messages = [0, 1, 2, 3];
        Assert.Equal(0, producer.TrySendMany(messages));
        Task<long>[] receives = [.. consumers.Select(static consumer => consumer.ReceiveAsync(Patience.Token).Within())];
        await Task.WhenAny(receives).StaysPending();

        for (int sent = 0; sent < Peers; sent++)
        {
            // Each is told when a receiver has it, for which it may take as long as that needs to wake up.
            await Waiting.Until(() => producer.TrySendMany(messages.AsSpan(sent)) switch
            {
                0 => false,
                var count => count == 1 ? true : throw new InvalidOperationException($"{count} at once"),
            });
        }

        Assert.Equal([0, 1, 2], (await Task.WhenAll(receives)).Order());
        Assert.Equal(0, producer.TrySendMany(messages));
    }

    [Fact]
    public async Task At_capacity_0_several_producers_and_consumers_lose_nothing()
    {
        const int Each = 100;
        const int Sockets = 3;
        ChannelSpec<long> channel = Channel<long>(capacity: 0);
        Producer<long>[] producers = [.. Enumerable.Range(0, Sockets).Select(_ => Near.OpenProducer(channel))];
        Consumer<long>[] consumers = await OpenConsumers(producers[0], channel, Sockets);
        var received = new Recorder<long>();
        using var done = new CancellationTokenSource();

        Task[] receiving = [.. consumers.Select(consumer => Background.Run(() =>
        {
            while (true)
            {
                received.Add(consumer.Receive(done.Token));
            }
        }))];
        Task[] sending = [.. producers.Select((producer, index) => Background.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                producer.Send((index * Each) + i);
            }
        }))];

        await Task.WhenAll(sending).Within();
        await Waiting.Until(() => received.Items.Count >= Each * Sockets);
        await done.CancelAsync();
        foreach (Task task in receiving)
        {
            Assert.IsType<OperationCanceledException>(await task.Outcome(), exactMatch: false);
        }

        Assert.Equal(Enumerable.Range(0, Each * Sockets).Select(i => (long)i), received.Items.Order());
    }

    /// <summary>One waiting receive at whichever consumer the message comes to.</summary>
    private static async Task<long> ReceiveWaiting(Consumer<long>[] consumers)
    {
        long received = -1;
        await Waiting.Until(
            () => consumers.Any(consumer => consumer.TryReceive(out received, TimeSpan.FromMilliseconds(20))), "a message at any consumer");
        return received;
    }
}
