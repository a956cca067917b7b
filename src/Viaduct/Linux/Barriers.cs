namespace Viaduct.Linux;

/// <summary>
/// The machine's barriers (membarrier(2)): who issues one has a full fence done by every thread that runs in a process that takes them. Whether one does is no secret and no promise: who
/// lies about it harms only whom it talks to, and there no more than by not ringing at all.
/// </summary>
internal static class Barriers
{
    private const int Unknown = 0;
    private const int Joining = 1;
    private const int Joined = 2;
    private const int Refused = 3;

    /// <summary>Fences for one peer after which it is worth while.</summary>
    private const uint ManyFences = 4096;

    private static int s_state;

    /// <summary>
    /// Whether this process takes them, and may issue them. The first call begins to see to it, on a thread of the pool: the kernel takes some milliseconds. Where it knows none, or a
    /// sandbox forbids them, it stays false.
    /// </summary>
    public static bool TryJoin()
    {
        int state = Volatile.Read(ref s_state);
        if (state == Unknown && Platform.IsLinux && Interlocked.CompareExchange(ref s_state, Joining, Unknown) == Unknown)
        {
            Begin();
        }

        return state == Joined;
    }

    /// <summary>As <see cref="TryJoin"/>, each time that so many fences were counted that it is worth while; in between false.</summary>
    public static bool TryJoinAfterMany(ref uint fences) => ++fences % ManyFences == 0 && TryJoin();

    /// <summary>Issues one; some microseconds. Only once <see cref="TryJoin"/> was true.</summary>
    public static void Issue()
    {
        if (Call(Libc.MEMBARRIER_CMD_GLOBAL_EXPEDITED) != 0)
        {
            // Allowed before, and refused now: a filter that came later, or no memory. Nobody stays awake any more, and what was stored by now is waited for, far longer than any processor keeps it.
            Volatile.Write(ref s_state, Refused);
            Interlocked.MemoryBarrierProcessWide();
            Thread.Sleep(1);
        }
    }

    /// <summary>Who asks may hold a gate, or have just taken a message: nothing is thrown, and the next one asks again.</summary>
    private static void Begin()
    {
        try
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Join(), null);
        }
        catch (OutOfMemoryException)
        {
            Volatile.Write(ref s_state, Unknown);
        }
    }

    private static void Join()
    {
        bool may = Call(Libc.MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED) == 0 && Call(Libc.MEMBARRIER_CMD_GLOBAL_EXPEDITED) == 0;
        Volatile.Write(ref s_state, may ? Joined : Refused);
    }

    private static nint Call(int command) => Libc.Syscall(SystemCalls.MemBarrier, command, 0, 0, 0, 0, 0);
}
