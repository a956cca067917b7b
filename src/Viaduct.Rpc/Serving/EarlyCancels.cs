namespace Viaduct.Rpc;

/// <summary>
/// Calls that were cancelled while the thread that took them had not come so far that they can be. Few and for a moment: the last ones are remembered, and
/// only until their number may name another call. Thread-safe.
/// </summary>
internal sealed class EarlyCancels
{
    /// <summary>More than callbacks may be under way.</summary>
    private const int Most = 512;

    /// <summary>A number is used again after 65,535 calls of its caller at the least, some of which may go elsewhere.</summary>
    private const long Lifetime = 8192;

    private readonly Lock _lock = new();
    private readonly (Guid Caller, uint Id, long Frame)[] _cancels = new (Guid, uint, long)[Most];
    private int _next;
    private int _count;
    private long _frames;

    /// <summary>One more frame was taken.</summary>
    public void CountFrame() => Interlocked.Increment(ref _frames);

    /// <summary>A call was cancelled that is not known.</summary>
    public void Add(Guid caller, uint id)
    {
        if (id == 0)
        {
            return;
        }

        lock (_lock)
        {
            _count += _cancels[_next].Id == 0 ? 1 : 0;
            _cancels[_next] = (caller, id, Volatile.Read(ref _frames));
            _next = (_next + 1) % Most;
        }
    }

    /// <summary>Whether a call was cancelled that is known now.</summary>
    public bool Take(Guid caller, uint id)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return false;
        }

        lock (_lock)
        {
            foreach (ref (Guid Caller, uint Id, long Frame) cancel in _cancels.AsSpan())
            {
                if (cancel.Id == id && cancel.Caller == caller)
                {
                    bool isThis = Volatile.Read(ref _frames) - cancel.Frame < Lifetime;
                    cancel = default;
                    _count--;
                    return isThis;
                }
            }

            return false;
        }
    }
}
