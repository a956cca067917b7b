namespace Viaduct.Cli.Output;

/// <summary>A socket as the tables and JSON show it.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Role">producer, consumer, publisher, subscriber, client or server.</param>
/// <param name="Node">The name of its node.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Pattern">The channel's pattern.</param>
/// <param name="Topology">The channel's topology.</param>
/// <param name="Capacity">Messages that may be sent and not consumed.</param>
/// <param name="Schema">The schema of its messages.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="Received">Messages received.</param>
/// <param name="Bytes">Bytes sent or received.</param>
/// <param name="Outstanding">Messages sent and not consumed.</param>
/// <param name="Redelivered">Deliveries repeated.</param>
/// <param name="DeadLettered">Messages given up.</param>
/// <param name="Missed">Messages a subscriber missed.</param>
/// <param name="Refused">Peers refused.</param>
/// <param name="Peers">The sockets at the other ends.</param>
internal sealed record SocketView(
    string Channel,
    string Role,
    string Node,
    int ProcessId,
    string Pattern,
    string Topology,
    int Capacity,
    string Schema,
    long Sent,
    long Received,
    long Bytes,
    long Outstanding,
    long Redelivered,
    long DeadLettered,
    long Missed,
    long Refused,
    IReadOnlyList<PeerView> Peers)
{
    /// <summary>Makes the view of a report.</summary>
    /// <param name="node">The socket's node.</param>
    /// <param name="socket">The report.</param>
    public static SocketView Of(NodeReport node, SocketReport socket)
    {
        SocketCounters counters = socket.Counters;
        return new SocketView(
            socket.Channel,
            socket.Role,
            node.Name,
            node.ProcessId,
            socket.Pattern.ToString(),
            socket.Topology.ToString(),
            socket.Capacity,
            socket.Schema,
            counters.Sent,
            counters.Received,
            counters.Bytes,
            counters.Outstanding,
            counters.Redelivered,
            counters.DeadLettered,
            counters.Missed,
            counters.Refused,
            [.. socket.Peers.Select(PeerView.Of)]);
    }
}
