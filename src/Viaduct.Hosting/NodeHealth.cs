namespace Viaduct.Hosting;

/// <summary>What a node's events say of its state. Thread-safe.</summary>
internal sealed class NodeHealth(TimeProvider time)
{
    /// <summary>How long a failure is reported that nothing will say is over: one that names no peer.</summary>
    internal static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();

    /// <summary>The peers that are being reconnected: why, by their socket and channel.</summary>
    private readonly Dictionary<(Guid Socket, string? Channel), string> _reconnecting = [];

    /// <summary>The last failure of each kind, and when it was.</summary>
    private readonly Dictionary<NodeEventKind, (long At, string Text)> _failures = [];

    private bool _isJoined;

    /// <summary>Whether the node has joined and not left.</summary>
    internal bool IsJoined
    {
        get
        {
            lock (_lock)
            {
                return _isJoined;
            }
        }
    }

    /// <summary>The node has joined.</summary>
    internal void Joined()
    {
        lock (_lock)
        {
            _isJoined = true;
        }
    }

    /// <summary>The node is leaving.</summary>
    internal void Left()
    {
        lock (_lock)
        {
            _isJoined = false;
            _reconnecting.Clear();
            _failures.Clear();
        }
    }

    /// <summary>Takes note of an event.</summary>
    internal void Record(NodeEvent nodeEvent)
    {
        lock (_lock)
        {
            switch (nodeEvent.Kind)
            {
                case NodeEventKind.PeerReconnecting when nodeEvent.Peer is { } peer:
                    _reconnecting[(peer.SocketId, nodeEvent.Channel)] = nodeEvent.Text;
                    break;
                case NodeEventKind.PeerJoined or NodeEventKind.PeerLeft or NodeEventKind.PeerCompleted or NodeEventKind.PeerLost
                    or NodeEventKind.PeerRefused when nodeEvent.Peer is { } peer:
                    _reconnecting.Remove((peer.SocketId, nodeEvent.Channel));
                    break;
                case NodeEventKind.PeerReconnecting or NodeEventKind.ConnectFailed or NodeEventKind.DiscoveryFailed:
                    _failures[nodeEvent.Kind] = (time.GetTimestamp(), nodeEvent.Text);
                    break;
            }
        }
    }

    /// <summary>What is wrong now, each in one sentence; empty if nothing is.</summary>
    internal IReadOnlyList<string> Faults()
    {
        lock (_lock)
        {
            return
            [
                .. _reconnecting.Values,
                .. _failures.Values.Where(failure => time.GetElapsedTime(failure.At) < FailureMemory).Select(failure => failure.Text),
            ];
        }
    }
}
