using Viaduct.Blobs;
using Viaduct.Tests.Generators;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>Consumers of blobs killed while they take and keep them: each blob is whole wherever it comes to, and all memory comes back.</summary>
public sealed class BlobKillTests : KillSuite
{
    [Theory]
    [InlineData(71)]
    public async Task Blobs_that_killed_consumers_held_are_their_owners_again_and_the_others_are_whole(int seed)
    {
        ChannelSpec<Picture> channel = new("pictures") { Capacity = 16, Context = Context.LocalProcess };
        Producer<Picture> producer = Here.OpenProducer(channel, new ProducerOptions { MaxAttempts = 255 });
        var taken = new HashSet<long>();
        long sent = 0;
        await Kill(seed, async (victims, random, round) =>
        {
            Victim victim = await victims.Next();
            using var stop = new CancellationTokenSource();
            Task<long> sending = Background.Run(() => Send(producer, sent, stop.Token));
            await victim.Arm();
            victim.Begin($"take-pictures pictures {victim.LedgerPath} context=LocalProcess");
            IReadOnlyList<LedgerEntry> entries = await Strike(victim, random, round);
            Assert.All(entries, entry => Assert.True(taken.Add(entry.Id), $"Round {round}: {entry} came twice."));
            await stop.CancelAsync();
            await sending.Within($"the producer after kill {round}", producer);
            sent = await sending;
            await Inherit(producer, channel, taken, round);
            await Waiting.Until(
                () =>
                {
                    BlobMemory.Sweep();
                    return BlobMemory.Lingering == 0;
                },
                () => $"after kill {round} somebody holds {BlobMemory.Lingering} blobs still");
            WentOn(victim);
        });
        Effort.Say($"{sent} sent, {taken.Count} taken");

        // Of each victim one may have been received and not noted.
        Assert.InRange(sent - taken.Count, 0, Rounds + 1);
        Assert.True(taken.Count > Rounds, "Nothing was taken.");
        producer.Dispose();
    }

    [Theory]
    [InlineData(NamedPoints.Hold, 72)]
    public Task So_are_those_of_consumers_killed_at_named_points(string groups, int seed)
    {
        Points = NamedPoints.Of(groups, seed);
        return Blobs_that_killed_consumers_held_are_their_owners_again_and_the_others_are_whole(seed);
    }

    private static long Send(Producer<Picture> producer, long id, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                byte[] bytes = Payload.Create(id, 100 + (int)(id * 977 % 20_000));
                using Blob pixels = Blob.AllocateUninitialized(bytes.Length);
                bytes.CopyTo(pixels.Span);
                producer.Send(new Picture(id, pixels), stop);
                id++;
            }
        }
        catch (OperationCanceledException)
        {
            return id;
        }
    }

    /// <summary>What the victim left goes to a survivor.</summary>
    private async Task Inherit(Producer<Picture> producer, ChannelSpec<Picture> channel, HashSet<long> taken, int round)
    {
        using Consumer<Picture> heir = There.OpenConsumer(channel);
        await heir.WaitForPeersAsync(1, Patience.Token).Within();
        await Waiting.Until(
            () =>
            {
                while (heir.TryReceive(out Picture? picture))
                {
                    using Blob pixels = picture.Pixels;
                    Payload.Check(pixels.ReadOnlySpan, picture.Id);
                    Assert.True(taken.Add(picture.Id), $"Round {round}: {picture.Id} came twice.");
                }

                return producer.Counters.Outstanding == 0;
            },
            () => $"the heir consumes what is left after kill {round}: {producer.Describe()}\n{heir.Describe()}");
    }
}
