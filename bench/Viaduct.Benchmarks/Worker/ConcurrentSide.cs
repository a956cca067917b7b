using System.Diagnostics;

namespace Viaduct.Benchmarks.Worker;

/// <summary>Side A of calls of which many are under way at once: as many loops on the pool, each awaiting one call after the other.</summary>
internal sealed class ConcurrentSide<TEnd, TReceived> : Side
    where TEnd : class, IAsyncEnd<TReceived>
{
    private readonly IDisposable _owner;
    private readonly TEnd[] _ends;

    /// <param name="ends">One for each call that is under way at a time.</param>
    /// <param name="owner">Disposed with the side.</param>
    public ConcurrentSide(IEnumerable<TEnd> ends, IDisposable owner)
        : base(Role.A)
    {
        _ends = [.. ends];
        _owner = owner;
    }

    public override void Dispose() => _owner.Dispose();

    protected override void Stream(long count)
    {
        Task.Run(() => CallAsync(_ends[0], 1)).GetAwaiter().GetResult();
        Started = Stopwatch.GetTimestamp();
        (long each, long more) = Math.DivRem(count, _ends.Length);
        Task.WhenAll(_ends.Select((end, index) => Task.Run(() => CallAsync(end, index < more ? each + 1 : each)))).GetAwaiter().GetResult();
    }

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Echo(long count) => throw new NotSupportedException();

    protected override void Drain(long count) => throw new NotSupportedException();

    private static async Task CallAsync(TEnd end, long count)
    {
        for (long left = count; left > 0; left--)
        {
            await end.SendAsync();
            end.Take(await end.ReceiveAsync());
        }
    }
}
