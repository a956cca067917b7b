using System.Buffers;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class ProducerConsumerSuite
{
    [Theory]
    [InlineData(0, 300)]
    [InlineData(1, 300)]
    [InlineData(8, 300)]
    [InlineData(100, 300)]
    [InlineData(4096, 300)]
    [InlineData(64 * 1024, 100)]
    [InlineData(1024 * 1024, 10)]
    [InlineData(64 * 1024 * 1024, 2)]
    public async Task Bytes_arrive_whole_and_in_order(int size, int count)
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Channel<ReadOnlyMemory<byte>>(capacity: 16));

        Task sending = Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                producer.Send(Payload.Create(i, size));
            }
        });
        await Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                ReadOnlyMemory<byte> message = consumer.Receive(Patience.Token);
                Assert.Equal(size, message.Length);
                Payload.Check(message.Span, i);
                Assert.True(size < Payload.MinimumSize || Payload.Read(message.Span) == i);
            }
        }).Within();
        await sending.Within();
    }

    [Fact]
    public async Task Large_and_small_bytes_keep_their_order()
    {
        const int Count = 400;
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Channel<ReadOnlyMemory<byte>>(capacity: 7));

        Task sending = SendPayloads(producer, Count);
        await Background.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                using Lease<ReadOnlyMemory<byte>> lease = consumer.ReceiveLease(Patience.Token);
                Assert.Equal(i, Payload.Read(lease.Value.Span));
            }
        }).Within();
        await sending.Within();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public async Task Structs_arrive_whole_and_in_order(int capacity)
    {
        const int Count = 2000;
        (Producer<Sample> producer, Consumer<Sample> consumer) = await Pair(Channel<Sample>(capacity));

        Task sending = Background.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                producer.Send(Sample.Of(i));
            }
        });
        await Background.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                Assert.Equal(Sample.Of(i), consumer.Receive(Patience.Token));
            }
        }).Within();
        await sending.Within();
    }

    [Fact]
    public async Task Structs_arrive_in_order_when_both_sides_await()
    {
        const int Count = 500;
        (Producer<Sample> producer, Consumer<Sample> consumer) = await Pair(Channel<Sample>(capacity: 4));

        Task sending = SendAll();
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(Sample.Of(i), await consumer.ReceiveAsync(Patience.Token).Within());
        }

        await sending.Within();

        async Task SendAll()
        {
            for (int i = 0; i < Count; i++)
            {
                await producer.SendAsync(Sample.Of(i), Patience.Token);
            }
        }
    }

    [Fact]
    public async Task Text_arrives_as_it_was()
    {
        string[] texts = ["", "a", "zwölf Boxkämpfer \U0001F94A", "line\nline\0end", new string('x', 70_000)];
        (Producer<string> producer, Consumer<string> consumer) = await Pair(Channel<string>());

        foreach (string text in texts)
        {
            await producer.SendAsync(text, Patience.Token).Within();
            Assert.Equal(text, await consumer.ReceiveAsync(Patience.Token).Within());
        }
    }

    [Fact]
    public async Task Objects_arrive_through_their_codec()
    {
        (Producer<Note> producer, Consumer<Note> consumer) = await Pair(Channel(codec: Codec.Json(NoteContext.Default.Note)));

        for (int i = 0; i < 50; i++)
        {
            Note note = Note.Of(i);
            await producer.SendAsync(note, Patience.Token).Within();
            Assert.Equal(note, await consumer.ReceiveAsync(Patience.Token).Within());
        }
    }

    [Fact]
    public async Task An_object_that_is_handed_over_is_the_very_object_where_the_peer_is_in_this_process()
    {
        (Producer<Note> producer, Consumer<Note> consumer) = await Pair(Channel(codec: Codec.Json(NoteContext.Default.Note)));
        Note note = Note.Of(3);

        Assert.True(producer.TryHandOver(note));
        Note received = await consumer.ReceiveAsync(Patience.Token).Within();
#pragma warning disable VIA0001 // On purpose: it is compared, and given away once more.
        await producer.HandOverAsync(note, Patience.Token).Within();
        Note second = await consumer.ReceiveAsync(Patience.Token).Within();

        Assert.Equal(note, received);
        Assert.Equal(Distance.Kind == DistanceKind.Thread, ReferenceEquals(note, received));
        Assert.Equal(Distance.Kind == DistanceKind.Thread, ReferenceEquals(note, second));
#pragma warning restore VIA0001
    }

    [Fact]
    public async Task The_buffer_of_sent_bytes_is_free_when_send_returns()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Channel<ReadOnlyMemory<byte>>());
        foreach (int size in new[] { 50, 200_000 })
        {
            byte[] buffer = Payload.Create(1, size);
            await producer.SendAsync(buffer, Patience.Token).Within();
            Array.Clear(buffer);
            Payload.Create(2, size).CopyTo(buffer.AsSpan());
            await Background.Run(() => producer.Send(buffer.AsSpan(), Patience.Token)).Within();
            Array.Clear(buffer);

            Assert.Equal(1, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
            Assert.Equal(2, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300_000)]
    public async Task A_message_can_be_written_in_pieces_or_dropped_unsent(int size)
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Channel<ReadOnlyMemory<byte>>(capacity: 4));
        byte[] expected = Payload.Create(5, size);

        for (int i = 0; i < 10; i++)
        {
            using (Loan dropped = producer.BeginMessage())
            {
                dropped.Write(expected);
            }

            using (Loan writer = producer.BeginMessage(sizeHint: i % 2 == 0 ? size : 0))
            {
                for (int start = 0; start < size; start += 1000)
                {
                    writer.Write(expected.AsSpan(start, Math.Min(1000, size - start)));
                }

                await writer.SendAsync(Patience.Token).Within();
            }

            byte[] received = new byte[size + 1];
            Assert.Equal(size, await Background.Run(() => consumer.Receive(received, Patience.Token)).Within());
            Assert.True(expected.AsSpan().SequenceEqual(received.AsSpan(0, size)));
        }

        Assert.False(consumer.TryReceive(out _));
    }

    [Fact]
    public async Task A_message_beyond_the_limit_is_refused_and_nothing_else_is_harmed()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("limited") { MaxMessageSize = 1000, Context = Distance.Context };
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(channel);

        await Assert.ThrowsAsync<MessageTooLargeException>(async () => await producer.SendAsync(new byte[1001], Patience.Token));
        Assert.Throws<MessageTooLargeException>(() => producer.TrySend(new byte[1001]));
        await producer.SendAsync(Payload.Create(1, 1000), Patience.Token).Within();

        Assert.Equal(1, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
    }

    [Fact]
    public async Task A_message_larger_than_the_buffer_it_is_received_into_is_not_lost()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Channel<ReadOnlyMemory<byte>>(capacity: 4));
        Assert.True(producer.TrySend(Payload.Create(1, 100)));
        Assert.True(producer.TrySend(Payload.Create(2, 100)));
        byte[] small = new byte[99];
        byte[] fitting = new byte[100];

        Assert.NotNull(await Background.Run(() => consumer.Receive(small, Patience.Token)).Outcome());

        Assert.Equal(100, await Background.Run(() => consumer.Receive(fitting, Patience.Token)).Within());
        Assert.Equal(1, Payload.Read(fitting));
        Assert.Equal(100, await Background.Run(() => consumer.Receive(fitting, Patience.Token)).Within());
        Assert.Equal(2, Payload.Read(fitting));
    }

    [Fact]
    public async Task Several_threads_may_send_and_receive_on_the_same_sockets()
    {
        const int Threads = 3;
        const int Each = 500;
        (Producer<long> producer, Consumer<long> consumer) = await Pair(Channel<long>(capacity: 8));
        var received = new Recorder<long>();

        IEnumerable<Task> senders = Enumerable.Range(0, Threads).Select(thread => Background.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                producer.Send((thread * Each) + i, Patience.Token);
            }
        }));
        IEnumerable<Task> receivers = Enumerable.Range(0, Threads).Select(_ => Background.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                received.Add(consumer.Receive(Patience.Token));
            }
        }));
        await Task.WhenAll(senders.Concat(receivers)).Within();

        Assert.Equal(Enumerable.Range(0, Threads * Each).Select(i => (long)i), received.Items.Order());
    }

    protected static Task SendPayloads(Producer<ReadOnlyMemory<byte>> producer, int count) => Background.Run(() =>
    {
        for (int i = 0; i < count; i++)
        {
            producer.Send(Payload.Create(i, Payload.SizeOf(i)), Patience.Token);
        }
    });
}
