using System.Collections.Concurrent;

namespace Viaduct.Nodes;

/// <summary>
/// One background thread a process for what nodes do by themselves: finding peers, opening links, redelivering, heartbeats. A thread of our
/// own, since a program that blocks the whole thread pool must not keep messages from being redelivered, nor peers from hearing of it.
/// </summary>
internal static class Dispatcher
{
    private static readonly BlockingCollection<Action> s_work = [];

    /// <summary>What is done again and again; the thread's only.</summary>
    private static readonly List<Repetition> s_repetitions = [];

    static Dispatcher()
    {
        new Thread(Run) { IsBackground = true, Name = "viaduct dispatcher" }.Start();
    }

    /// <summary>Does something soon, in order.</summary>
    public static void Post(Action work) => s_work.Add(work);

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
            if (s_work.TryTake(out Action? work, Pause()))
            {
                Do(work);
            }

            DoWhatIsDue();
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
