using System.Runtime.CompilerServices;

namespace Viaduct.Memory;

/// <summary>
/// Guards what belongs to a socket for the few nanoseconds of one operation (over a stream: of one call of the system that does not wait); nobody sleeps while
/// holding it, and nobody enters it twice.
/// Most sockets are used by one thread: the gate leans towards one that comes many times in a row, and costs it no atomic
/// instruction from then on. Whoever else comes by has the whole process take note instead; after each such visit that came soon it takes twice as many
/// entries in a row until the gate leans again, and until then it is a plain lock.
/// </summary>
/// <remarks>
/// The owner is known by where its stack is: a thread's number is a variable of its own, and to read that is a call, which costs as much as all the rest here (decision 0047).
/// </remarks>
internal unsafe struct Gate()
{
    /// <summary>Entries in a row by one thread after which the gate leans towards it the first time.</summary>
    private const int Streak = 1024;

    /// <summary>Visits of others, soon after it leant, that double the entries which it takes until it leans again: to a million, which take some milliseconds.</summary>
    private const int Doublings = 10;

    /// <summary>Milliseconds after which a visit is none that came soon: leaning has paid by then, some microseconds against many saved nanoseconds.</summary>
    private const long Soon = 10;

    /// <summary>No thread.</summary>
    private const int Nobody = -1;

    /// <summary>
    /// Who stands less than half of that away from where the owner stood is the owner, or has come into the stack of one that is gone: between the stacks of two threads that live lies a page
    /// at the least that nobody may touch.
    /// </summary>
    private const int Reach = 4096;

    /// <summary>Where nobody stands.</summary>
    private const ulong Nowhere = 1UL << 63;

    /// <summary>Threads that have been numbered.</summary>
    private static int s_threads;

    /// <summary>This thread's number, from 1; 0 until it has one.</summary>
    [ThreadStatic]
    private static int t_thread;

    /// <summary>Whom the gate leans towards. Replaced under <see cref="_lock"/>, while nobody is inside by it.</summary>
    private Lean _lean = new();

    /// <summary>1 while somebody is inside, or waits for the owner to leave, by the lock.</summary>
    private int _lock;

    /// <summary>Whoever is inside came by the lock. Written by the lock's holder, once the owner is out.</summary>
    private bool _locked;

    /// <summary>The thread that came by the lock last. Under the lock.</summary>
    private int _last;

    /// <summary>How often in a row. Under the lock.</summary>
    private int _streak;

    /// <summary>Visits of others that came soon, up to <see cref="Doublings"/>. Under the lock.</summary>
    private int _visits;

    /// <summary>When it leant the last time, by <see cref="Environment.TickCount64"/>. Under the lock.</summary>
    private long _leant;

    /// <summary>Whether it leans towards a thread. Read while nobody is inside.</summary>
    public readonly bool Leans => Volatile.Read(ref _lean.Owner) != Nobody;

    /// <summary>Enters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        int here;
        Lean lean = _lean;
        if ((ulong)&here - lean.Place >= Reach || !TryEnter(lean))
        {
            EnterSlowly((ulong)&here);
        }
    }

    /// <summary>Enters where that takes nothing but a store: as the owner. Left by <see cref="ExitAsOwner"/>, or as by others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnterAsOwner()
    {
        int here;
        Lean lean = _lean;
        return (ulong)&here - lean.Place < Reach && TryEnter(lean);
    }

    /// <summary>Leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ExitAsOwner() => Volatile.Write(ref _lean.Inside, 0);

    /// <summary>Leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit()
    {
        // An owner that is inside keeps others from setting this, so it sees false; others see what they set themselves.
        if (_locked)
        {
            _locked = false;
            Volatile.Write(ref _lock, 0);
        }
        else
        {
            Volatile.Write(ref _lean.Inside, 0);
        }
    }

    /// <summary>Enters as the owner, unless that is nobody any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryEnter(Lean lean)
    {
        Volatile.Write(ref lean.Inside, 1);

        // The hardware may run this load before the store above is seen; the process-wide barrier in EnterByLock rules that out:
        // after it either the owner sees that it is none any more, or the visitor sees that it is inside.
        if (Volatile.Read(ref lean.Owner) != Nobody)
        {
            return true;
        }

        Volatile.Write(ref lean.Inside, 0);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlowly(ulong here)
    {
        if (t_thread == 0)
        {
            t_thread = Interlocked.Increment(ref s_threads);
        }

        int thread = t_thread;
        Lean lean = _lean;
        if (Volatile.Read(ref lean.Owner) == thread)
        {
            // It stands deeper in its stack than before, or less deep.
            lean.Place = here - (Reach / 2);
            if (TryEnter(lean))
            {
                return;
            }
        }

        EnterByLock(thread, here);
    }

    private void EnterByLock(int thread, ulong here)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref _lock) != 0 || Interlocked.CompareExchange(ref _lock, 1, 0) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (_lean.Owner != Nobody)
        {
            // The place only so that who was the owner does not ask in vain; it may be late with one of its own.
            Volatile.Write(ref _lean.Owner, Nobody);
            _lean.Place = Nowhere;
            _visits += _visits < Doublings && Environment.TickCount64 - _leant < Soon ? 1 : 0;

            // Pairs with the store and load in Enter.
            Interlocked.MemoryBarrierProcessWide();
            spin = default;
            while (Volatile.Read(ref _lean.Inside) != 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        _locked = true;
        if (_last != thread)
        {
            _last = thread;
            _streak = 0;
        }
        else if (++_streak >= Streak << _visits)
        {
            // From the next entry on; this one still leaves by the lock. A new object, so that what a former owner is late with hits the old one.
            _streak = 0;
            _leant = Environment.TickCount64;
            Volatile.Write(ref _lean, new Lean { Owner = thread, Place = here - (Reach / 2) });
        }
    }

    /// <summary>The thread that a gate leans towards.</summary>
    private sealed class Lean
    {
        /// <summary>Where it stood in its stack, less half of the <see cref="Reach"/>. Written by it, until a visitor came.</summary>
        public ulong Place = Nowhere;

        /// <summary>Its number; nobody's once a visitor came.</summary>
        public int Owner = Nobody;

        /// <summary>1 while it is inside. Written by it alone.</summary>
        public int Inside;
    }
}
