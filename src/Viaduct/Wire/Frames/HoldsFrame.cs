namespace Viaduct.Wire.Frames;

/// <summary>Where the sending node says which of the receiver's blobs it uses: once, after the memory file that it lies in.</summary>
/// <param name="SegmentId">The file.</param>
/// <param name="Offset">Where in the file the table begins.</param>
internal readonly record struct HoldsFrame(int SegmentId, ulong Offset)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Holds);
        output.VarintInt(SegmentId);
        output.Varint(Offset);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static HoldsFrame Read(ref FrameParser input)
    {
        HoldsFrame frame = new(input.VarintInt(field: "segment"), input.Varint("offset"));
        input.End();
        return frame;
    }
}
