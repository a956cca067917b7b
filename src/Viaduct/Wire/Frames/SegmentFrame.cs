namespace Viaduct.Wire.Frames;

/// <summary>A memory file of the sending node; its descriptor rides with the frame's first byte.</summary>
/// <param name="SegmentId">The file's number; 0 is the node's life file.</param>
/// <param name="Size">The file's size in bytes; to be checked against the descriptor before anything is mapped.</param>
/// <param name="Kind">What lies in it.</param>
internal readonly record struct SegmentFrame(int SegmentId, ulong Size, SegmentKind Kind = SegmentKind.Messages)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Segment);
        output.VarintInt(SegmentId);
        output.Varint(Size);
        output.Byte((byte)Kind);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static SegmentFrame Read(ref FrameParser input)
    {
        SegmentFrame frame = new(input.VarintInt(field: "segment"), input.Varint("size"), (SegmentKind)input.Byte((byte)SegmentKind.RelayedBlobs, "kind"));
        input.End();
        return frame;
    }
}
