using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct.Linux;

/// <summary>Waits for descriptors to become ready (epoll), and calls their handlers, one at a time for the whole process. Thread-safe.</summary>
/// <remarks>
/// What a handler wakes would have to be handed to the thread pool, since it is the program's and may block; that is one more switch of threads, and most
/// of what waking an awaiting program costs beyond waking anything. Instead two threads wait for events, of which the kernel wakes one, and that one goes
/// on with what it woke while the other still waits. Where the other is busy in such a way itself, the pool gets the work; so no program, however long it
/// blocks, keeps the process from polling. Each event is told to one thread: a descriptor is watched again when its handler is through.
/// </remarks>
internal sealed unsafe class Poller
{
    private const int BatchSize = 64;
    private const int Threads = 2;

    private static Poller? s_shared;
    private static object? s_sharedGate;

    /// <summary>What was woken since this thread, the one that polls, looked for events; null on every other thread.</summary>
    [ThreadStatic]
    private static List<IThreadPoolWorkItem>? t_woken;

    /// <summary>The kernel's struct epoll_event is packed on x64 only: the data is at 4 there, and at 8 elsewhere.</summary>
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static readonly int s_eventSize = s_dataOffset + 8;

    /// <summary>Guards what is watched.</summary>
    private readonly Lock _gate = new();

    /// <summary>Held by the thread that calls handlers.</summary>
    private readonly Lock _turn = new();

    /// <summary>Threads that wait for events, or soon will; the others go on with what they woke. One always does.</summary>
    private int _polling = Threads;

    /// <summary>The epoll descriptor; open for the life of the process, like the threads.</summary>
    private readonly int _epoll;

    /// <summary>What is watched, by handle (by reference, not by number: numbers are used again).</summary>
    private readonly Dictionary<SafeHandle, Registration> _byHandle = [];

    /// <summary>The same by identity; an identity is never used again, so an event of a removed one finds nothing.</summary>
    private readonly Dictionary<ulong, Registration> _byIdentity = [];

    private ulong _lastIdentity;

    private Poller()
    {
        _epoll = Libc.EpollCreate1(Libc.EPOLL_CLOEXEC);
        if (_epoll < 0)
        {
            throw Libc.Failure("The poller's descriptor cannot be made", Libc.LastError);
        }

        for (int i = 0; i < Threads; i++)
        {
            Thread thread = new(Run) { IsBackground = true, Name = "viaduct poller" };
            thread.UnsafeStart();
        }
    }

    /// <summary>The process's poller; starts at the first use.</summary>
    internal static Poller Shared => LazyInitializer.EnsureInitialized(ref s_shared, ref s_sharedGate, static () => new Poller());

    /// <summary>Whether the caller is a handler of the poller, which nothing may block.</summary>
    internal static bool IsPollerThread => t_woken is not null;

    /// <summary>Told what escaped a handler, which is removed then: it would be called again and again.</summary>
    internal event Action<IPollHandler, Exception>? HandlerFailed;

    /// <summary>Lets something that was woken go on soon, on a thread where nothing is held and nobody minds if it blocks.</summary>
    internal static void GoOn(IThreadPoolWorkItem woken)
    {
        if (t_woken is { } list)
        {
            list.Add(woken);
        }
        else
        {
            // Where a thread of the pool wakes it, that one is the likeliest to be free next.
            ThreadPool.UnsafeQueueUserWorkItem(woken, preferLocal: true);
        }
    }

    /// <summary>Watches a descriptor; the poller keeps it open until <see cref="Remove"/>, so its number cannot become another's.</summary>
    internal void Add(SafeHandle fd, IPollHandler handler, bool write = false)
    {
        bool held = false;
        fd.DangerousAddRef(ref held);
        try
        {
            lock (_gate)
            {
                Registration registration = new(++_lastIdentity, fd, handler, write);
                if (!_byHandle.TryAdd(fd, registration))
                {
                    throw new InvalidOperationException("The descriptor is watched already.");
                }

                if (!Control(Libc.EPOLL_CTL_ADD, registration))
                {
                    int error = Libc.LastError;
                    _byHandle.Remove(fd);
                    throw Libc.Failure("A descriptor cannot be watched", error);
                }

                _byIdentity.Add(registration.Identity, registration);
                held = false;
            }
        }
        finally
        {
            if (held)
            {
                fd.DangerousRelease();
            }
        }
    }

    /// <summary>Changes whether room to write is watched for, and who is told; ignored if the descriptor was removed.</summary>
    internal void Modify(SafeHandle fd, IPollHandler handler, bool write)
    {
        lock (_gate)
        {
            if (_byHandle.TryGetValue(fd, out Registration? registration))
            {
                registration.Handler = handler;
                registration.Write = write;
                WatchAgain(registration);
            }
        }
    }

    /// <summary>Ends the watch. No call of the handler starts afterwards; one that runs on the poller's thread may still be running.</summary>
    internal void Remove(SafeHandle fd)
    {
        lock (_gate)
        {
            if (!_byHandle.Remove(fd, out Registration? registration))
            {
                return;
            }

            _byIdentity.Remove(registration.Identity);
            _ = Control(Libc.EPOLL_CTL_DEL, registration);
        }

        // Pairs with Add. Outside the lock: it closes the descriptor if the owner disposed the handle already.
        fd.DangerousRelease();
    }

