using Viaduct.Linux;

namespace Viaduct.Links;

/// <summary>An operation that a <see cref="WaitPoint"/> wakes: it goes on elsewhere, or later, since who wakes may hold anything.</summary>
internal abstract class AsyncWaiter : IThreadPoolWorkItem
{
    /// <summary>Woken, or not waiting at all: it looks again in any case.</summary>
    private const int Awake = 0;

    /// <summary>Announced, and looking for the last time; who wakes it now keeps it from falling asleep.</summary>
    private const int Looking = 1;

    /// <summary>Nobody works on it: who wakes it lets it go on.</summary>
    private const int Asleep = 2;

    private int _state;

    /// <summary>Prepares for one wait; under the wait point's lock.</summary>
    public void Prepare() => Volatile.Write(ref _state, Looking);

    /// <summary>Lets the operation look again.</summary>
    public void Answer()
    {
        if (Interlocked.Exchange(ref _state, Awake) == Asleep)
        {
            Poller.GoOn(this);
        }
    }

    /// <inheritdoc/>
    public abstract void Execute();

    /// <summary>Falls asleep unless it was woken already. After true, the operation may be running on another thread: touch nothing.</summary>
    protected bool TrySleep() => Interlocked.CompareExchange(ref _state, Asleep, Looking) == Looking;

    /// <summary>Lets <see cref="Execute"/> run behind whatever else there is to do.</summary>
    protected void GoOnLater() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
