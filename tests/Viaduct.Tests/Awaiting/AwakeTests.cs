using System.Diagnostics;
using Viaduct.Links;
using Viaduct.Linux;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Awaiting;

/// <summary>
/// A side that was busy for long is told nothing before it sleeps again (<see cref="Mailbox.IsAwake"/>). In each round a receiver stays awake; then a message comes about when it lies down, and must be found
/// however it waits.
/// </summary>
public sealed class AwakeTests
{
    /// <summary>Messages that make a sender of another process take barriers.</summary>
    private const int Many = 2 * 4096;

    /// <summary>So often, before it is given up.</summary>
    private const int Batches = 500;

    private static readonly TimeSpan s_longestGap = TimeSpan.FromMicroseconds(120);

    [Theory]
    [InlineData(DistanceKind.Thread, "block")]
    [InlineData(DistanceKind.Thread, "await")]
    [InlineData(DistanceKind.Thread, "select")]
    [InlineData(DistanceKind.SharedMemory, "block")]
    [InlineData(DistanceKind.SharedMemory, "await")]
    [InlineData(DistanceKind.SharedMemory, "select")]
    public async Task A_message_that_comes_when_a_busy_receiver_lies_down_is_found(DistanceKind kind, string wait)
    {
        await using Distance distance = new(kind);
        ChannelSpec<long> numbers = new("numbers") { Capacity = 256 };
        ChannelSpec<long> answers = new("answers") { Capacity = 1 };
        using Producer<long> producer = distance.Near.OpenProducer(numbers);
        using Consumer<long> consumer = distance.Far.OpenConsumer(numbers);
        using Producer<long> answering = distance.Far.OpenProducer(answers);
        using Consumer<long> answered = distance.Near.OpenConsumer(answers);
        Mailbox mailbox = consumer.ReadySources[0];
        Random random = new(Effort.Seed(91));
        int rounds = Effort.Cases(2000);
        int awake = 0;
        Task receiving = Background.Run(() =>
        {
            bool may = false;
            for (int batch = 0; batch < Batches && !may; batch++)
            {
                for (int i = 0; i < Many; i++)
                {
                    Assert.Equal(i, consumer.Receive());
                }

                may = mailbox.IsAwake || mailbox.TryStayAwake();
                answering.Send(may ? 1 : 0);
            }

            using Selector selector = new();
            for (int round = 0; round < rounds; round++)
            {
                mailbox.TryStayAwake();
                awake += mailbox.IsAwake ? 1 : 0;
                Assert.Equal(round, Next(consumer, selector, wait));
                answering.Send(round);
            }
        });
        Task sending = Background.Run(() =>
        {
            bool may = false;
            for (int batch = 0; batch < Batches && !may; batch++)
            {
                for (int i = 0; i < Many; i++)
                {
                    producer.Send(i);
                }

                may = answered.Receive() == 1;
            }

            for (int round = 0; round < rounds; round++)
            {
                long gap = (long)(random.NextDouble() * s_longestGap.TotalSeconds * Stopwatch.Frequency);
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < gap;)
                {
                    Thread.SpinWait(1);
                }

                producer.Send(round);
                Assert.Equal(round, answered.Receive());
            }
        });
        await Task.WhenAll(sending, receiving).Within();
        Effort.Say($"awake in {awake} of {rounds} rounds");
        Assert.SkipUnless(kind == DistanceKind.Thread || Barriers.TryJoin(), "The kernel or a sandbox refuses barriers of the machine.");
        Assert.Equal(rounds, awake);
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task Who_is_busy_stays_awake_until_it_sleeps(DistanceKind kind)
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "On one processor no wait spins.");
        await using Distance distance = new(kind);
        ChannelSpec<long> numbers = new("numbers") { Capacity = 256 };
        using Producer<long> producer = distance.Near.OpenProducer(numbers);
        using Consumer<long> consumer = distance.Far.OpenConsumer(numbers);
        Mailbox mailbox = consumer.ReadySources[0];
        using CancellationTokenSource enough = new();
        Task sending = Background.Run(() =>
        {
            for (long i = 0; !enough.IsCancellationRequested; i++)
            {
                producer.Send(i);
            }

            producer.Send(-1);
        });

        // A machine that is busy with other things may let it sleep again and again, but not for ever.
        Task receiving = Background.Run(() =>
        {
            while (consumer.Receive() >= 0)
            {
                if (mailbox.IsAwake)
                {
                    enough.Cancel();
                }
            }
        });
        await Task.WhenAll(sending, receiving).Within("staying awake");
        using CancellationTokenSource over = new();
        Task<long> last = Background.Run(() => consumer.Receive(over.Token));
        Assert.True(SpinWait.SpinUntil(() => !mailbox.IsAwake, TimeSpan.FromSeconds(30)), "It does not lie down.");
        producer.Send(7);
        Assert.Equal(7, await last.Within());
    }

    private static long Next(Consumer<long> consumer, Selector selector, string wait)
    {
        switch (wait)
        {
            case "block":
                return consumer.Receive();

            case "await":
                return consumer.ReceiveAsync().AsTask().GetAwaiter().GetResult();

            default:
                selector.Add(consumer);
                selector.Wait();
                selector.Remove(consumer);
                return consumer.Receive();
        }
    }
}
