namespace Viaduct.Links;

/// <summary>The socket at a link's other end, and how it is reached.</summary>
internal sealed record PeerIdentity(Guid NodeId, string NodeName, int ProcessId, Guid SocketId, Route Route, string Reason)
{
    /// <summary>What users see of it.</summary>
    public Peer Describe(long messages = 0, long outstanding = 0) =>
        new(NodeId, NodeName, ProcessId, SocketId, Route, Reason, messages, outstanding);
}
