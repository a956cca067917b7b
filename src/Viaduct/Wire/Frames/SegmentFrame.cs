namespace Viaduct.Wire.Frames;

/// <summary>A memory file of the sending node; its descriptor rides with the frame's first byte.</summary>
/// <param name="SegmentId">The file's number; 0 is the node's life file.</param>
/// <param name="Size">The file's size in bytes; to be checked against the descriptor before anything is mapped.</param>
internal readonly record struct SegmentFrame(int SegmentId, ulong Size)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Segment);
        output.VarintInt(SegmentId);
        output.Varint(Size);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static SegmentFrame Read(ref FrameParser input)
    {
        SegmentFrame frame = new(input.VarintInt(field: "segment"), input.Varint("size"));
        input.End();
        return frame;
    }
}
