namespace Viaduct.Wire.Frames;

/// <summary>Wakes one side of a shared-memory link.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Side">Who rings: 0 the link's sender, 1 its receiver. The other end is woken.</param>
internal readonly record struct DoorbellFrame(int LinkId, byte Side)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Doorbell);
        output.VarintInt(LinkId);
        output.Byte(Side);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static DoorbellFrame Read(ref FrameParser input)
    {
        DoorbellFrame frame = new(input.VarintInt(field: "link"), input.Byte(1, "side"));
        input.End();
        return frame;
    }
}
