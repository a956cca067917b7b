namespace Viaduct.Wire.Frames;

/// <summary>A heartbeat, to be answered with the same stamp.</summary>
/// <param name="Stamp">A number that means something only to who sent the Ping.</param>
internal readonly record struct PingFrame(ulong Stamp)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Ping);
        output.Varint(Stamp);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static PingFrame Read(ref FrameParser input)
    {
        PingFrame frame = new(input.Varint("stamp"));
        input.End();
        return frame;
    }
}
