namespace Viaduct;

/// <summary>What a <see cref="NodeEvent"/> tells of.</summary>
public enum NodeEventKind
{
    /// <summary>The node has joined its domain.</summary>
    Joined = 0,

    /// <summary>The node has left its domain.</summary>
    Left = 1,

    /// <summary>A socket was opened.</summary>
    SocketOpened = 2,

    /// <summary>A socket was closed.</summary>
    SocketClosed = 3,

    /// <summary>A socket met a peer, and messages can pass between them.</summary>
    PeerJoined = 4,

    /// <summary>A peer closed its socket in order.</summary>
    PeerLeft = 5,

    /// <summary>A peer said that no more messages will come from it, and all of them were delivered.</summary>
    PeerCompleted = 6,

    /// <summary>A peer died, or its connection broke for good.</summary>
    PeerLost = 7,

    /// <summary>A peer's connection broke and is being made anew.</summary>
    PeerReconnecting = 8,

    /// <summary>A peer was refused, or refused us.</summary>
    PeerRefused = 9,

    /// <summary>A connection to an address could not be made; it is tried again. Or a link could not be opened, which is tried again, too, or a connection ended by a fault; the error says why.</summary>
    ConnectFailed = 10,

    /// <summary>Messages whose receiver was lost were given to another.</summary>
    Redelivered = 11,

    /// <summary>A message was given up after its last attempt, or one-way calls were dropped with the server that they went to, or by one that ended, or by a client that closed, or whose server was gone, before their turn.</summary>
    DeadLettered = 12,

    /// <summary>A slow subscriber missed messages.</summary>
    MessagesMissed = 13,

    /// <summary>A socket was disposed and its linger time passed before all that it had sent was consumed.</summary>
    LingerExpired = 14,

    /// <summary>A handler of the program's own, such as one of an event, threw an exception.</summary>
    HandlerFailed = 15,

    /// <summary>Finding peers failed: the runtime directory or the name service.</summary>
    DiscoveryFailed = 16,

    /// <summary>
    /// A producer or publisher has waited for room for 5 seconds in which no receiver consumed anything. The text tells who holds what. Raised once, and again only after nobody
    /// had to wait in between.
    /// </summary>
    SendingStalled = 17,

    /// <summary>
    /// A process that carried out the calls of an isolated service ended, and not in order because the service did. Or, where this process carries them out itself, an object
    /// did not come to its end in time when the service did, and was left behind.
    /// </summary>
    WorkerExited = 18,
}
