using Viaduct.Linux;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Adapters;

public sealed class SharedMemoryAdapterTests() : AdapterSuite(DistanceKind.SharedMemory)
{
    [Fact]
    public async Task Many_structs_wake_a_sleeping_receiver_once()
    {
        const int Many = 8;
        var channel = new ChannelSpec<long>("numbers") { Capacity = 1024, Context = Distance.Context };
        Producer<long> producer = Distance.Near.OpenProducer(channel);
        Consumer<long> consumer = Distance.Far.OpenConsumer(channel, new ConsumerOptions { Wait = WaitMode.Sleep });
        await producer.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        producer.Send(-1);
        Assert.Equal(-1, await consumer.ReceiveAsync(Patience.Token).AsTask().Within());
        uint woken = 0;
        for (int round = 0; round < 50; round++)
        {
            uint before = WakesOf(consumer);
            Task<int> receiving = Background.Run(() => consumer.ReceiveMany(new long[Many], Patience.Token));
            await Waiting.Until(() => consumer.Inbox.WaitPoint.HasSleepers);
            producer.SendMany(new long[Many], Patience.Token);
            Assert.Equal(Many, await receiving.Within());

            // None, where they came between its counting itself in and its going to sleep.
            uint now = WakesOf(consumer) - before;
            Assert.InRange(now, 0u, 1u);
            woken += now;
        }

        Assert.InRange(woken, 1u, 50u);
    }

    /// <summary>What the sender's word says that the receiver sleeps on: it counts the wakes that the sender gave.</summary>
    private static unsafe uint WakesOf(Consumer<long> consumer)
    {
        FutexWord* room = stackalloc FutexWord[2];
        FutexWords words = new(room, 2);
        Assert.Equal(1, consumer.Inbox.Announce(words));
        consumer.Inbox.Retract();
        return words[0].Expected;
    }
}
