using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>
/// Where the threads and the awaiting operations of one socket wait: for its peers, and for all that a peer can't tell (death,
/// cancellation, Dispose). Its private word is the one that interrupts every sleep. Thread-safe.
/// </summary>
/// <remarks>
/// Nobody is missed: a waiter first counts itself in, then (after a full fence) looks again, and sleeps only while the version
/// that it read before looking still holds; whoever changes something fences, and then looks whether anybody is counted in (or need not, see <see cref="Waiting"/>: then the waiter has everybody fence).
/// Who was woken is still counted in until it runs, which may take long where cores are few. That a burst costs one wake all the same, sleepers ask for one each time, after they
/// read the version; who wakes takes that back first, then raises the version. So where nobody asks, all who sleep are being woken.
/// A point that observes others (of a selector) counts its waiters at itself alone, and is found by way of those others.
/// </remarks>
internal sealed unsafe class WaitPoint
{
    private readonly Lock _lock = new();
    private readonly object _monitor = new();

    /// <summary>Keeps the words' memory, which has two cache lines to itself.</summary>
    private readonly object _memory;

    /// <summary>Changes with every wake-up.</summary>
    private readonly uint* _version;

    /// <summary>1 where some thread sleeps, or is about to, that nobody has begun to wake.</summary>
    private readonly uint* _asked;

    /// <summary>Threads that sleep or are about to.</summary>
    private readonly uint* _sleepers;

    /// <summary>Operations that await or are about to, and were not woken.</summary>
    private readonly uint* _awaiters;

    private readonly List<AsyncWaiter> _awaiting = [];

    /// <summary>Points whose waiters wait for this one too; replaced as a whole, under the lock.</summary>
    private volatile WaitPoint[] _observers = [];

    /// <summary>To be signalled by the next wake; counted as an awaiting operation. Guarded by the lock.</summary>
    private ReadyDescriptor? _armed;

    /// <summary>Whether its threads sleep on the words of links; otherwise peers have to ring for them.</summary>
    private volatile bool _watchesWords = true;

    /// <summary>Creates a point where nobody waits.</summary>
    public WaitPoint()
    {
        PinnedBlock block = new(128);
        _memory = block;
        _version = (uint*)block.Pointer;
        _asked = _version + 1;
        _sleepers = _version + 2;
        _awaiters = _version + 3;
        Waiting = _version + 4;
    }

    /// <summary>Whether whoever wakes may leave it (<see cref="WaitEpoch.Awake"/>); nothing else of a waiting word. Written under the mailbox's gate.</summary>
    public uint* Waiting { get; }

    /// <summary>Whether anybody waits, here or at an observer. Read it after a full fence.</summary>
    public bool HasWaiters => Shared.Acquire((ulong*)_sleepers) != 0 || (_observers.Length != 0 && SomeObserverHasWaiters());

    /// <summary>Whether threads sleep, or are about to, on the words of links.</summary>
    public bool HasSleepers => (WatchesWords && Shared.Acquire(_sleepers) != 0) || Array.Exists(_observers, static observer => observer.HasSleepers);

    /// <summary>Whether somebody waits, or is about to, who has to be rung for.</summary>
    public bool HasAwaiters => Shared.Acquire(_awaiters) != 0
        || (!WatchesWords && Shared.Acquire(_sleepers) != 0)
        || Array.Exists(_observers, static observer => observer.HasAwaiters);

    /// <summary>Whether its threads sleep on the words of links; otherwise peers have to ring for them. Defaults to true.</summary>
    public bool WatchesWords
    {
        get => _watchesWords;
        set => _watchesWords = value;
    }

    /// <summary>From now on each wake of this point wakes that one too. Its waiters look once more after this.</summary>
    public void AddObserver(WaitPoint observer)
    {
        lock (_lock)
        {
            _observers = [.. _observers, observer];
        }
    }

    /// <summary>Ends <see cref="AddObserver"/>.</summary>
    public void RemoveObserver(WaitPoint observer)
    {
        lock (_lock)
        {
            _observers = Array.FindAll(_observers, other => other != observer);
        }
    }

    /// <summary>Lets the next wake signal a descriptor.</summary>
    public void Arm(ReadyDescriptor descriptor)
    {
        lock (_lock)
        {
            if (_armed is null)
            {
                _armed = descriptor;
                Shared.Increment(_awaiters);
            }
        }
    }

    /// <summary>Signals an armed descriptor now.</summary>
    public void Disarm()
    {
        lock (_lock)
        {
            SignalArmed();
        }
    }

    /// <summary>Counts a thread in and tells the version to hand to <see cref="Sleep"/>.</summary>
    public uint BeginSleep()
    {
        Shared.Increment(_sleepers);
        uint version = Shared.Acquire(_version);

        // After the version: whoever takes this back raises it then, and so wakes us.
        Shared.Release(_asked, 1);
        return version;
    }

    /// <summary>Sleeps until <see cref="Wake"/>, a change of one of the words, or the time is over. May return early.</summary>
    public void Sleep(uint version, FutexWords words, int count, TimeSpan timeout)
    {
        if (Platform.IsLinux)
        {
            words[count] = new FutexWord { Address = _version, Expected = version, Shared = false };
            Futex.WaitAny(words.First(count + 1), timeout);
            return;
        }

        lock (_monitor)
        {
            if (Shared.Acquire(_version) == version)
            {
                Monitor.Wait(_monitor, timeout < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout);
            }
        }
    }

    /// <summary>Counts a thread out.</summary>
    public void EndSleep() => Shared.Decrement(_sleepers);

    /// <summary>Counts an operation in.</summary>
    public void BeginAwait(AsyncWaiter waiter)
    {
        lock (_lock)
        {
            waiter.Prepare();
            _awaiting.Add(waiter);
            Shared.Increment(_awaiters);
        }
    }

    /// <summary>Counts an operation out; whether it was woken or not.</summary>
    public void EndAwait(AsyncWaiter waiter)
    {
        lock (_lock)
        {
            // Under the lock nobody else can be answering it: Wake answers under the lock too, and counts it out.
            if (_awaiting.Remove(waiter))
            {
                Shared.Decrement(_awaiters);
            }
        }
    }

    /// <summary>Lets every waiter look again. Call it after a full fence.</summary>
    public void Wake()
    {
        if (Shared.Acquire(_asked) != 0)
        {
            Shared.Release(_asked, 0);
            Shared.Increment(_version);
            if (Platform.IsLinux)
            {
                Futex.WakeAll(_version, shared: false);
            }
            else
            {
                lock (_monitor)
                {
                    Monitor.PulseAll(_monitor);
                }
            }
        }

        if (Shared.Acquire(_awaiters) != 0)
        {
            lock (_lock)
            {
                // Operations go on elsewhere or later, never here, so answering under the lock is safe.
                foreach (AsyncWaiter waiter in _awaiting)
                {
                    waiter.Answer();
                    Shared.Decrement(_awaiters);
                }

                _awaiting.Clear();
                SignalArmed();
            }
        }

        foreach (WaitPoint observer in _observers)
        {
            if (observer.HasWaiters)
            {
                observer.Wake();
            }
        }
    }

    private bool SomeObserverHasWaiters() => Array.Exists(_observers, static observer => observer.HasWaiters);

    private void SignalArmed()
    {
        if (_armed is { } descriptor)
        {
            _armed = null;
            Shared.Decrement(_awaiters);
            descriptor.Set();
        }
    }
}