    private bool Control(int operation, Registration registration)
    {
        byte* one = stackalloc byte[16];
        Unsafe.WriteUnaligned(one, Libc.EPOLLIN | Libc.EPOLLONESHOT | (registration.Write ? Libc.EPOLLOUT : 0));
        Unsafe.WriteUnaligned(one + s_dataOffset, registration.Identity);
        return Libc.EpollCtl(_epoll, operation, (int)registration.Handle.DangerousGetHandle(), one) == 0;
    }

    /// <summary>Lets the kernel tell of it once more, at once if it is ready; while its handler runs, that is done behind it. Under the gate.</summary>
    private void WatchAgain(Registration registration)
    {
        if (!registration.IsBusy)
        {
            _ = Control(Libc.EPOLL_CTL_MOD, registration);
        }
    }

    private void Run()
    {
        byte* events = (byte*)NativeMemory.Alloc(BatchSize, (nuint)s_eventSize);
        List<IThreadPoolWorkItem> woken = [];
        ExecutionContext? empty = ExecutionContext.Capture();
        while (true)
        {
            Poll(events, woken);
            if (woken.Count > 0)
            {
                bool here = Interlocked.CompareExchange(ref _polling, Threads - 1, Threads) == Threads;
                GoOnWith(woken, here ? empty : null);
                woken.Clear();
                if (here)
                {
                    Interlocked.Increment(ref _polling);
                }
            }
        }
    }

    private void Poll(byte* events, List<IThreadPoolWorkItem> woken)
    {
        int count = Libc.EpollWait(_epoll, events, BatchSize, -1);
        if (count < 0 && Libc.LastError != Libc.EINTR)
        {
            // Nothing but a lack of kernel memory can fail here, and that passes.
            Thread.Sleep(1);
        }

        lock (_turn)
        {
            t_woken = woken;
            for (int i = 0; i < count; i++)
            {
                byte* one = events + (i * s_eventSize);
                Dispatch(Unsafe.ReadUnaligned<uint>(one), Unsafe.ReadUnaligned<ulong>(one + s_dataOffset));
            }

            t_woken = null;
        }
    }

    /// <summary>Lets everything go on that was woken: the last of it on this thread where a context is given, since this one no longer polls then.</summary>
    private static void GoOnWith(List<IThreadPoolWorkItem> woken, ExecutionContext? here)
    {
        int pooled = here is null ? woken.Count : woken.Count - 1;
        for (int i = 0; i < pooled; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(woken[i], preferLocal: false);
        }

        if (here is not null)
        {
            // In a context of its own: the next one finds nothing of what this one left there.
            ExecutionContext.Run(here, static item => ((IThreadPoolWorkItem)item!).Execute(), woken[pooled]);
        }
    }

    private void Dispatch(uint happened, ulong identity)
    {
        Registration? registration;
        IPollHandler handler;
        lock (_gate)
        {
            // Once found here, the call counts as running: Remove may return before it is over, but none starts after Remove.
            if (!_byIdentity.TryGetValue(identity, out registration))
            {
                return;
            }

            registration.IsBusy = true;
            handler = registration.Handler;
        }

        Exception? failure = null;
        try
        {
            bool hangup = (happened & (Libc.EPOLLHUP | Libc.EPOLLERR)) != 0;
            handler.OnReady((happened & Libc.EPOLLIN) != 0, (happened & Libc.EPOLLOUT) != 0, hangup);
        }
        catch (Exception error)
        {
            failure = error;
        }

        if (EndCall(registration, watch: failure is null) && failure is not null)
        {
            Remove(registration.Handle);
        }

        if (failure is not null)
        {
            Report(handler, failure);
        }
    }

    /// <summary>A handler is through. False if its watch ended meanwhile.</summary>
    private bool EndCall(Registration registration, bool watch)
    {
        lock (_gate)
        {
            registration.IsBusy = false;
            bool isWatched = _byIdentity.ContainsKey(registration.Identity);
            if (isWatched && watch)
            {
                WatchAgain(registration);
            }

            return isWatched;
        }
    }

    private void Report(IPollHandler handler, Exception error)
    {
        try
        {
            HandlerFailed?.Invoke(handler, error);
        }
        catch
        {
            // The thread serves everybody: it outlives whatever one of them does.
        }
    }

    /// <summary>One watched descriptor.</summary>
    private sealed class Registration(ulong identity, SafeHandle handle, IPollHandler handler, bool write)
    {
        internal readonly ulong Identity = identity;
        internal readonly SafeHandle Handle = handle;

        /// <summary>Whom to call. All that follows is under the poller's gate.</summary>
        internal IPollHandler Handler = handler;

        /// <summary>Whether room to write is watched for.</summary>
        internal bool Write = write;

        /// <summary>Whether its handler runs.</summary>
        internal bool IsBusy;
    }
}
