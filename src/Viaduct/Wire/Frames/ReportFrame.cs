namespace Viaduct.Wire.Frames;

/// <summary>The head of a part of the answer to <see cref="FrameType.Query"/>; the content is the rest of the body.</summary>
/// <param name="Part">The part's number, from 0.</param>
/// <param name="Last">Whether no part follows.</param>
internal readonly record struct ReportFrame(int Part, bool Last)
{
    /// <summary>Appends the frame with a copy of <paramref name="content"/>.</summary>
    internal void Write(FrameBuilder output, ReadOnlySpan<byte> content)
    {
        output.Begin(FrameType.Report, Varint.Length((uint)Part) + 1 + content.Length);
        output.VarintInt(Part);
        output.Byte(Last ? (byte)1 : (byte)0);
        output.Bytes(content);
        output.End();
    }

    /// <summary>Reads the head; the content is then <see cref="FrameParser.Rest"/>.</summary>
    internal static ReportFrame Read(ref FrameParser input) => new(input.VarintInt(field: "part"), input.Flag("last"));
}
