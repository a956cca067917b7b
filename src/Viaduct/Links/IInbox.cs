using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>What a node needs of an inbox without knowing its messages.</summary>
internal interface IInbox
{
    /// <summary>Senders that are linked.</summary>
    int Count { get; }

    /// <summary>The senders.</summary>
    IReadOnlyList<Peer> Peers { get; }

    /// <summary>What happens when this receiver is full.</summary>
    FullMode WhenFull { get; }

    /// <summary>How many of a publisher's last messages it wants first.</summary>
    int History { get; }

    /// <summary>Whether waits never sleep.</summary>
    bool NeverSleeps { get; }

    /// <summary>Adds a sender behind a ring of records, which the reader stands at the start of. Null when the socket is closed.</summary>
    unsafe ReceiveLink? AttachRecords(RecordReader reader, LinkSetup setup, ReceiverPage* page, int window, LinkStart start);

    /// <summary>Whether that sender is linked.</summary>
    bool Has(Guid socketId);

    /// <summary>Counts messages that a sender let go before they could be sent.</summary>
    void AddMissed(ReceiveLink link, ulong count);

    /// <summary>Reports, once all that it published was received, that a sender was lost.</summary>
    void Lose(ReceiveLink link, Exception? error, string reason);

    /// <summary>Notes that a sender and this receiver don't agree.</summary>
    void Refuse(Exception refusal);

    /// <summary>Answers a sender that wants its untaken message back.</summary>
    void Revoke(ReceiveLink link, ulong position);

    /// <summary>Copies what a link's pump sends its sender. Returns the number of positions released out of order.</summary>
    int ReadState(ReceiveLink link, Span<ulong> released, out ReceiverState state);

    /// <summary>Raises an event of a peer.</summary>
    void Tell(LinkEnd link, PeerState state, string reason);

    /// <summary>Lets everybody who waits look again.</summary>
    void Wake();
}
