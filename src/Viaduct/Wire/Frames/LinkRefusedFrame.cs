namespace Viaduct.Wire.Frames;

/// <summary>The receiver does not accept a link. "Ours" is the view of who sends this frame.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="Code">What was wrong, for programs.</param>
/// <param name="Field">The field of the channel that differs, empty if none does.</param>
/// <param name="Ours">The field's value at the refusing side; cut to <see cref="WireLimits.MaxText"/> bytes when written.</param>
/// <param name="Theirs">The field's value at the asking side; cut likewise.</param>
/// <param name="Text">What was wrong, for people; cut likewise.</param>
internal readonly record struct LinkRefusedFrame(int LinkId, string Code, string Field, string Ours, string Theirs, string Text)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.LinkRefused);
        output.VarintInt(LinkId);
        output.Text(Code);
        output.Text(Field);
        output.FreeText(Ours);
        output.FreeText(Theirs);
        output.FreeText(Text);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static LinkRefusedFrame Read(ref FrameParser input)
    {
        LinkRefusedFrame frame = new(
            input.VarintInt(field: "link"),
            input.Text(field: "code"),
            input.Text(field: "field"),
            input.Text(field: "ours"),
            input.Text(field: "theirs"),
            input.Text(field: "text"));
        input.End();
        return frame;
    }
}
