using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Viaduct.Linux;

/// <summary>Waits for descriptors to become ready (epoll, level-triggered), one thread at a time for the whole process. Thread-safe.</summary>
/// <remarks>
/// There are two threads, of which one polls and calls the handlers. What a handler wakes would have to be handed to the thread pool, since
/// it is the program's and may block; that is one more switch of threads, and most of what waking an awaiting program costs beyond waking
/// anything. Instead the polling is handed to the other thread, and this one goes on with what it woke. Where the other thread is busy in such a
/// way itself, the pool gets the work; so no program, however long it blocks, keeps the process from polling.
/// </remarks>
internal sealed unsafe class Poller
{
    private const int BatchSize = 64;

    private static Poller? s_shared;
    private static object? s_sharedGate;

    /// <summary>What was woken since this thread, the one that polls, looked for events; null on every other thread.</summary>
    [ThreadStatic]
    private static List<IThreadPoolWorkItem>? t_woken;

    /// <summary>The kernel's struct epoll_event is packed on x64 only: the data is at 4 there, and at 8 elsewhere.</summary>
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private static readonly int s_eventSize = s_dataOffset + 8;

    private readonly Lock _gate = new();

    /// <summary>Which of the two threads polls.</summary>
    private readonly Baton _baton = new();

    /// <summary>The epoll descriptor; open for the life of the process, like the thread.</summary>
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

        for (uint i = 0; i < 2; i++)
        {
            uint me = i;
            Thread thread = new(() => Run(me)) { IsBackground = true, Name = "viaduct poller" };
            thread.UnsafeStart();
        }
    }

    /// <summary>The process's poller; starts at the first use.</summary>
    internal static Poller Shared => LazyInitializer.EnsureInitialized(ref s_shared, ref s_sharedGate, static () => new Poller());

    /// <summary>Whether the caller is a handler of the poller, which nothing may block.</summary>
    internal static bool IsPollerThread => t_woken is not null;

    /// <summary>Told what escaped a handler, which is removed then: level-triggered, it would be called again and again.</summary>
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
                Registration registration = new(++_lastIdentity, handler);
                if (!_byHandle.TryAdd(fd, registration))
                {
                    throw new InvalidOperationException("The descriptor is watched already.");
                }

                if (!Control(Libc.EPOLL_CTL_ADD, fd, registration.Identity, write))
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
                _ = Control(Libc.EPOLL_CTL_MOD, fd, registration.Identity, write);
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
            _ = Control(Libc.EPOLL_CTL_DEL, fd, registration.Identity, write: false);
        }

        // Pairs with Add. Outside the lock: it closes the descriptor if the owner disposed the handle already.
        fd.DangerousRelease();
    }

    private bool Control(int operation, SafeHandle fd, ulong identity, bool write)
    {
        byte* one = stackalloc byte[16];
        Unsafe.WriteUnaligned(one, write ? Libc.EPOLLIN | Libc.EPOLLOUT : Libc.EPOLLIN);
        Unsafe.WriteUnaligned(one + s_dataOffset, identity);
        return Libc.EpollCtl(_epoll, operation, (int)fd.DangerousGetHandle(), one) == 0;
    }

    private void Run(uint me)
    {
        byte* events = (byte*)NativeMemory.Alloc(BatchSize, (nuint)s_eventSize);
        List<IThreadPoolWorkItem> woken = [];
        ExecutionContext? empty = ExecutionContext.Capture();
        while (true)
        {
            _baton.Take(me);
            t_woken = woken;
            Poll(events);
            t_woken = null;
            if (woken.Count > 0)
            {
                GoOnWith(woken, _baton.TryPass(me) ? empty : null);
                woken.Clear();
            }
        }
    }

    private void Poll(byte* events)
    {
        int count = Libc.EpollWait(_epoll, events, BatchSize, -1);
        if (count < 0 && Libc.LastError != Libc.EINTR)
        {
            // Nothing but a lack of kernel memory can fail here, and that passes.
            Thread.Sleep(1);
        }

        for (int i = 0; i < count; i++)
        {
            byte* one = events + (i * s_eventSize);
            Dispatch(Unsafe.ReadUnaligned<uint>(one), Unsafe.ReadUnaligned<ulong>(one + s_dataOffset));
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
        IPollHandler handler;
        lock (_gate)
        {
            // Once found here, the call counts as running: Remove may return before it is over, but none starts after Remove.
            if (!_byIdentity.TryGetValue(identity, out Registration? registration))
            {
                return;
            }

            handler = registration.Handler;
        }

        try
        {
            bool hangup = (happened & (Libc.EPOLLHUP | Libc.EPOLLERR)) != 0;
            handler.OnReady((happened & Libc.EPOLLIN) != 0, (happened & Libc.EPOLLOUT) != 0, hangup);
        }
        catch (Exception error)
        {
            RemoveFailed(identity);
            Report(handler, error);
        }
    }

    private void RemoveFailed(ulong identity)
    {
        SafeHandle? failed = null;
        lock (_gate)
        {
            foreach ((SafeHandle handle, Registration registration) in _byHandle)
            {
                if (registration.Identity == identity)
                {
                    failed = handle;
                    break;
                }
            }
        }

        if (failed is not null)
        {
            Remove(failed);
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
    private sealed class Registration
    {
        internal readonly ulong Identity;

        /// <summary>Whom to call; under the poller's lock.</summary>
        internal IPollHandler Handler;

        internal Registration(ulong identity, IPollHandler handler)
        {
            Identity = identity;
            Handler = handler;
        }
    }
}
