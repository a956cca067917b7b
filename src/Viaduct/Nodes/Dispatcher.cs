using System.Runtime.CompilerServices;

namespace Viaduct.Nodes;

/// <summary>
/// One background thread a process for what nodes do by themselves: finding peers, opening links, redelivering, heartbeats. A thread of our
/// own, since a program that blocks the whole thread pool must not keep messages from being redelivered, nor peers from hearing of it.
/// </summary>
internal static class Dispatcher
{
    /// <summary>What is still to be done; it is its own lock. No collection of the framework's that waits: a process that begins would load all that those are made of.</summary>
    private static readonly Queue<Action> s_work = [];

    /// <summary>What is done again and again; the thread's only.</summary>
    private static readonly List<Repetition> s_repetitions = [];

    static Dispatcher()
    {
        new Thread(Run) { IsBackground = true, Name = "viaduct dispatcher" }.Start();
    }

    /// <summary>Does something soon, in order.</summary>
    public static void Post(Action work)
    {
        lock (s_work)
        {
            s_work.Enqueue(work);
            Monitor.Pulse(s_work);
        }
    }

    /// <summary>Does something each time an interval has passed, until the result is disposed.</summary>
    public static IDisposable Every(TimeSpan interval, Action work)
    {
        Repetition repetition = new(interval, work);
        Post(() => s_repetitions.Add(repetition));
        return repetition;
    }

    private static void Run()
    {
        while (true)
        {
            DoNext(Pause());
            DoWhatIsDue();
        }
    }

    /// <summary>Does what is next, if something is within so many milliseconds. In a frame of its own: this thread's, which never returns, would keep it, and its node, from being collected while it waits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DoNext(int timeout)
    {
        if (Take(timeout) is { } work)
        {
            Do(work);
        }
    }

    /// <summary>What is to be done next; null where nothing is within so many milliseconds.</summary>
    private static Action? Take(int timeout)
    {
        lock (s_work)
        {
            return s_work.Count > 0 || (Monitor.Wait(s_work, timeout) && s_work.Count > 0) ? s_work.Dequeue() : null;
        }
    }

    /// <summary>Milliseconds until something is due.</summary>
    private static int Pause()
    {
        long pause = int.MaxValue;
        foreach (Repetition repetition in s_repetitions)
        {
            pause = Math.Min(pause, repetition.Due - Environment.TickCount64);
        }

        return s_repetitions.Count == 0 ? Timeout.Infinite : (int)Math.Max(0, pause);
    }

    private static void DoWhatIsDue()
    {
        s_repetitions.RemoveAll(static repetition => repetition.IsDisposed);
        for (int i = 0; i < s_repetitions.Count; i++)
        {
            Repetition repetition = s_repetitions[i];
            if (repetition.Due <= Environment.TickCount64)
            {
                Do(repetition.Work);
                repetition.Renew();
            }
        }
    }

    private static void Do(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error)
        {
            // A fault of one node's work must not end all nodes of the process; it is shown, not swallowed.
            System.Diagnostics.Trace.TraceError("Viaduct: {0}", error);
        }
    }
}
