using Viaduct.Links;
using Viaduct.Rings;

namespace Viaduct.Nodes;

/// <summary>A link that one of our sockets sends on, as a session keeps it. Guarded by the session's lock but where said.</summary>
internal sealed class OutgoingLink(int id, ChannelSocket socket, IOutbox outbox, Guid receiver, object lane, RecordRing ring)
{
    /// <summary>The link's number.</summary>
    public int Id { get; } = id;

    /// <summary>Our socket.</summary>
    public ChannelSocket Socket { get; } = socket;

    /// <summary>Its sending side.</summary>
    public IOutbox Outbox { get; } = outbox;

    /// <summary>The receiving socket.</summary>
    public Guid Receiver { get; } = receiver;

    /// <summary>The lane, as the outbox knows it.</summary>
    public object Lane { get; } = lane;

    /// <summary>The lane's ring.</summary>
    public RecordRing Ring { get; } = ring;

    /// <summary>The socket's end; null until the receiver agreed.</summary>
    public SendLink? Link { get; set; }

    /// <summary>The receiver's page as it was last told (streams only).</summary>
    public ReceiverMirror? Mirror { get; set; }

    /// <summary>The pump's cursor (streams only). Used by the writer alone.</summary>
    public RecordReader? Reader { get; set; }

    /// <summary>Bytes of the message at the cursor that were sent already (streams only).</summary>
    public int SentBytes { get; set; }

    /// <summary>The message at the cursor with its blobs' bytes, where the ring has only references (streams only).</summary>
    public byte[]? Expanded { get; set; }

    /// <summary>The connection broke, and the receiver has not yet said where it is (streams only).</summary>
    public bool Held { get; set; }

    /// <summary>Where the pump is to go back to after a broken connection (streams only).</summary>
    public ulong? Rewind { get; set; }

    /// <summary>What of the start is still to be told (streams only).</summary>
    public bool StartPending { get; set; }

    /// <summary>Position + 1 of the message that was asked back last (streams only).</summary>
    public ulong LastRevoke { get; set; }

    /// <summary>Position + 1 of a message that is asked back, once it was sent (streams only).</summary>
    public ulong RevokePending { get; set; }

    /// <summary>Why our socket let go of the link; null while it has not.</summary>
    public string? Closing { get; set; }

    /// <summary>The receiver was told that we let go.</summary>
    public bool CloseSent { get; set; }

    /// <summary>The receiver said that it takes nothing more. Used where frames are read.</summary>
    public bool ReceiverClosed { get; set; }

    /// <summary>Called when the link is ready or refused; a server waits for its way back.</summary>
    public Action<bool>? Settled { get; set; }
}
