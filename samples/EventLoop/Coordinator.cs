using Viaduct;

namespace EventLoop;

/// <summary>The reader and the merger: feeds the workers, wherever they are, and collects what they find.</summary>
internal static class Coordinator
{
    public static async Task<MassHistogram> RunAsync(Node node, string path, int workers)
    {
        await using Producer<MuonPair> pairs = node.OpenProducer(EventChannels.Pairs);
        await using Consumer<PairMass> masses = node.OpenConsumer(EventChannels.Masses);
        await pairs.WaitForPeersAsync(workers);
        await masses.WaitForPeersAsync(workers);
        Console.WriteLine($"{workers} workers, by {pairs.Peers[0].Route}: {pairs.Peers[0].Reason}");

        Task reading = Task.Run(async () =>
        {
            foreach (MuonPair pair in MuonFile.Read(path))
            {
                await pairs.SendAsync(pair);
            }

            await pairs.CompleteAsync();
        });

        MassHistogram histogram = new();
        await foreach (PairMass mass in masses.ReadAllAsync())
        {
            histogram.Add(mass);
        }

        await reading;
        return histogram;
    }
}
