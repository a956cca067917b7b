using System.Diagnostics;

namespace Viaduct.Benchmarks.Worker;

/// <summary>The loops over calls that are awaited. They run on the pool; the calling thread only waits for their end.</summary>
internal sealed class AsyncSide<TEnd, TReceived> : Side
    where TEnd : class, IAsyncEnd<TReceived>
{
    private readonly IDisposable _owner;
    private readonly TEnd _end;

    public AsyncSide(Role role, TEnd end, IDisposable owner)
        : base(role)
    {
        _end = end;
        _owner = owner;
    }

    public override void Dispose() => _owner.Dispose();

    protected override void Ping(long count, int batch, bool pausing) => Wait(() => PingAsync(count, batch, pausing));

    protected override void Echo(long count) => Wait(() => EchoAsync(count));

    protected override void Stream(long count) => Wait(() => StreamAsync(count));

    protected override void Drain(long count) => Wait(() => DrainAsync(count));

    private static void Wait(Func<Task> loop) => Task.Run(loop).GetAwaiter().GetResult();

    private async Task PingAsync(long count, int batch, bool pausing)
    {
        TEnd end = _end;
        Histogram roundTrips = RoundTrips;
        await end.SendAsync();
        end.Take(await end.ReceiveAsync());
        long last = Stopwatch.GetTimestamp();
        Started = last;
        for (long left = count; left > 0; left -= batch)
        {
            if (pausing)
            {
                last = Pause();
            }

            for (int i = 0; i < batch; i++)
            {
                await end.SendAsync();
                end.Take(await end.ReceiveAsync());
            }

            long now = Stopwatch.GetTimestamp();
            roundTrips.Record(now - last);
            last = now;
        }
    }

    private async Task EchoAsync(long count)
    {
        TEnd end = _end;
        for (long left = count + 1; left > 0; left--)
        {
            end.Take(await end.ReceiveAsync());
            await end.SendAsync();
        }
    }

    private async Task StreamAsync(long count)
    {
        TEnd end = _end;
        await end.SendAsync();
        end.Take(await end.ReceiveAsync());
        Started = Stopwatch.GetTimestamp();
        for (long left = count; left > 0; left--)
        {
            await end.SendAsync();
        }
    }

    private async Task DrainAsync(long count)
    {
        TEnd end = _end;
        end.Take(await end.ReceiveAsync());
        await end.SendAsync();
        for (long left = count; left > 0; left--)
        {
            end.Take(await end.ReceiveAsync());
        }
    }
}
