using System.Diagnostics;

namespace Viaduct.Benchmarks.Worker;

/// <summary>
/// Calls of which many are under way at once: as many loops on the pool, on side A each awaiting one call after the other. Side B answers where each call has an end of its own; services have theirs.
/// </summary>
internal sealed class ConcurrentSide<TEnd, TReceived> : Side
    where TEnd : class, IAsyncEnd<TReceived>
{
    private readonly IDisposable _owner;
    private readonly TEnd[] _ends;

    /// <param name="role">The side.</param>
    /// <param name="ends">One for each call that is under way at a time.</param>
    /// <param name="owner">Disposed with the side.</param>
    public ConcurrentSide(Role role, IEnumerable<TEnd> ends, IDisposable owner)
        : base(role)
    {
        _ends = [.. ends];
        _owner = owner;
    }

    public override void Dispose() => _owner.Dispose();

    protected override void Stream(long count)
    {
        Task.Run(() => CallAsync(_ends[0], 1)).GetAwaiter().GetResult();
        Started = Stopwatch.GetTimestamp();
        RunAll(CallAsync, count);
    }

    protected override void Drain(long count)
    {
        Task.Run(() => AnswerAsync(_ends[0], 1)).GetAwaiter().GetResult();
        RunAll(AnswerAsync, count);
    }

    protected override void Ping(long count, int batch, bool pausing) => throw new NotSupportedException();

    protected override void Echo(long count) => throw new NotSupportedException();

    private void RunAll(Func<TEnd, long, Task> loop, long count)
    {
        (long each, long more) = Math.DivRem(count, _ends.Length);
        Task.WhenAll(_ends.Select((end, index) => Task.Run(() => loop(end, index < more ? each + 1 : each)))).GetAwaiter().GetResult();
    }

    private static async Task CallAsync(TEnd end, long count)
    {
        for (long left = count; left > 0; left--)
        {
            await end.SendAsync();
            end.Take(await end.ReceiveAsync());
        }
    }

    private static async Task AnswerAsync(TEnd end, long count)
    {
        for (long left = count; left > 0; left--)
        {
            end.Take(await end.ReceiveAsync());
            await end.SendAsync();
        }
    }
}
