using System.Runtime.CompilerServices;

namespace Viaduct.Memory;

/// <summary>
/// Guards what belongs to a socket for the few nanoseconds of one operation (over a stream: of one call of the system that does not wait); nobody sleeps while
/// holding it, and nobody enters it twice.
/// Most sockets are used by one thread: the gate leans towards one that comes many times in a row, and costs it no atomic
/// instruction from then on. Whoever else comes by has the whole process take note instead; after each such visit that came soon it takes twice as many
/// entries in a row until the gate leans again, and until then it is a plain lock.
/// </summary>
internal struct Gate()
{
    /// <summary>Entries in a row by one thread after which the gate leans towards it the first time.</summary>
    private const int Streak = 1024;

    /// <summary>Visits of others, soon after it leant, that double the entries which it takes until it leans again: to a million, which take some milliseconds.</summary>
    private const int Doublings = 10;

    /// <summary>Milliseconds after which a visit is none that came soon: leaning has paid by then, some microseconds against many saved nanoseconds.</summary>
    private const long Soon = 10;

    /// <summary>No thread.</summary>
    private const int Nobody = -1;

    /// <summary>Threads that have been numbered.</summary>
    private static int s_threads;

    /// <summary>This thread's number, from 1; 0 until it has one. Read in fewer instructions than what the runtime numbers threads with.</summary>
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

    /// <summary>The number of the calling thread, for <see cref="Enter(int)"/>; 0 until it has one.</summary>
    public static int Thread => t_thread;

    /// <summary>Enters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter() => Enter(Thread);

    /// <summary>Enters. Read before, the number is no call over which anything of the gate's has to be saved.</summary>
    /// <param name="thread"><see cref="Thread"/>, as the calling thread reads it: another's would let two in.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(int thread)
    {
        Lean lean = _lean;
        if (lean.Owner == thread)
        {
            Volatile.Write(ref lean.Inside, 1);

            // The hardware may run this load before the store above is seen; the process-wide barrier in EnterByLock rules that out:
            // after it either the owner sees that it is none any more, or the visitor sees that it is inside.
            if (Volatile.Read(ref lean.Owner) == thread)
            {
                return;
            }

            Volatile.Write(ref lean.Inside, 0);
        }

        EnterByLock();
    }

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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterByLock()
    {
        if (t_thread == 0)
        {
            t_thread = Interlocked.Increment(ref s_threads);
        }

        int thread = t_thread;
        SpinWait spin = default;
        while (Volatile.Read(ref _lock) != 0 || Interlocked.CompareExchange(ref _lock, 1, 0) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        if (_lean.Owner != Nobody)
        {
            Volatile.Write(ref _lean.Owner, Nobody);
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
            Volatile.Write(ref _lean, new Lean { Owner = thread });
        }
    }

    /// <summary>The thread that a gate leans towards.</summary>
    private sealed class Lean
    {
        /// <summary>Its number; nobody's once a visitor came.</summary>
        public int Owner = Nobody;

        /// <summary>1 while it is inside. Written by it alone.</summary>
        public int Inside;
    }
}
