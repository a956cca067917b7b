using System.Globalization;
using System.Threading.Channels;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public abstract partial class AdapterSuite
{
    [Fact]
    public async Task Many_messages_are_sent_and_received_at_once()
    {
        (_, _, Producer<long> producer, Consumer<long> consumer) = await OpenChannel(capacity: 16);
        long[] numbers = [.. Enumerable.Range(0, 100).Select(i => (long)i)];
        Assert.Equal(0, consumer.TryReceiveMany(new long[4]));
        Assert.Throws<ArgumentException>(() => consumer.ReceiveMany([]));
        Task<int> waiting = Background.Run(() => consumer.ReceiveMany(new long[4], Patience.Token));
        await waiting.StaysPending();
        Assert.Equal(1, producer.TrySendMany(numbers.AsSpan(0, 1)));
        Assert.Equal(1, await waiting.Within());
        await Waiting.Until(() => producer.Counters.Outstanding == 0);

        Assert.Equal(16, producer.TrySendMany(numbers));
        Task sending = producer.SendManyAsync(numbers.AsMemory(16), Patience.Token).AsTask();
        await sending.StaysPending();
        var received = new List<long>();
        long[] room = new long[7];
        while (received.Count < numbers.Length)
        {
            int count = received.Count % 2 == 0 ? consumer.ReceiveMany(room, Patience.Token) : await consumer.ReceiveManyAsync(room, Patience.Token).AsTask().Within();
            Assert.InRange(count, 1, room.Length);
            received.AddRange(room[..count]);
        }

        Assert.Equal(numbers, received);
        await sending.Within();
        Task blocking = Background.Run(() => producer.SendMany(numbers, Patience.Token));
        for (int i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(i, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());
        }

        await blocking.Within();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Many_structs_are_one_publication(bool published) => AreOnePublication(published, static i => (long)i, static number => (int)number);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Many_texts_are_one_publication(bool published) =>
        AreOnePublication(published, static i => $"text {i}", static text => int.Parse(text.AsSpan(5), CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Many_messages_of_bytes_are_one_publication(bool published) =>
        AreOnePublication<ReadOnlyMemory<byte>>(published, static i => BitConverter.GetBytes(i), static bytes => BitConverter.ToInt32(bytes.Span));

    private async Task AreOnePublication<T>(bool published, Func<int, T> message, Func<T, int> number)
    {
        Assert.SkipUnless(Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory, "Elsewhere there is a stream between.");
        const int Rounds = 100;
        const int Many = 8;

        // Room for all, so that nothing else than the publication can part them.
        var channel = new ChannelSpec<T>("numbers") { Capacity = 1024, Context = Distance.Context };
        Sender<T> sender = published ? Distance.Near.OpenPublisher(channel) : Distance.Near.OpenProducer(channel);
        Receiver<T> receiver = published
            ? Distance.Far.OpenSubscriber(channel, new SubscriberOptions { Wait = WaitMode.Spin })
            : Distance.Far.OpenConsumer(channel, new ConsumerOptions { Wait = WaitMode.Spin });
        await sender.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        sender.Send(message(-1));
        Assert.Equal(-1, number(await receiver.ReceiveAsync(Patience.Token).AsTask().Within()));
        Task<int[]> receiving = Background.Run(() =>
        {
            T[] room = new T[Many];
            int[] counts = new int[Rounds];
            for (int round = 0; round < Rounds; round++)
            {
                counts[round] = receiver.ReceiveMany(room, Patience.Token);
                Assert.Equal(round * Many, number(room[0]));
            }

            return counts;
        });

        for (int round = 0; round < Rounds && !receiving.IsCompleted; round++)
        {
            sender.SendMany([.. Enumerable.Range(round * Many, Many).Select(message)], Patience.Token);
            await Waiting.Until(() => sender.Counters.Outstanding == 0 || receiving.IsCompleted);
        }

        Assert.All(await receiving.Within(), count => Assert.Equal(Many, count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_that_cannot_be_sent_ends_those_that_are_sent_together(bool published)
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("numbers") { MaxMessageSize = 100, Context = Distance.Context };
        Sender<ReadOnlyMemory<byte>> sender = published ? Distance.Near.OpenPublisher(channel) : Distance.Near.OpenProducer(channel);
        Receiver<ReadOnlyMemory<byte>> receiver = published ? Distance.Far.OpenSubscriber(channel) : Distance.Far.OpenConsumer(channel);
        await sender.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        ReadOnlyMemory<byte>[] messages = [new byte[1], new byte[2], new byte[101], new byte[3]];
        Assert.Equal(2, sender.TrySendMany(messages));
        Assert.Throws<MessageTooLargeException>(() => sender.TrySendMany(messages.AsSpan(2)));
        Assert.Equal(1, sender.TrySendMany(messages.AsSpan(3)));
        for (int length = 1; length <= 3; length++)
        {
            Assert.Equal(length, (await receiver.ReceiveAsync(Patience.Token).AsTask().Within()).Length);
        }

        Assert.Equal(6, sender.Counters.Bytes);
    }

    [Fact]
    public async Task An_error_behind_messages_that_are_received_together_is_the_next_receives()
    {
        Assert.SkipWhen(Distance.Kind == DistanceKind.Thread, "Within a process numbers are not decoded.");
        var channel = new ChannelSpec<long>("numbers") { Context = Distance.Context, Codec = new UnluckyNumberCodec() };
        Producer<long> producer = Distance.Near.OpenProducer(channel);
        Consumer<long> consumer = Distance.Far.OpenConsumer(channel);
        producer.SendMany([1, 2, UnluckyNumberCodec.Unlucky, 4], Patience.Token);
        await Waiting.Until(() => consumer.Peers is [_]);
        var received = new List<long>();
        Exception? error = null;
        using var selector = new Selector(consumer);
        while (received.Count < 3)
        {
            try
            {
                Assert.Equal(0, selector.Wait(Patience.Token));
                long[] room = new long[8];
                int count = consumer.TryReceiveMany(room);
                received.AddRange(room[..count]);
            }
            catch (FormatException thirteen)
            {
                Assert.Null(error);
                error = thirteen;
                Assert.Equal([1, 2], received);
            }
        }

        Assert.NotNull(error);
        Assert.Equal([1, 2, 4], received);
        Assert.False(consumer.TryReceive(out _));
    }

    [Fact]
    public async Task Leases_come_as_a_sequence()
    {
        (_, _, Producer<long> producer, Consumer<long> consumer) = await OpenChannel(capacity: 8);
        producer.SendMany([1, 2, 3]);
        producer.Complete();
        var leases = new List<Lease<long>>();
        await using IAsyncEnumerator<Lease<long>> all = consumer.ReadAllLeasesAsync(Patience.Token).GetAsyncEnumerator();
        for (int i = 1; i <= 3; i++)
        {
            Assert.True(await all.MoveNextAsync().AsTask().Within());
            Assert.Equal(i, all.Current.Value);
            leases.Add(all.Current);
        }

        ValueTask<bool> end = all.MoveNextAsync();
        Assert.False(end.IsCompleted);
        leases[1].Dispose();
        Assert.Throws<ObjectDisposedException>(() => leases[1].Value);
        Assert.Equal(1, leases[0].Value);
        leases[2].Dispose();
        leases[0].Dispose();
        Assert.False(await end.AsTask().Within());
    }

    private static async Task<bool> WaitForTheEnd(ChannelReader<long> reader)
    {
        while (await reader.WaitToReadAsync(Patience.Token))
        {
            reader.TryRead(out _);
        }

        return false;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Many_that_are_cancelled_while_they_wait_are_sent_up_to_one(int capacity)
    {
        (_, _, Producer<long> producer, Consumer<long> consumer) = await OpenChannel(capacity);
        using var source = new CancellationTokenSource();
        Task sending = producer.SendManyAsync(Enumerable.Range(0, 10).Select(i => (long)i).ToArray(), source.Token).AsTask();
        Assert.Equal(0, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());
        Assert.Equal(1, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());

        // Until the room that these two leave is taken: who waits for it is woken for that.
        await Waiting.Until(() => producer.Counters.Sent == 2 + capacity);
        await sending.StaysPending();
        await source.CancelAsync();
        Assert.Equal(source.Token, Assert.IsAssignableFrom<OperationCanceledException>(await sending.Outcome()).CancellationToken);
        Task last = producer.SendAsync(-1, Patience.Token).AsTask();
        for (int i = 2; i < 2 + capacity; i++)
        {
            Assert.Equal(i, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());
        }

        Assert.Equal(-1, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());
        await last.Within();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Many_end_at_one_that_cannot_be_sent(int capacity)
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("numbers") { Capacity = capacity, MaxMessageSize = 100, Context = Distance.Context };
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Distance.OpenPair(channel);
        Task sending = producer.SendManyAsync(new ReadOnlyMemory<byte>[] { new byte[1], new byte[2], new byte[101], new byte[3] }, Patience.Token).AsTask();
        Assert.Equal(1, (await consumer.ReceiveAsync(Patience.Token).AsTask().Within()).Length);
        Assert.Equal(2, (await consumer.ReceiveAsync(Patience.Token).AsTask().Within()).Length);
        Assert.IsType<MessageTooLargeException>(await sending.Outcome());
        Task next = producer.SendAsync(new byte[4], Patience.Token).AsTask();
        Assert.Equal(4, (await consumer.ReceiveAsync(Patience.Token).AsTask().Within()).Length);
        await next.Within();
    }
}
