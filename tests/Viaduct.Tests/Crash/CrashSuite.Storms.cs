using System.Collections.Concurrent;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public abstract partial class CrashSuite
{
    /// <summary>How many processes a storm kills.</summary>
    private static readonly int s_kills = Effort.Cases(10);

    [Fact]
    public async Task Workers_killed_at_any_moment_lose_no_event()
    {
        const int Workers = 3;
        var random = new Random(Effort.Seed(2026));
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 32);
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel, new ProducerOptions { MaxAttempts = 100 });
        Server<long, long> merger = Here.OpenServer(Calls());
        var merged = new ConcurrentDictionary<long, int>();
        using var done = new CancellationTokenSource();
        Task merging = Background.Run(() => Merge(merger, merged, done.Token));
        using var enough = new CancellationTokenSource();
        long sent = 0;
        Task producing = Background.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                producer.Send(Payload.Create(sent, Payload.SizeOf(sent)));
                sent++;
            }
        });

        PeerProcess[] workers = await Task.WhenAll(Enumerable.Range(0, Workers).Select(StartWorker));
        for (int kill = 0; kill < s_kills; kill++)
        {
            // At least some messages go through between two kills, and then a random few more.
            int before = merged.Count;
            int more = random.Next(1, 200);
            await Waiting.Until(
                () => merged.Count >= before + more || merging.IsCompleted || producing.IsCompleted,
                () => $"progress after kill {kill}: {merged.Count} merged, {sent} sent\n{producer.Describe()}\n{merger.Describe()}");
            int index = random.Next(Workers);
            workers[index].KillNow();
            workers[index] = await StartWorker(Workers + kill);
        }

        await enough.CancelAsync();
        await producing.Within();
        await producer.CompleteAsync(Patience.Token).Within();
        await Waiting.Until(() => merged.Count == sent, $"{merged.Count} of {sent} merged");
        Assert.Equal(Enumerable.Range(0, (int)sent).Select(i => (long)i), merged.Keys.Order());
        Assert.True(producer.Counters.DeadLettered == 0);
        await done.CancelAsync();
        Assert.IsType<OperationCanceledException>(await merging.Outcome(), exactMatch: false);

        async Task<PeerProcess> StartWorker(int number)
        {
            PeerProcess worker = await StartChild($"worker-{number}");
            await Open(worker, "c", "client", Calls());
            await Open(worker, "s", "consumer", channel);
            worker.Begin("work s c");
            return worker;
        }
    }

    [Fact]
    public async Task Producers_killed_at_any_moment_leave_whole_messages_in_order_and_nothing_acknowledged_is_lost()
    {
        const int Each = 1_000_000;
        var random = new Random(Effort.Seed(99));
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 32);
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        for (int round = 0; round < s_kills / 2; round++)
        {
            PeerProcess victim = await StartChild("producer", channel, name: $"producer-{round}");
            PeerCommand sending = victim.Begin($"send s {round * Each} {Each} 0");
            int wanted = random.Next(0, 300);
            List<long> received = await Receive(consumer, wanted);
            victim.KillNow();
            (List<long> rest, Exception error) = await ReceiveUntilLost(consumer);
            received.AddRange(rest);

            Assert.IsType<PeerLostException>(error);
            Assert.Equal(Range(round * Each, received.Count), received);
            await sending.Done.Outcome();
            int acknowledged = sending.Rest().Count;
            Assert.True(
                Distance.Kind != DistanceKind.SharedMemory || received.Count >= acknowledged,
                $"Round {round}: the producer's send returned {acknowledged} times, {received.Count} messages came.");
        }
    }

    private static void Merge(Server<long, long> merger, ConcurrentDictionary<long, int> merged, CancellationToken done)
    {
        while (true)
        {
            try
            {
                using Request<long, long> request = merger.Receive(done);
                merged.AddOrUpdate(request.Value, 1, (_, count) => count + 1);
                request.Reply(request.Value * 2);
            }
            catch (PeerLostException)
            {
                // A worker was killed; that is what this is about.
            }
        }
    }
}
