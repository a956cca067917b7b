using Viaduct.Links;
using Viaduct.Memory;

namespace Viaduct.Nodes;

/// <summary>A link that one of our sockets receives on, as a session keeps it. Guarded by the session's lock.</summary>
internal sealed class IncomingLink(int id, ChannelSocket socket, IInbox inbox, Guid sender)
{
    private string? _closing;

    /// <summary>The link's number.</summary>
    public int Id { get; } = id;

    /// <summary>Our socket.</summary>
    public ChannelSocket Socket { get; } = socket;

    /// <summary>Its receiving side.</summary>
    public IInbox Inbox { get; } = inbox;

    /// <summary>The sending socket.</summary>
    public Guid Sender { get; } = sender;

    /// <summary>The receiver's page in shared memory, to be freed (shared memory only).</summary>
    public Allocation? Page { get; set; }

    /// <summary>The sender was told that the link is open; before that it may not begin.</summary>
    public bool Opened { get; set; }

    /// <summary>Adds the socket's end once the sender says where it begins. Under the session's input lock.</summary>
    public Func<LinkStart, ReceiveLink?>? Begin { get; set; }

    /// <summary>The socket's end; null until the sender said where it begins.</summary>
    public ReceiveLink? Link { get; set; }

    /// <summary>The receiving half of the stream (streams only).</summary>
    public IncomingStream? Stream { get; set; }

    /// <summary>The receiver's state changed since it was last told (streams only). Set by any thread, cleared by the writer.</summary>
    public int Dirty;

    /// <summary>Why our socket let go of the link; null while it has not.</summary>
    public string? Closing => Volatile.Read(ref _closing);

    /// <summary>
    /// Whether the sender is to be told now that we let go: behind the last word on what was consumed, and what was answered then (streams only). Asked by the writer alone, behind
    /// all that it sends otherwise.
    /// </summary>
    public bool IsCloseDue => Closing is not null && !CloseSent && Volatile.Read(ref Dirty) == 0;

    /// <summary>The sender was told that we let go.</summary>
    public bool CloseSent { get; set; }

    /// <summary>The sender said that nothing follows: what comes nevertheless is dropped. Used where frames are read.</summary>
    public bool SenderClosed { get; set; }

    /// <summary>The sender let go of the link, or was lost.</summary>
    public bool Ended { get; set; }

    /// <summary>Our socket lets go of the link.</summary>
    public void Close(string reason)
    {
        // In this order, and looked at in the other: a writer that sees the close has not cleared this since, and so has not sent all.
        Volatile.Write(ref Dirty, 1);
        Volatile.Write(ref _closing, reason);
    }
}
