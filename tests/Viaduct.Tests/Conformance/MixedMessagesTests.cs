using System.Collections.Concurrent;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>Messages that are sent and received in every way, by chance and at the same time, while ends come and go: none is lost, and none comes again that was consumed.</summary>
public sealed class MixedMessagesTests : IDisposable
{
    private const int Senders = 3;
    private const int Receivers = 3;
    private const int MostInHand = 5;

    private static readonly ChannelSpec<ReadOnlyMemory<byte>> s_channel = new("mixed") { Capacity = 16 };
    private static readonly ProducerOptions s_producing = new() { MaxAttempts = 255, MaxLoans = 4 };
    private static readonly ConsumerOptions s_consuming = new() { LingerTimeout = TimeSpan.Zero };

    /// <summary>How often each message was consumed.</summary>
    private readonly ConcurrentDictionary<long, int> _consumed = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly CancellationTokenSource _done = new();
    private int _last = -1;
    private int _doubts;

    public void Dispose() => _done.Dispose();

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task However_they_are_sent_and_received_each_is_consumed_once(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        int messages = Effort.Cases(1500);
        int seed = Effort.Seed(5);
        Task receiving = Task.WhenAll(Enumerable.Range(0, Receivers).Select(i => Background.Run(() => Receive(distance.Far, new Random(seed + i), messages))));
        Task sending = Task.WhenAll(Enumerable.Range(0, Senders).Select(i => Background.Run(() => Send(distance.Near, new Random(seed - 1 - i), messages))));
        await Task.WhenAll(sending, receiving).WaitAsync(Patience.Limit * Math.Max(2, messages / 1500), TestContext.Current.CancellationToken)
            .ContinueWith(static _ => { }, TaskScheduler.Default);
        Assert.True(_wrong.IsEmpty, string.Join('\n', _wrong.Take(5)));
        Assert.True(sending.IsCompletedSuccessfully && receiving.IsCompletedSuccessfully,
            $"{_last + 1} of {messages} begun, {_consumed.Count} consumed; {sending.Exception ?? receiving.Exception}");
        Effort.Say($"{messages} messages, {_doubts} were in hand where their consumer left");
        Assert.Equal(messages, _consumed.Count);
        Assert.All(_consumed, static message => Assert.Equal(1, message.Value));
    }

