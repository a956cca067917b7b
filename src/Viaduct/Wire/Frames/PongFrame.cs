namespace Viaduct.Wire.Frames;

/// <summary>The answer to <see cref="FrameType.Ping"/>.</summary>
/// <param name="Stamp">A number that means something only to who sent the Ping.</param>
internal readonly record struct PongFrame(ulong Stamp)
{
    /// <summary>Appends the frame.</summary>
    internal void Write(FrameBuilder output)
    {
        output.Begin(FrameType.Pong);
        output.Varint(Stamp);
        output.End();
    }

    /// <summary>Reads the body.</summary>
    internal static PongFrame Read(ref FrameParser input)
    {
        PongFrame frame = new(input.Varint("stamp"));
        input.End();
        return frame;
    }
}
