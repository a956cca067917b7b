using Viaduct.Wire;

namespace Viaduct.Tests.Wire;

/// <summary>Reads bytes as a receiver would.</summary>
internal static class WireBytes
{
    /// <summary>All frames of bytes that must end with a whole one.</summary>
    internal static List<DecodedFrame> ReadAll(ReadOnlySpan<byte> bytes)
    {
        List<DecodedFrame> frames = [];
        while (FrameSplitter.TryRead(bytes, out FrameType type, out ReadOnlySpan<byte> body, out int consumed))
        {
            frames.Add(DecodedFrame.Read(type, body));
            bytes = bytes[consumed..];
        }

        Assert.Equal(0, bytes.Length);
        return frames;
    }
}
