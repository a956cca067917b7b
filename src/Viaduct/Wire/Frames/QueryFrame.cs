namespace Viaduct.Wire.Frames;

/// <summary>A tool's question.</summary>
/// <param name="Kind">What is asked, as the nodes number it: 0 the node's report.</param>
internal readonly record struct QueryFrame(byte Kind)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Query);
        output.Byte(Kind);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static QueryFrame Read(ref FrameParser input)
    {
        QueryFrame frame = new(input.Byte(field: "kind"));
        input.End();
        return frame;
    }
}
