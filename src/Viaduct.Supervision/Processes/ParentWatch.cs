using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>The child's own watch over its parent: a thread that sleeps until the lifeline hangs up.</summary>
internal static unsafe class ParentWatch
{
    /// <summary>Starts the watch; the descriptor stays open for the life of this process.</summary>
    internal static void Start(int lifeline)
    {
        Thread thread = new(() => Run(lifeline), 128 * 1024) { IsBackground = true, Name = "viaduct parent watch" };
        thread.UnsafeStart();
    }

    private static void Run(int lifeline)
    {
        SpawnLibrary.PollEntry entry = new() { Descriptor = lifeline, Events = SpawnLibrary.POLLIN };
        while (SpawnLibrary.Poll(&entry, 1, -1) < 0 && Libc.LastError is Libc.EINTR or Libc.EAGAIN)
        {
        }

        // Nobody ever writes, so this is the end of the parent. What this process started belongs to its group, if it leads one.
        if (SpawnLibrary.GetGroup() == Environment.ProcessId)
        {
            _ = SpawnLibrary.Kill(0, SpawnLibrary.SIGKILL);
        }

        // The first process of a process namespace can't be killed from inside.
        SpawnLibrary.ExitNow(128 + SpawnLibrary.SIGKILL);
    }
}
