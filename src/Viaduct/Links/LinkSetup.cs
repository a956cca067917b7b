using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>What a node knows of a link that a socket is about to add.</summary>
internal sealed unsafe class LinkSetup
{
    /// <summary>The other end.</summary>
    public required PeerIdentity Peer { get; init; }

    /// <summary>Keeps the memory of the receiver's page.</summary>
    public required object Memory { get; init; }

    /// <summary>What the receiver wants when it is full.</summary>
    public FullMode WhenFull { get; init; }

    /// <summary>How many of the last messages it wants first.</summary>
    public int History { get; init; }

    /// <summary>See <see cref="LinkEnd.Bell"/>.</summary>
    public Bell Bell { get; init; } = Bell.Silent;

    /// <summary>See <see cref="LinkEnd.Waiting"/>.</summary>
    public WaitingWord? Waiting { get; init; }

    /// <summary>See <see cref="LinkEnd.Watched"/>.</summary>
    public uint* Watched { get; init; }

    /// <summary>See <see cref="LinkEnd.Closed"/>.</summary>
    public Action<LinkEnd, string>? Closed { get; init; }

    /// <summary>See <see cref="SendLink.IsSent"/>.</summary>
    public Func<bool>? IsSent { get; init; }

    /// <summary>See <see cref="SendLink.Revoke"/>.</summary>
    public Action<ulong>? Revoke { get; init; }
}
