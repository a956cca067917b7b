using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Opens when the test lets it; counts what was asked of it.</summary>
internal sealed class Door : IDoor
{
    private readonly ManualResetEventSlim _gate;
    private readonly Door _first;
    private int _opening;
    private int _opened;

    public Door(ManualResetEventSlim gate)
    {
        _gate = gate;
        _first = this;
    }

    private Door(Door first)
    {
        _gate = first._gate;
        _first = first;
    }

    /// <summary>Calls of <see cref="Open"/> that have begun.</summary>
    public int Opening => Volatile.Read(ref _opening);

    /// <summary>Those that have ended.</summary>
    public int Opened => Volatile.Read(ref _opened);

    public IDoor Open()
    {
        Interlocked.Increment(ref _first._opening);
        _gate.Wait(Patience.Limit);
        Interlocked.Increment(ref _first._opened);
        return new Door(_first);
    }

    public Task<int> KnockAsync() => Task.FromResult(1);

    public Task StayAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    public void Dispose()
    {
    }
}
