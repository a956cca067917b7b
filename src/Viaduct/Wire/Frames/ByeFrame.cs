namespace Viaduct.Wire.Frames;

/// <summary>The connection ends in order.</summary>
/// <param name="Text">Why, for people; cut to <see cref="WireLimits.MaxText"/> bytes when written.</param>
internal readonly record struct ByeFrame(string Text)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Bye);
        output.FreeText(Text);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static ByeFrame Read(ref FrameParser input)
    {
        ByeFrame frame = new(input.Text(field: "text"));
        input.End();
        return frame;
    }
}
