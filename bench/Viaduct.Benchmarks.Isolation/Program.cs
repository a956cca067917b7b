using System.Diagnostics;
using System.Globalization;
using Viaduct;
using Viaduct.Benchmarks.Isolation;
using Viaduct.Supervision;

// What the bench starts: STANDBYS COUNT, "warmed STANDBYS COUNT", "start COUNT" or "by-hand COUNT", or as the child of that "answer SOCKET".
return args switch
{
    [ByHand.ChildVerb, string path] => ByHand.Answer(path),
    [ByHand.Verb, string count] => Report(ByHand.Measure(Number(count))),
    ["start", string count] => Report(await StartAsync(Number(count))),
    ["warmed", string standbys, string count] => Report(await MeasureAsync(Number(standbys), Number(count), WarmUp)),
    [string standbys, string count] => Report(await MeasureAsync(Number(standbys), Number(count), null)),
    _ => 2,
};

// What a worker runs before it is ready: the very method, which crashes nobody else's process.
static ValueTask WarmUp(IFragile service)
{
    service.Crash(-1);
    return ValueTask.CompletedTask;
}

// From the order to start a process until the service in it has answered.
static async Task<List<TimeSpan>> StartAsync(int count)
{
    await using Node node = Node.Join();
    List<TimeSpan> times = [];
    for (int i = -1; i < count; i++)
    {
        long began = Stopwatch.GetTimestamp();
        await using Isolated<IFragile> isolated = node.Isolate<IFragile, Fragile>(new IsolateOptions { Standbys = 0 });
        await isolated.WaitForWorkersAsync(1);
        if (i >= 0)
        {
            times.Add(Stopwatch.GetElapsedTime(began));
        }
    }

    return times;
}

static async Task<List<TimeSpan>> MeasureAsync(int standbys, int count, Func<IFragile, ValueTask>? warmUp)
{
    await using Node node = Node.Join();
    await using Isolated<IFragile> isolated = node.Isolate<IFragile, Fragile>(new IsolateOptions { Standbys = standbys }, warmUp);
    IFragile service = isolated.Service;
    List<TimeSpan> times = [];
    for (int i = -1; i < count; i++)
    {
        await isolated.WaitForWorkersAsync(1 + standbys);

        // So that whoever waits sleeps, and what the start of a standby has left to do is done.
        await Task.Delay(TimeSpan.FromMilliseconds(50));
        int victim = service.ProcessId();
        long began = Stopwatch.GetTimestamp();
        int survivor = service.Crash(victim);
        TimeSpan time = Stopwatch.GetElapsedTime(began);
        if (survivor == victim)
        {
            throw new InvalidOperationException("the process has survived its crash");
        }

        // The first one compiles what the others run.
        if (i >= 0)
        {
            times.Add(time);
        }
    }

    return times;
}

static int Report(List<TimeSpan> times)
{
    times.Sort();
    Console.Out.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"p50={At(0.5):0} p99={At(0.99):0} p999={At(0.999):0} max={times[^1].TotalNanoseconds:0}"));
    return 0;

    double At(double fraction) => times[Math.Max(0, (int)Math.Ceiling(fraction * times.Count) - 1)].TotalNanoseconds;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
