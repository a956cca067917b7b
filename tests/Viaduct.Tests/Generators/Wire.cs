using System.Buffers;
using Viaduct.Messages;

namespace Viaduct.Tests.Generators;

/// <summary>Messages to bytes and back.</summary>
internal static class Wire
{
    internal static byte[] Write<T>(T message, ICodec<T>? codec = null)
    {
        var output = new ArrayBufferWriter<byte>();
        (codec ?? GeneratedCodecs.Get<T>()).Encode(message, output);
        return output.WrittenSpan.ToArray();
    }

    internal static T Read<T>(ReadOnlySpan<byte> bytes, ICodec<T>? codec = null) => (codec ?? GeneratedCodecs.Get<T>()).Decode(bytes);

    /// <summary>Reads a message of one type as one of another: what an older or newer program does.</summary>
    internal static TTo As<TFrom, TTo>(TFrom message) => Read<TTo>(Write(message));

    /// <summary>What a codec makes of fields that are written one by one.</summary>
    internal delegate void Fields(ref WireWriter writer);

    internal static byte[] Bytes(Fields fields)
    {
        var output = new ArrayBufferWriter<byte>();
        WireWriter writer = new(output);
        fields(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }
}
