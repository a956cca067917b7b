namespace Viaduct.Wire.Frames;

/// <summary>
/// The answer to <see cref="FrameType.CloseLink"/>: this side has let go of the link too, and the other may free its memory.
/// </summary>
/// <param name="LinkId">The link.</param>
/// <param name="Side">Who says so: 0 the link's sender, 1 its receiver.</param>
internal readonly record struct LinkClosedFrame(int LinkId, byte Side)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.LinkClosed);
        output.VarintInt(LinkId);
        output.Byte(Side);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static LinkClosedFrame Read(ref FrameParser input)
    {
        LinkClosedFrame frame = new(input.VarintInt(field: "link"), input.Byte(1, "side"));
        input.End();
        return frame;
    }
}
