namespace Viaduct.Wire.Frames;

/// <summary>The connection is not wanted. Its layout is the same in every version of the wire format.</summary>
/// <param name="Code">What was wrong, for programs.</param>
/// <param name="Text">What was wrong, for people; cut to <see cref="WireLimits.MaxText"/> bytes when written.</param>
internal readonly record struct RefusedFrame(string Code, string Text)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Refused);
        output.Text(Code);
        output.FreeText(Text);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static RefusedFrame Read(ref FrameParser input)
    {
        RefusedFrame frame = new(input.Text(field: "code"), input.Text(field: "text"));
        input.End();
        return frame;
    }
}
