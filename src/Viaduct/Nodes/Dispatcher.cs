using System.Collections.Concurrent;

namespace Viaduct.Nodes;

/// <summary>
/// One background thread a process for what nodes do by themselves: finding peers, opening links, redelivering. A thread of our own,
/// since a program that blocks the whole thread pool must not keep messages from being redelivered.
/// </summary>
internal static class Dispatcher
{
    private static readonly BlockingCollection<Action> s_work = [];

    static Dispatcher()
    {
        new Thread(Run) { IsBackground = true, Name = "viaduct dispatcher" }.Start();
    }

    /// <summary>Does something soon, in order.</summary>
    public static void Post(Action work) => s_work.Add(work);

    private static void Run()
    {
        foreach (Action work in s_work.GetConsumingEnumerable())
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
}
