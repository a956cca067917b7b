using System.Diagnostics;

namespace Viaduct.Benchmarks.Worker;

/// <summary>A stream whose sockets several loops on the pool use at once, each by an end of its own.</summary>
internal sealed class AsyncTeamSide<TEnd, TReceived> : Side
    where TEnd : class, IAsyncEnd<TReceived>
{
    private readonly TEnd[] _ends;
    private readonly IDisposable _owner;
    private readonly Share _share;

    /// <param name="role">Which side it is.</param>
    /// <param name="ends">One for each loop.</param>
    /// <param name="owner">Disposed with the side.</param>
    public AsyncTeamSide(Role role, IEnumerable<TEnd> ends, IDisposable owner)
        : base(role)
    {
        _ends = [.. ends];
        _owner = owner;
        _share = new Share(_ends.Length);
    }

    public override void Dispose() => _owner.Dispose();

    protected override void Stream(long count)
    {
        _share.Begin(count);
        Wait(async () =>
        {
            await _ends[0].SendAsync();
            _ends[0].Take(await _ends[0].ReceiveAsync());
        });
        Started = Stopwatch.GetTimestamp();
        Wait(() => Task.WhenAll(_ends.Select((end, member) => Task.Run(() => SendAsync(end, _share.Of(member))))));
    }

    protected override void Drain(long count)
    {
        _share.Begin(count);
        Wait(async () =>
        {
            _ends[0].Take(await _ends[0].ReceiveAsync());
            await _ends[0].SendAsync();
        });
        Wait(() => Task.WhenAll(_ends.Select(end => Task.Run(() => ReceiveAsync(end)))));
    }

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Echo(long count) => throw new NotSupportedException();

    private static void Wait(Func<Task> loop) => Task.Run(loop).GetAwaiter().GetResult();

    private static async Task SendAsync(TEnd end, long count)
    {
        for (long left = count; left > 0; left--)
        {
            await end.SendAsync();
        }
    }

    private async Task ReceiveAsync(TEnd end)
    {
        while (_share.Take() is > 0 and int many)
        {
            for (int left = many; left > 0; left--)
            {
                end.Take(await end.ReceiveAsync());
            }
        }
    }
}
