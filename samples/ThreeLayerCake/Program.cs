using System.Diagnostics;
using System.Globalization;
using ThreeLayerCake;
using Viaduct;
using Viaduct.Supervision;

// Three layers of parallelism: messages between processes, fork and join between the threads of each, vectors within each thread.
// usage: ThreeLayerCake [SIDE]: the picture's points on each side; default 2048

const int Bakers = 2;
const int Tiles = 32;

// In a baker before anything else: it ends with the program that started it.
ChildHost.Enter();
if (args is ["baker", var place])
{
    await Baker.RunAsync(place);
    return 0;
}

// A multiple of the tiles, and of the lanes of any vector.
int side = (args is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 2048) / Tiles * Tiles;

// The same on one thread, without vectors and with them. Once small first, so that compiling is not what is timed.
Mandelbrot.SumWithoutVectors(0, 64, 64);
Mandelbrot.Sum(0, 64, 64);
(long expected, double scalarTime) = Time(() => Mandelbrot.SumWithoutVectors(0, side, side));
(long vectorSum, double vectorTime) = Time(() => Mandelbrot.Sum(0, side, side));

string directory = Directory.CreateTempSubdirectory("cake-").FullName;
try
{
    await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = directory });
    await using Producer<Tile> tiles = node.OpenProducer(Channels.Tiles);
    await using Consumer<TileSum> sums = node.OpenConsumer(Channels.Sums);
    ChildProcess[] bakers = [.. Enumerable.Range(0, Bakers).Select(_ => ChildProcess.Start(ChildProcessOptions.ForThisProgram("baker", directory)))];
    await tiles.WaitForPeersAsync(Bakers);
    await sums.WaitForPeersAsync(Bakers);

    // A small picture first here, too: compiling and starting threads is not what is compared.
    await BakeAsync(tiles, sums, 256);
    var clock = Stopwatch.StartNew();
    long cake = await BakeAsync(tiles, sums, side);
    double cakeTime = clock.Elapsed.TotalSeconds;
    await tiles.CompleteAsync();
    await Task.WhenAll(bakers.Select(baker => baker.Exited));

    string of = $"{Environment.ProcessorCount} cores, {System.Numerics.Vector<float>.Count} lanes";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one thread, no vectors  {scalarTime,7:0.000} s"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one thread, vectors     {vectorTime,7:0.000} s  {scalarTime / vectorTime:0.0} times as fast"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all three layers        {cakeTime,7:0.000} s  {scalarTime / cakeTime:0.0} times as fast ({of})"));
    bool isRight = cake == expected && vectorSum == expected;
    Console.WriteLine(isRight ? $"all three counted {expected} steps" : $"WRONG: {expected}, {vectorSum} and {cake} steps");
    return isRight ? 0 : 1;
}
finally
{
    Directory.Delete(directory, recursive: true);
}

static (long Sum, double Seconds) Time(Func<long> work)
{
    var clock = Stopwatch.StartNew();
    long sum = work();
    return (sum, clock.Elapsed.TotalSeconds);
}

// Sends all tiles of a picture, and adds up what comes back.
static async Task<long> BakeAsync(Producer<Tile> tiles, Consumer<TileSum> sums, int side)
{
    int rows = side / Tiles;
    Task sending = Task.Run(async () =>
    {
        for (int row = 0; row < side; row += rows)
        {
            await tiles.SendAsync(new Tile(row, rows, side));
        }
    });

    long sum = 0;
    for (int received = 0; received < Tiles; received++)
    {
        sum += (await sums.ReceiveAsync()).Sum;
    }

    await sending;
    return sum;
}
