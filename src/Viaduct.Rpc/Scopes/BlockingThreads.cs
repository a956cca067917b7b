namespace Viaduct.Rpc;

/// <summary>
/// Threads for spawned calls that block: as many as there are of these, which the thread pool would not give in time, and kept for a while for the next ones. Thread-safe.
/// </summary>
internal static class BlockingThreads
{
    private const int StackSize = 1 << 20;

    /// <summary>How long a thread waits for something to do.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private static readonly object s_lock = new();
    private static readonly Queue<Action> s_work = new();

    /// <summary>Threads that wait. Never fewer than there is work in the queue.</summary>
    private static int s_idle;

    /// <summary>Runs something at once on a thread of its own.</summary>
    public static void Run(Action work)
    {
        lock (s_lock)
        {
            if (s_idle > s_work.Count)
            {
                s_work.Enqueue(work);
                Monitor.Pulse(s_lock);
                return;
            }
        }

        new Thread(static first => Work((Action)first!), StackSize) { IsBackground = true, Name = "spawned calls" }.UnsafeStart(work);
    }

    private static void Work(Action? work)
    {
        while (work is not null)
        {
            work();
            work = Next();
        }
    }

    private static Action? Next()
    {
        lock (s_lock)
        {
            s_idle++;
            while (s_work.Count == 0 && Monitor.Wait(s_lock, s_patience))
            {
                // Another one may have been faster.
            }

            s_idle--;
            return s_work.TryDequeue(out Action? work) ? work : null;
        }
    }
}
