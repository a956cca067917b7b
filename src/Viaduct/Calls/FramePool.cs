using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Calls;

/// <summary>
/// What threads share of spare frames: where one thread writes what another reads, as within a process, frames would run out at the one and
/// pile up at the other. They pass in bundles, so that the lock is taken once for many. Thread-safe.
/// </summary>
internal static class FramePool
{
    private const int Bundle = 8;
    private const int Most = 1024;

    private static readonly Lock s_lock = new();
    private static readonly Stack<Frame> s_spares = new();

    /// <summary>A spare frame, if there is one.</summary>
    public static bool TryTake([NotNullWhen(true)] out Frame? frame)
    {
        lock (s_lock)
        {
            if (!s_spares.TryPop(out frame))
            {
                return false;
            }
        }

        frame.Reuse();
        return true;
    }

    /// <summary>Takes one, and some more that its thread has too many of.</summary>
    public static void Offer(Stack<Frame> spares, Frame frame)
    {
        lock (s_lock)
        {
            if (s_spares.Count >= Most)
            {
                return;
            }

            s_spares.Push(frame);
            for (int i = 0; i < Bundle && spares.TryPop(out Frame? other); i++)
            {
                s_spares.Push(other);
            }
        }
    }
}
