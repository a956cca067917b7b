using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>One end of a link in this process: who is at the other end, and how both wait for each other.</summary>
internal abstract unsafe class LinkEnd(PeerIdentity peer)
{
    /// <summary>The other end.</summary>
    public PeerIdentity Peer { get; } = peer;

    /// <summary>Tells the other end about changes; null when it never sleeps.</summary>
    public Bell? Bell { get; init; }

    /// <summary>Our waiting word; null where the other end asks the <see cref="WaitPoint"/> itself.</summary>
    public WaitingWord? Waiting { get; init; }

    /// <summary>The word of the peer's page that changes when it wakes us; null as above.</summary>
    public uint* Watched { get; init; }

    /// <summary>Called once when the socket lets go of this link, with why (empty text: in order).</summary>
    public Action<LinkEnd, string>? Closed { get; init; }

    /// <summary>What the peer did that no sound one does; null while nothing is known.</summary>
    public ProtocolViolationException? Fault { get; set; }

    /// <summary>What to sleep on.</summary>
    public FutexWord Word => new() { Address = Watched, Expected = Shared.Acquire(Watched), Shared = true };
}
