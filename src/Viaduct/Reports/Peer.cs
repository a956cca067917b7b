using System.Diagnostics;

namespace Viaduct;

/// <summary>The other end of one link of a socket, as it was when it was asked for. Immutable.</summary>
/// <param name="NodeId">The identity of the peer's node; new each time that a node joins.</param>
/// <param name="NodeName">The name that the peer's node gave itself: text from another program.</param>
/// <param name="ProcessId">The peer's process id: on this machine as the kernel told it, elsewhere as the peer told it.</param>
/// <param name="SocketId">The identity of the peer's socket.</param>
/// <param name="Route">How messages reach it.</param>
/// <param name="Reason">Why this route was taken, in words.</param>
/// <param name="Messages">The number of messages sent to it or received from it so far.</param>
/// <param name="Outstanding">The number of messages sent to it, or received from it, and not yet consumed.</param>
[DebuggerDisplay("{ToString(),nq}: {Messages} messages, {Outstanding} outstanding")]
public sealed record Peer(
    Guid NodeId,
    string NodeName,
    int ProcessId,
    Guid SocketId,
    Route Route,
    string Reason,
    long Messages,
    long Outstanding)
{
    /// <summary>The peer in words: its node's name, process id and route.</summary>
    /// <returns>A text such as <c>node 'reader' (process 4711, SharedMemory)</c>.</returns>
    public override string ToString() => $"node '{NodeName}' (process {ProcessId}, {Route})";
}
