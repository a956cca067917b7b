using Viaduct;

namespace EventLoop;

/// <summary>A worker: takes pairs until there are no more, and sends their masses.</summary>
internal static class Worker
{
    public static async Task RunAsync(Node node)
    {
        await using Producer<PairMass> masses = node.OpenProducer(EventChannels.Masses);
        await using Consumer<MuonPair> pairs = node.OpenConsumer(EventChannels.Pairs);

        // A pair counts as consumed when the next one is asked for: if this worker dies, another one gets it.
        await foreach (MuonPair pair in pairs.ReadAllAsync())
        {
            await masses.SendAsync(new PairMass(pair.Number, pair.Mass));
        }

        await masses.CompleteAsync();
    }
}
