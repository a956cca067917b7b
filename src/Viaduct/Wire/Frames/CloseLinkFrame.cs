namespace Viaduct.Wire.Frames;

/// <summary>One side ends a link.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Side">Who ends it: 0 the link's sender, 1 its receiver.</param>
/// <param name="Text">Why, for people, empty for an end in order; cut to <see cref="WireLimits.MaxText"/> bytes when written.</param>
internal readonly record struct CloseLinkFrame(int LinkId, byte Side, string Text)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.CloseLink);
        output.VarintInt(LinkId);
        output.Byte(Side);
        output.FreeText(Text);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static CloseLinkFrame Read(ref FrameParser input)
    {
        CloseLinkFrame frame = new(input.VarintInt(field: "link"), input.Byte(1, "side"), input.Text(field: "text"));
        input.End();
        return frame;
    }
}
