using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>What answers come on, and what they came on as long as somebody has some in hand. Thread-safe.</summary>
internal sealed class WaysBack
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    /// <summary>Replaced under the lock.</summary>
    private ReceiveLink[] _ways = [];

    /// <summary>Adds one, before any call can go out that is answered on it.</summary>
    public void Add(ReceiveLink way)
    {
        lock (_lock)
        {
            Volatile.Write(ref _ways, [.. _ways.Where(static other => !other.IsClosed || !other.IsHandedOn), way]);
        }
    }

    /// <summary>
    /// Ends when all that other threads had taken of a callee is handed on: what it had answered before it was gone is its calls' answer, whoever has it in hand.
    /// </summary>
    public void AwaitHandedOn(Guid callee)
    {
        // Who has something in hand does not wait for anything; the bound is for what can't be.
        ReceiveLink[] ways = Array.FindAll(Volatile.Read(ref _ways), way => way.Peer.SocketId == callee);
        SpinWait.SpinUntil(() => Array.TrueForAll(ways, static way => way.IsHandedOn), s_bound);
    }
}
