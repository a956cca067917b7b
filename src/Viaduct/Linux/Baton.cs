using Viaduct.Memory;

namespace Viaduct.Linux;

/// <summary>
/// Which of two threads, 0 and 1, leads. The other one is free for the lead, or busy with something of its own; nobody waits for it then.
/// </summary>
internal sealed unsafe class Baton
{
    /// <summary>Keeps the word's memory.</summary>
    private readonly object _memory;

    /// <summary>Who leads; written by that one alone. At first thread 0.</summary>
    private readonly uint* _leader;

    /// <summary>1 while the thread that does not lead waits for the lead. Set by that one, taken by the one that leads.</summary>
    private int _free;

    /// <summary>Lets thread 0 lead.</summary>
    public Baton()
    {
        PinnedBlock block = new(sizeof(uint));
        _memory = block;
        _leader = (uint*)block.Pointer;
    }

    /// <summary>Lets the other thread lead. False if it is busy: then the caller still does.</summary>
    public bool TryPass(uint me)
    {
        if (Interlocked.Exchange(ref _free, 0) == 0)
        {
            return false;
        }

        // Pairs with the acquire in Take: the other sees all that was done in the lead.
        Shared.Release(_leader, 1 - me);
        Futex.WakeAll(_leader, shared: false);
        return true;
    }

    /// <summary>Waits until the other thread passes the lead; returns at once for the thread that leads.</summary>
    public void Take(uint me)
    {
        if (Shared.Acquire(_leader) == me)
        {
            return;
        }

        Volatile.Write(ref _free, 1);
        ReadOnlySpan<FutexWord> word = [new FutexWord(_leader, 1 - me, shared: false)];
        while (Shared.Acquire(_leader) != me)
        {
            Futex.WaitAny(word, Timeout.InfiniteTimeSpan);
        }
    }
}
