namespace Viaduct.Messages;

/// <summary>Values of 16 bytes.</summary>
internal static class SixteenBytes
{
    /// <summary>Reads such a value's bytes.</summary>
    internal static ReadOnlySpan<byte> Read(ref WireReader reader, string typeName)
    {
        ReadOnlySpan<byte> bytes = reader.ReadOwnBytes();
        return bytes.Length == 16 ? bytes : throw new ProtocolViolationException($"A {typeName} of {bytes.Length} bytes was found; it has 16.");
    }
}
