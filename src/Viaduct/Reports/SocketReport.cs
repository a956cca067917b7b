namespace Viaduct;

/// <summary>What a node says of one of its sockets. Immutable.</summary>
public sealed record SocketReport
{
    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The socket's role: <c>producer</c>, <c>consumer</c>, <c>publisher</c>, <c>subscriber</c>, <c>client</c> or <c>server</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The channel's pattern.</summary>
    public required Pattern Pattern { get; init; }

    /// <summary>The channel's topology.</summary>
    public required Topology Topology { get; init; }

    /// <summary>The channel's capacity k, in messages.</summary>
    public required int Capacity { get; init; }

    /// <summary>What the channel's messages are.</summary>
    public required string Schema { get; init; }

    /// <summary>Whether the channel is a remote service: the end that serves it is its server, those that call it are clients.</summary>
    public bool IsService => Schema == Calls.ServiceSpec.Kind;

    /// <summary>What the socket has done so far.</summary>
    public required SocketCounters Counters { get; init; }

    /// <summary>The other ends of its links.</summary>
    public required IReadOnlyList<Peer> Peers { get; init; }
}
