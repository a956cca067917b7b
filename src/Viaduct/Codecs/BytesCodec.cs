using System.Buffers;

namespace Viaduct;

/// <summary>Bytes as they are.</summary>
internal sealed class BytesCodec : ICodec<ReadOnlyMemory<byte>>
{
    public string Schema => "bytes";

    public void Encode(in ReadOnlyMemory<byte> message, IBufferWriter<byte> output) => output.Write(message.Span);

    public ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> message) => message.ToArray();
}
