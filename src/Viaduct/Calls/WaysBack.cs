using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>What answers come on, and what they came on as long as somebody has some in hand. Thread-safe.</summary>
internal sealed class WaysBack
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    /// <summary>Whoever has something in hand refers to what it came on until that is counted: one that nobody refers to any more is handed on. Replaced under the lock.</summary>
    private WeakReference<ReceiveLink>[] _ways = [];

    /// <summary>Adds one, before any call can go out that is answered on it.</summary>
    public void Add(ReceiveLink way)
    {
        lock (_lock)
        {
            Volatile.Write(ref _ways, [.. _ways.Where(static other => other.TryGetTarget(out ReceiveLink? link) && !(link.IsClosed && link.IsHandedOn)), new(way)]);
        }
    }

    /// <summary>
    /// Ends when all that other threads had taken of a callee is handed on: what it had answered before it was gone is its calls' answer, whoever has it in hand.
    /// </summary>
    public void AwaitHandedOn(Guid callee)
    {
        // Who has something in hand does not wait for anything; the bound is for what can't be.
        List<ReceiveLink> ways = [];
        foreach (WeakReference<ReceiveLink> way in Volatile.Read(ref _ways))
        {
            if (way.TryGetTarget(out ReceiveLink? link) && link.Peer.SocketId == callee)
            {
                ways.Add(link);
            }
        }

        SpinWait.SpinUntil(() => ways.TrueForAll(static way => way.IsHandedOn), s_bound);
    }
}
