using System.Runtime.CompilerServices;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

/// <content>Those that find what they want, and those that block a thread.</content>
public abstract partial class AllocationSuite
{
    private const int Together = 8;

    [Fact]
    public async Task Small_messages_however_they_are_sent_and_received()
    {
        (Producer<Line> producer, Consumer<Line> consumer) = await Distance.OpenPair(new ChannelSpec<Line>("lines") { Context = Distance.Context });
        Line[] lines = new Line[Together];
        await IsNone(() =>
        {
            producer.Send(lines[0]);
            consumer.Receive();
            Assert.True(producer.TrySend(lines[0]));
            Assert.True(consumer.TryReceive(out lines[0]));
            producer.HandOver(lines[0]);
            using (Lease<Line> lease = consumer.ReceiveLease())
            {
                lines[0] = lease.Value;
            }

            using (Loan<Line> loan = producer.Loan())
            {
                loan.Send();
            }

            consumer.Receive();
            producer.SendMany(lines);
            int received = 0;
            while (received < lines.Length)
            {
                received += consumer.ReceiveMany(lines);
            }
        });
    }

    [Theory]
    [InlineData(64)]
    [InlineData(3_000)]
    [InlineData(200_000)]
    public async Task Bytes_however_they_are_sent_and_received(int size)
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) =
            await Distance.OpenPair(new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { Context = Distance.Context });
        byte[] bytes = new byte[size];
        ReadOnlyMemory<byte> message = bytes;
        await IsNone(() =>
        {
            if (Distance.Kind != DistanceKind.Thread)
            {
                // Between threads a copy is an array that the receiver gets.
                producer.Send(message.Span);
                Assert.True(consumer.Receive(bytes) == size);
            }

            producer.HandOver(message);
            using (Lease<ReadOnlyMemory<byte>> lease = consumer.ReceiveLease())
            {
                Assert.True(lease.AsSpan().Length == size);
            }

            using (Loan loan = producer.Loan(size))
            {
                loan.Span[^1] = 1;
                loan.Send();
            }

            using (Lease<ReadOnlyMemory<byte>> lease = consumer.ReceiveLease())
            {
                Assert.True(lease.AsSpan()[^1] == 1);
            }
        });
    }

    [Fact]
    public async Task Messages_of_several_producers_and_to_several_consumers()
    {
        ChannelSpec<long> channel = new("events") { Context = Distance.Context };
        Producer<long>[] producers = [.. Enumerable.Range(0, 3).Select(_ => Distance.Near.OpenProducer(channel))];
        Consumer<long>[] consumers = [.. Enumerable.Range(0, 2).Select(_ => Distance.Far.OpenConsumer(channel))];
        foreach (Producer<long> producer in producers)
        {
            await producer.WaitForPeersAsync(consumers.Length, Patience.Token).Within();
        }

        foreach (Consumer<long> consumer in consumers)
        {
            await consumer.WaitForPeersAsync(producers.Length, Patience.Token).Within();
        }

        await IsNone(() =>
        {
            foreach (Producer<long> producer in producers)
            {
                producer.Send(1);
                producer.Send(2);
            }

            // In turn: each has as many.
            foreach (Consumer<long> consumer in consumers)
            {
                for (int i = 0; i < producers.Length; i++)
                {
                    consumer.Receive();
                }
            }
        });
    }

    [Fact]
    public async Task Messages_to_several_subscribers_of_which_one_wants_only_the_newest()
    {
        ChannelSpec<Line> channel = new("news") { History = 2, Context = Distance.Context };
        Publisher<Line> publisher = Distance.Near.OpenPublisher(channel);
        Subscriber<Line>[] subscribers = [.. Enumerable.Range(0, 3).Select(index =>
            Distance.Far.OpenSubscriber(channel, new SubscriberOptions { WhenFull = index == 0 ? FullMode.Latest : FullMode.Wait }))];
        await publisher.WaitForPeersAsync(subscribers.Length, Patience.Token).Within();
        Line[] lines = new Line[Together];
        await IsNone(() =>
        {
            publisher.Send(lines[0]);
            publisher.SendMany(lines);
            subscribers[0].Receive();
            for (int i = 1; i < subscribers.Length; i++)
            {
                int received = 0;
                while (received < 1 + lines.Length)
                {
                    received += subscribers[i].ReceiveMany(lines.AsSpan(0, Math.Min(lines.Length, 1 + lines.Length - received)));
                }
            }
        });
    }

    [Fact]
    public async Task Selections_among_sockets_that_are_ready()
    {
        var producers = new Producer<long>[4];
        var consumers = new Consumer<long>[4];
        for (int i = 0; i < producers.Length; i++)
        {
            (producers[i], consumers[i]) = await Distance.OpenPair(new ChannelSpec<long>($"events-{i}") { Context = Distance.Context });
        }

        using var selector = new Selector(consumers);
        await IsNone(() =>
        {
            foreach (Producer<long> producer in producers)
            {
                producer.Send(1);
                Assert.True(consumers[selector.Wait()].TryReceive(out _));
            }
        });
    }

    [Theory]
    [InlineData(WaitMode.Sleep, false)]
    [InlineData(WaitMode.Sleep, true)]
    [InlineData(WaitMode.Adaptive, false)]
    [InlineData(WaitMode.Adaptive, true)]
    public async Task Threads_that_block_until_messages_and_room_come(WaitMode wait, bool cancellable)
    {
        ChannelSpec<long> there = new("there") { Capacity = 1, Context = Distance.Context };
        ChannelSpec<long> back = new("back") { Capacity = 1, Context = Distance.Context };
        Producer<long> producer = Distance.Near.OpenProducer(there, new ProducerOptions { Wait = wait });
        Consumer<long> consumer = Distance.Near.OpenConsumer(back, new ConsumerOptions { Wait = wait });
        Consumer<long> taking = Distance.Far.OpenConsumer(there, new ConsumerOptions { Wait = wait });
        Producer<long> returning = Distance.Far.OpenProducer(back, new ProducerOptions { Wait = wait });
        await Pairs.Meet(producer, consumer, taking, returning);
        CancellationToken token = Token(cancellable);
        using var over = new CancellationTokenSource();
        Task echo = Background.Run(() =>
        {
            // Only the last wait ends by it.
            for (long message = 0; message >= 0;)
            {
                message = taking.Receive(over.Token);
                returning.Send(message, over.Token);
            }
        });
        await Allocation.IsNone(count => Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                // The second finds no room until the first was taken, and that is not before there is room for its answer.
                producer.Send(i, token);
                producer.Send(i, token);
                Assert.True(consumer.Receive(token) == i);
                Assert.True(consumer.Receive(token) == i);
            }
        })).Within();
        producer.Send(-1);
        Assert.Equal(-1, consumer.Receive(CancellationToken.None));
        await echo.Within();
    }

    [Theory]
    [InlineData(WaitMode.Sleep)]
    [InlineData(WaitMode.Adaptive)]
    public async Task Calls_that_block(WaitMode wait)
    {
        CallSpec<long, long> calls = new("calls") { Context = Distance.Context };
        Client<long, long> client = Distance.Near.OpenClient(calls, new ClientOptions { Wait = wait });
        Server<long, long> server = Distance.Far.OpenServer(calls, new ServerOptions { Wait = wait });
        await Pairs.Meet(client, server);
        Task serving = Background.Run(() =>
        {
            for (bool goesOn = true; goesOn;)
            {
                using Request<long, long> request = server.Receive();
                goesOn = request.Value >= 0;
                request.Reply(request.Value * 2);
            }
        });
        await Allocation.IsNone(count => Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(client.Call(i) == 2 * i);
            }
        })).Within();
        Assert.Equal(-2, client.Call(-1));
        await serving.Within();
    }

    /// <summary>As <see cref="Allocation.IsNone"/>, of what needs nobody else.</summary>
    private static Task IsNone(Action operation) => Allocation.IsNone(count =>
    {
        for (int i = 0; i < count; i++)
        {
            operation();
        }

        return Task.CompletedTask;
    }).Within();

    /// <summary>64 bytes.</summary>
    [InlineArray(8)]
    private struct Line
    {
        private long _first;
    }
}
