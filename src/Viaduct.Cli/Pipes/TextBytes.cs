using System.Buffers;

namespace Viaduct.Cli.Pipes;

/// <summary>
/// The codec of text channels without the detour over <see cref="string"/>: same schema, so programs that use <c>ChannelSpec&lt;string&gt;</c>
/// are at the other end, but the message stays UTF-8. Thread-safe.
/// </summary>
internal sealed class TextBytes : ICodec<ReadOnlyMemory<byte>>
{
    /// <inheritdoc/>
    public string Schema => Codec.Text.Schema;

    /// <inheritdoc/>
    public void Encode(in ReadOnlyMemory<byte> message, IBufferWriter<byte> output)
    {
        output.Write(message.Span);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> message)
    {
        return message.ToArray();
    }
}
