using System.Globalization;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ProducerConsumerSuite
{
    [Fact]
    public async Task Messages_go_round_the_consumers_in_turn()
    {
        ChannelSpec<long> channel = Channel<long>();
        Producer<long> producer = Near.OpenProducer(channel);
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, 4);
        for (int i = 0; i < 12; i++)
        {
            Assert.True(producer.TrySend(i));
        }

        foreach (Consumer<long> consumer in consumers)
        {
            long first = await ReceiveOne(consumer);
            Assert.Equal(first + 4, await ReceiveOne(consumer));
            Assert.Equal(first + 8, await ReceiveOne(consumer));
            Assert.False(consumer.TryReceive(out _));
        }
    }

    [Fact]
    public async Task The_least_loaded_consumer_is_preferred_where_asked_for()
    {
        ChannelSpec<long> channel = Channel<long>();
        Producer<long> producer = Near.OpenProducer(channel, new ProducerOptions { Distribution = Distribution.LeastLoaded });
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, 2);
        Consumer<long> idle = consumers[0];
        using var stop = new CancellationTokenSource();
        Task busy = Background.Run(() =>
        {
            while (true)
            {
                consumers[1].Receive(stop.Token);
            }
        });

        for (int i = 0; i < 20; i++)
        {
            await producer.SendAsync(i, Patience.Token).Within();
            await Waiting.Until(() => producer.Counters.Outstanding <= 1);
        }

        await stop.CancelAsync();
        await busy.Outcome();
        await ReceiveOne(idle);
        Assert.False(idle.TryReceive(out _));
        Assert.Equal(19, consumers[1].Counters.Received);
    }

    [Fact]
    public async Task A_consumer_pulls_fairly_from_its_producers()
    {
        const int Each = 20;
        ChannelSpec<long> channel = Channel<long>();
        Producer<long>[] producers = [.. Enumerable.Range(0, 3).Select(_ => Near.OpenProducer(channel))];
        Consumer<long> consumer = Far.OpenConsumer(channel);
        await Met(producers);
        await consumer.WaitForPeersAsync(producers.Length, Patience.Token).Within();
        for (int i = 0; i < Each; i++)
        {
            for (int p = 0; p < producers.Length; p++)
            {
                Assert.True(producers[p].TrySend((p * 100) + i));
            }
        }

        // Once one message of each has arrived, all have: what is in front of a later one of another producer has no reason to be missing.
        var received = new List<long>();
        for (int i = 0; i < Each * 3; i++)
        {
            received.Add(await ReceiveOne(consumer));
        }

        for (int p = 0; p < producers.Length; p++)
        {
            Assert.Equal(Enumerable.Range(p * 100, Each).Select(i => (long)i), received.Where(message => message / 100 == p));
            if (Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory)
            {
                Assert.InRange(received.Take(30).Count(message => message / 100 == p), 8, 12);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Who_pulls_many_at_once_pulls_as_many_from_each_producer(int count)
    {
        const int Each = 640;
        ChannelSpec<long> channel = Channel<long>(capacity: Each);
        Producer<long>[] producers = [.. Enumerable.Range(0, count).Select(_ => Near.OpenProducer(channel))];
        Consumer<long> consumer = Far.OpenConsumer(channel);
        await Met(producers);
        await consumer.WaitForPeersAsync(count, Patience.Token).Within();
        for (int i = 0; i < Each; i++)
        {
            Array.ForEach(producers, producer => Assert.True(producer.TrySend(Array.IndexOf(producers, producer))));
        }

        // As long as each has as many as one call takes, its share does not depend on how many that are.
        long[] shares = new long[count];
        long[] room = new long[64];
        int half = Each / 2 * count;
        for (int received = 0, more; received < Each * count; received += more)
        {
            more = await consumer.ReceiveManyAsync(room, Patience.Token).AsTask().Within();
            foreach (long sender in room.AsSpan(0, more))
            {
                shares[sender]++;
            }

            if (received < half && received + more >= half && (Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory))
            {
                Assert.All(shares, share => Assert.InRange(share, (Each / 2) - (2 * room.Length), (Each / 2) + (2 * room.Length)));
            }
        }

        Assert.All(shares, static share => Assert.Equal(Each, share));
    }

    [Fact]
    public Task However_a_consumer_pulls_no_producer_is_left_out_and_those_that_are_silent_or_have_ended_delay_nobody() => PullEachWay(static number => number, static number => number);

    [Fact]
    public Task However_a_consumer_pulls_objects_no_producer_is_left_out_either() =>
        PullEachWay(static number => number.ToString(CultureInfo.InvariantCulture), static text => long.Parse(text, CultureInfo.InvariantCulture));

    private async Task PullEachWay<T>(Func<long, T> make, Func<T, long> read)
    {
        const int Each = 60;
        ChannelSpec<T> channel = Channel<T>(capacity: 16);
        Producer<T>[] producers = [.. Enumerable.Range(0, 4).Select(_ => Near.OpenProducer(channel))];
        Consumer<T> consumer = Far.OpenConsumer(channel);
        await Met(producers);
        await consumer.WaitForPeersAsync(producers.Length, Patience.Token).Within();

        // The first is silent, the second has nothing more after a while, and the third and the fourth go on.
        Task sending = Background.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                for (int p = i < 5 ? 1 : 2; p < producers.Length; p++)
                {
                    producers[p].Send(make((p * 100) + i), Patience.Token);
                }

                if (i == 5)
                {
                    producers[1].Complete();
                }
            }
        });

        var received = new List<long>();
        T[] room = new T[3];
        for (int turn = 0; received.Count < 5 + (Each * 2); turn++)
        {
            switch (turn % 4)
            {
                case 0:
                    received.Add(read(await consumer.ReceiveAsync(Patience.Token).AsTask().Within()));
                    break;

                case 1:
                    using (Lease<T> lease = await consumer.ReceiveLeaseAsync(Patience.Token).AsTask().Within())
                    {
                        received.Add(read(lease.Value));
                    }

                    break;

                case 2:
                    received.AddRange(room[..consumer.ReceiveMany(room, Patience.Token)].Select(read));
                    break;

                case 3 when consumer.TryReceive(out T? message):
                    received.Add(read(message));
                    break;
            }
        }

        await sending.Within();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => 100L + i), received.Where(message => message / 100 == 1));
        Assert.Equal(Enumerable.Range(0, Each).Select(i => 200L + i), received.Where(message => message / 100 == 2));
        Assert.Equal(Enumerable.Range(0, Each).Select(i => 300L + i), received.Where(message => message / 100 == 3));
        Assert.False(consumer.IsCompleted);
        producers[0].Send(make(7), Patience.Token);
        Array.ForEach(producers, static producer => producer.Complete());
        Assert.Equal(7, read(await consumer.ReceiveAsync(Patience.Token).AsTask().Within()));
        await Assert.ThrowsAsync<ChannelCompletedException>(() => consumer.ReceiveAsync(Patience.Token).AsTask().Within());
    }

    [Fact]
    public async Task A_consumer_that_takes_nothing_does_not_stop_the_others()
    {
        ChannelSpec<long> channel = Channel<long>(capacity: 8);
        Producer<long> producer = Near.OpenProducer(channel, new ProducerOptions { Distribution = Distribution.LeastLoaded });
        Consumer<long>[] consumers = await OpenConsumers(producer, channel, 2);
        Task sending = Background.Run(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                producer.Send(i, Patience.Token);
            }
        });

        int received = 0;
        while (!sending.IsCompleted)
        {
            received += consumers[0].TryReceive(out _, TimeSpan.FromMilliseconds(5)) ? 1 : 0;
        }

        await sending.Within();
        Assert.InRange(received, 80, 100);
    }

    [Fact]
    public async Task Many_producers_and_consumers_lose_and_double_nothing()
    {
        const int Sockets = 3;
        const int Each = 300;
        ChannelSpec<long> channel = Channel<long>(capacity: 5);
        Producer<long>[] producers = [.. Enumerable.Range(0, Sockets).Select(_ => Near.OpenProducer(channel))];
        Consumer<long>[] consumers = await OpenConsumers(producers[0], channel, Sockets);
        foreach (Consumer<long> consumer in consumers)
        {
            await consumer.WaitForPeersAsync(Sockets, Patience.Token).Within();
        }

        var received = new Recorder<long>();
        Task[] receiving = [.. consumers.Select(async consumer =>
        {
            await foreach (long message in consumer.ReadAllAsync(Patience.Token))
            {
                received.Add(message);
            }
        })];
        Task[] sending = [.. producers.Select((producer, index) => Background.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                producer.Send((index * Each) + i, Patience.Token);
            }

            producer.Complete();
        }))];

        await Task.WhenAll(sending).Within();
        await Task.WhenAll(receiving).Within();
        Assert.Equal(Enumerable.Range(0, Each * Sockets).Select(i => (long)i), received.Items.Order());
    }

    [Fact]
    public async Task A_timeout_of_a_send_or_a_receive_is_no_error()
    {
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 1));

        Assert.False(consumer.TryReceive(out _));
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        Assert.False(consumer.TryReceiveLease(out _));
        Assert.False(await Background.Run(() => consumer.TryReceive(out _, Patience.Moment)).Within());
        Assert.False(await Background.Run(() => consumer.TryReceiveLease(out _, Patience.Moment)).Within());
#pragma warning restore VIA0002
        await FillUp(producer, 1);
        Assert.Equal(0, await consumer.ReceiveAsync(Patience.Token).Within());
    }
}
