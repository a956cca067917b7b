using Viaduct;
using Viaduct.Rpc;

namespace ThreeLayerCake;

/// <summary>A worker process: the layer in the middle.</summary>
internal static class Baker
{
    /// <summary>Parts that a tile is cut into: some more than threads, since some take longer than others.</summary>
    private const int Strips = 8;

    public static async Task RunAsync(string directory)
    {
        await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = directory });
        await using Producer<TileSum> sums = node.OpenProducer(Channels.Sums);
        await using Consumer<Tile> tiles = node.OpenConsumer(Channels.Tiles);
        await foreach (Tile tile in tiles.ReadAllAsync())
        {
            await sums.SendAsync(new TileSum(tile.FirstRow, tile.Rows, Bake(tile)));
        }

        await sums.CompleteAsync();
    }

    /// <summary>Cuts a tile into strips, and has them computed side by side.</summary>
    private static long Bake(Tile tile)
    {
        var strips = new List<Spawned<long>>();
        using (var scope = CallScope.Begin(new CallScopeOptions { MaxParallelism = Environment.ProcessorCount }))
        {
            for (int i = 0; i < Strips; i++)
            {
                int first = tile.FirstRow + (tile.Rows * i / Strips);
                int next = tile.FirstRow + (tile.Rows * (i + 1) / Strips);
                strips.Add(scope.Spawn(() => Mandelbrot.Sum(first, next - first, tile.Side)));
            }
        } // the scope's end is a sync: all strips are there

        return strips.Sum(strip => strip.Result);
    }
}
