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

        using CancellationTokenSource failed = new();
        Task reading = Task.Run(() => ReadAsync(pairs, path, failed));
        MassHistogram histogram = new();
        try
        {
            await foreach (PairMass mass in masses.ReadAllAsync(failed.Token))
            {
                histogram.Add(mass);
            }
        }
        catch (OperationCanceledException) when (failed.IsCancellationRequested)
        {
            // The reading failed, so that the workers would never end; why, is thrown below.
        }

        await reading;
        return histogram;
    }

    private static async Task ReadAsync(Producer<MuonPair> pairs, string path, CancellationTokenSource failed)
    {
        try
        {
            foreach (MuonPair pair in MuonFile.Read(path))
            {
                await pairs.SendAsync(pair);
            }

            await pairs.CompleteAsync();
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }
}
