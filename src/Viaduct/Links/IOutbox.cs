using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>What a node needs of an outbox without knowing its messages.</summary>
internal interface IOutbox
{
    /// <summary>Whether it takes no more links.</summary>
    bool IsClosed { get; }

    /// <summary>Whether waits never sleep.</summary>
    bool NeverSleeps { get; }

    /// <summary>A lane of records for one more receiver.</summary>
    object OpenRecords(LaneMemory memory, out RecordRing ring);

    /// <summary>Adds a receiver to a lane of records, and says where it begins. Null when the socket is closed.</summary>
    unsafe SendLink? AttachRecords(object lane, LinkSetup setup, ReceiverPage* page, Action<LinkStart> started);

    /// <summary>The position (a later one where that was overwritten and may be) and where its record begins in a lane's ring.</summary>
    ulong OffsetOf(RecordRing ring, ulong position, bool overtakable, out int offset);

    /// <summary>Gives a lane back that nobody reads any more.</summary>
    void AbandonRecords(object lane);

    /// <summary>Receivers that are linked.</summary>
    int Count { get; }

    /// <summary>The receivers.</summary>
    IReadOnlyList<Peer> Peers { get; }

    /// <summary>Whether that receiver is linked.</summary>
    bool Has(Guid socketId);

    /// <summary>Lets go of a receiver; what it had not consumed is the sender's again.</summary>
    void Detach(LinkEnd link, string reason, bool lost);

    /// <summary>A receiver's process is ending: it is sent nothing more, and is detached once it is gone.</summary>
    void MarkDying(SendLink link);

    /// <summary>Takes back what receivers have consumed of an idle sender's large messages; called now and then.</summary>
    void Sweep();

    /// <summary>Notes that a receiver and this sender don't agree.</summary>
    void Refuse(Exception refusal);

    /// <summary>Takes the last refusal back: who finds no receiver waits for one again.</summary>
    void Accept();

    /// <summary>Raises an event of a peer.</summary>
    void Tell(LinkEnd link, PeerState state, string reason);

    /// <summary>Lets everybody who waits look again.</summary>
    void Wake();
}
