namespace Viaduct;

/// <summary>What a socket has done since it was opened. All but <see cref="Outstanding"/> only ever grow.</summary>
/// <param name="Sent">
/// Messages published, of a channel of capacity 0 those that were received, or may have been; of a client requests, of a server replies. A publisher counts each message once.
/// </param>
/// <param name="Received">Messages given to the program; of a client replies, of a server requests.</param>
/// <param name="Bytes">
/// The encoded bytes of what was sent and received; 0 for objects that were handed over inside the process.
/// </param>
/// <param name="Outstanding">Messages sent and not yet consumed, or received and not yet consumed, at this moment.</param>
/// <param name="Redelivered">Messages that were sent again because their receiver had died or their connection had broken.</param>
/// <param name="DeadLettered">
/// Messages given up after the last attempt; of who calls a service one-way calls that were dropped with the server that they went to, which is not known to have begun them, and
/// those that a server made of what it was handed, and that were not begun when that server was gone or the client closed, or were refused, as too many waited; of a service those
/// that it had taken, and had not begun when it ended.
/// </param>
/// <param name="Missed">Messages that a slow subscriber did not get: counted by the subscriber for itself, by the publisher over all.</param>
/// <param name="Refused">Peers refused, and links ended for what came over them.</param>
/// <remarks>The counters are read one after the other, while others may be counting: each is right, but they need not be of one instant.</remarks>
public readonly record struct SocketCounters(
    long Sent,
    long Received,
    long Bytes,
    long Outstanding,
    long Redelivered,
    long DeadLettered,
    long Missed,
    long Refused);
