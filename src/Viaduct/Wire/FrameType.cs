namespace Viaduct.Wire;

/// <summary>What a frame is. Types from 0x80 are optional: who does not know one skips it.</summary>
internal enum FrameType : byte
{
    /// <summary>The connecting node's first frame.</summary>
    Hello = 1,

    /// <summary>The accepting node's answer to <see cref="Hello"/>.</summary>
    Welcome = 2,

    /// <summary>The connection is not wanted; says why.</summary>
    Refused = 3,

    /// <summary>A socket is there.</summary>
    Announce = 4,

    /// <summary>A socket is gone.</summary>
    Withdraw = 5,

    /// <summary>A sender asks for a link to a receiver.</summary>
    OpenLink = 6,

    /// <summary>The receiver accepts the link.</summary>
    LinkOpened = 7,

    /// <summary>The receiver does not accept the link; names the field that differs.</summary>
    LinkRefused = 8,

    /// <summary>One side ends a link.</summary>
    CloseLink = 9,

    /// <summary>A memory file; its descriptor rides with the frame.</summary>
    Segment = 10,

    /// <summary>Wakes the other side of a shared-memory link.</summary>
    Doorbell = 11,

    /// <summary>A message of a link, or a part of one.</summary>
    Data = 12,

    /// <summary>The receiver's progress on a link: credit and acknowledgement.</summary>
    ReceiverState = 13,

    /// <summary>The sender's marks on a link.</summary>
    SenderState = 14,

    /// <summary>A heartbeat, to be answered.</summary>
    Ping = 15,

    /// <summary>The answer to <see cref="Ping"/>.</summary>
    Pong = 16,

    /// <summary>A tool's question.</summary>
    Query = 17,

    /// <summary>A part of the answer to <see cref="Query"/>.</summary>
    Report = 18,

    /// <summary>The connection ends in order.</summary>
    Bye = 19,

    /// <summary>A memory file will not be used any more.</summary>
    SegmentRetired = 20,

    /// <summary>The answer to <see cref="CloseLink"/>: nothing follows on the link.</summary>
    LinkClosed = 21,

    /// <summary>Where the sender says which of the receiver's blobs it uses.</summary>
    Holds = 22,
}
