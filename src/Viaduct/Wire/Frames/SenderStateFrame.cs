namespace Viaduct.Wire.Frames;

/// <summary>What a sender says about its link: the first time where it begins, later which message it wants back.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Position">The first message's position; counts in the first frame of a link.</param>
/// <param name="Offset">Where that message's record begins in the ring, in bytes; counts in the first frame, with shared memory.</param>
/// <param name="History">How many messages from there on were sent before the receiver came; counts in the first frame.</param>
/// <param name="Revoke">The position + 1 of the message that is asked back, 0 for none.</param>
internal readonly record struct SenderStateFrame(int LinkId, ulong Position, int Offset, int History, ulong Revoke)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.SenderState);
        output.VarintInt(LinkId);
        output.Varint(Position);
        output.VarintInt(Offset);
        output.VarintInt(History);
        output.Varint(Revoke);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static SenderStateFrame Read(ref FrameParser input)
    {
        SenderStateFrame frame = new(
            input.VarintInt(field: "link"), input.Varint("position"), input.VarintInt(field: "offset"), input.VarintInt(field: "history"), input.Varint("revoke"));
        input.End();
        return frame;
    }
}
