namespace Viaduct.Cli.Output;

/// <summary>The other end of a link as the tables and JSON show it.</summary>
/// <param name="Node">The name of its node.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Route">The route taken: in-process, shared-memory, unix-socket or tcp.</param>
/// <param name="Reason">Why that route.</param>
/// <param name="Messages">Messages that went over the link.</param>
/// <param name="Outstanding">Of them, those not consumed.</param>
internal sealed record PeerView(string Node, int ProcessId, string Route, string Reason, long Messages, long Outstanding)
{
    /// <summary>Makes the view of a peer.</summary>
    /// <param name="peer">The peer.</param>
    public static PeerView Of(Peer peer)
    {
        return new PeerView(peer.NodeName, peer.ProcessId, Words.Of(peer.Route), peer.Reason, peer.Messages, peer.Outstanding);
    }
}