    private void Send(Node node, Random random, int messages)
    {
        Producer<ReadOnlyMemory<byte>> producer = node.OpenProducer(s_channel, s_producing);
        try
        {
            for (long id = Interlocked.Increment(ref _last); id < messages && _wrong.IsEmpty; id = Interlocked.Increment(ref _last))
            {
                if (random.Next(200) == 0)
                {
                    producer.CompleteAsync(_done.Token).AsTask().GetAwaiter().GetResult();
                    producer.Dispose();
                    producer = node.OpenProducer(s_channel, s_producing);
                }

                byte[] message = Payload.Create(id, Payload.SizeOf(id));
                while (!TrySend(producer, message, random))
                {
                }
            }

            producer.CompleteAsync(_done.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            _wrong.Enqueue(error.ToString());
            _done.Cancel();
        }
        finally
        {
            producer.Dispose();
        }
    }

    /// <summary>Sends it in one of the ways; false where that was in vain.</summary>
    private static bool TrySend(Producer<ReadOnlyMemory<byte>> producer, byte[] message, Random random)
    {
        switch (random.Next(9))
        {
            case 0:
                producer.Send(message);
                return true;
            case 1:
                return producer.TrySend(message.AsMemory());
            case 2:
                return producer.TrySend(message, TimeSpan.FromMilliseconds(random.Next(4)));
            case 3:
                producer.SendAsync(message).AsTask().GetAwaiter().GetResult();
                return true;
            case 4:
                return Within(random, token => producer.SendAsync(message, token).AsTask());
            case 5:
                return producer.TrySendMany([message.AsMemory()]) == 1;
            case 6:
                producer.SendManyAsync(new ReadOnlyMemory<byte>[] { message }).AsTask().GetAwaiter().GetResult();
                return true;
            case 7:
                using (Loan loan = producer.Loan(message.Length + random.Next(100)))
                {
                    message.CopyTo(loan.Span);
                    loan.Resize(message.Length);
                    return random.Next(5) != 0 && loan.TrySend(TimeSpan.FromMilliseconds(random.Next(4)));
                }

            default:
                using (Loan loan = producer.LoanAsync(message.Length).AsTask().GetAwaiter().GetResult())
                {
                    message.CopyTo(loan.Span);
                    return Within(random, token => loan.SendAsync(token).AsTask());
                }
        }
    }

    private void Receive(Node node, Random random, int messages)
    {
        List<(long Id, Lease<ReadOnlyMemory<byte>> Lease)> inHand = [];
        Consumer<ReadOnlyMemory<byte>> consumer = node.OpenConsumer(s_channel, s_consuming);
        try
        {
            while (_consumed.Count < messages && _wrong.IsEmpty)
            {
                if (random.Next(100) == 0)
                {
                    // What is in hand goes to another.
                    Interlocked.Add(ref _doubts, inHand.Count);
                    inHand.Clear();
                    consumer.Dispose();
                    consumer = node.OpenConsumer(s_channel, s_consuming);
                }

                try
                {
                    Receive(consumer, random, inHand);
                }
                catch (ChannelCompletedException)
                {
                    // All senders that are there have completed; others may come.
                    Thread.Sleep(1);
                }

                while (inHand.Count > (_consumed.Count + (MostInHand * Receivers) >= messages ? 0 : random.Next(MostInHand)))
                {
                    int chosen = random.Next(inHand.Count);
                    (long id, Lease<ReadOnlyMemory<byte>> lease) = inHand[chosen];
                    inHand.RemoveAt(chosen);
                    Payload.Check(lease.AsSpan(), id);
                    lease.Dispose();
                    Consumed(id);
                }
            }
        }
        catch (Exception error)
        {
            _wrong.Enqueue(error.ToString());
            _done.Cancel();
        }
        finally
        {
            consumer.Dispose();
        }
    }

    /// <summary>Receives in one of the ways, for some milliseconds.</summary>
    private void Receive(Consumer<ReadOnlyMemory<byte>> consumer, Random random, List<(long Id, Lease<ReadOnlyMemory<byte>> Lease)> inHand)
    {
        var time = TimeSpan.FromMilliseconds(random.Next(5));
        switch (random.Next(8))
        {
            case 0 when consumer.TryReceive(out ReadOnlyMemory<byte> message):
                Consumed(Read(message));
                break;
            case 1 when consumer.TryReceive(out ReadOnlyMemory<byte> message, time):
                Consumed(Read(message));
                break;
            case 2:
                Within(random, async token => Consumed(Read(await consumer.ReceiveAsync(token))));
                break;
            case 3:
                var room = new ReadOnlyMemory<byte>[random.Next(1, 6)];
                foreach (ReadOnlyMemory<byte> message in room.AsSpan(0, consumer.TryReceiveMany(room)))
                {
                    Consumed(Read(message));
                }

                break;
            case 4:
                Within(random, async token =>
                {
                    var several = new ReadOnlyMemory<byte>[3];
                    int count = await consumer.ReceiveManyAsync(several, token);
                    foreach (ReadOnlyMemory<byte> message in several[..count])
                    {
                        Consumed(Read(message));
                    }
                });
                break;
            case 5 when consumer.TryReceiveLease(out Lease<ReadOnlyMemory<byte>> lease):
                Hold(lease);
                break;
            case 6 when consumer.TryReceiveLease(out Lease<ReadOnlyMemory<byte>> lease, time):
                Hold(lease);
                break;
            case 7:
                Within(random, async token => Hold(await consumer.ReceiveLeaseAsync(token)));
                break;
        }

        void Hold(Lease<ReadOnlyMemory<byte>> lease) => inHand.Add((Read(lease.Value), lease));
    }

    private long Read(ReadOnlyMemory<byte> message)
    {
        long id = Payload.Read(message.Span);
        if (_consumed.ContainsKey(id))
        {
            _wrong.Enqueue($"Message {id} had been consumed and came again.");
        }

        return id;
    }

    private void Consumed(long id) => _consumed.AddOrUpdate(id, 1, static (_, times) => times + 1);

    /// <summary>Awaits what may be cancelled; false where it was.</summary>
    private static bool Within(Random random, Func<CancellationToken, Task> begin)
    {
        using var cancellation = new CancellationTokenSource(random.Next(6));
        try
        {
            begin(cancellation.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
