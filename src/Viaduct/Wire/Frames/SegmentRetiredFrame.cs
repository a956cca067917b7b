namespace Viaduct.Wire.Frames;

/// <summary>A memory file of the sending node will not be used any more.</summary>
/// <param name="SegmentId">The file's number.</param>
internal readonly record struct SegmentRetiredFrame(int SegmentId)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.SegmentRetired);
        output.VarintInt(SegmentId);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static SegmentRetiredFrame Read(ref FrameParser input)
    {
        SegmentRetiredFrame frame = new(input.VarintInt(field: "segment"));
        input.End();
        return frame;
    }
}
