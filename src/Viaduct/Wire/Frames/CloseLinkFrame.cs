namespace Viaduct.Wire.Frames;

/// <summary>One side ends a link.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Reason">Why, as the sockets number it.</param>
/// <param name="Text">Why, for people; cut to <see cref="WireLimits.MaxText"/> bytes when written.</param>
internal readonly record struct CloseLinkFrame(int LinkId, byte Reason, string Text)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.CloseLink);
        output.VarintInt(LinkId);
        output.Byte(Reason);
        output.FreeText(Text);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static CloseLinkFrame Read(ref FrameParser input)
    {
        CloseLinkFrame frame = new(input.VarintInt(field: "link"), input.Byte(field: "reason"), input.Text(field: "text"));
        input.End();
        return frame;
    }
}
