using System.Buffers;

namespace Viaduct.Links;

/// <summary>Any codec: messages are encoded to a buffer first, since their size is known only afterwards.</summary>
internal sealed class CodecFormat<T>(ICodec<T> codec) : MessageFormat<T>
{
    /// <summary>A buffer that grew beyond this is not kept.</summary>
    private const int KeptSize = 1 << 20;

    /// <summary>The message between <see cref="Measure"/> and <see cref="Write"/>.</summary>
    private ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public override int Measure(in T message)
    {
        _buffer.ResetWrittenCount();
        codec.Encode(message, _buffer);
        return _buffer.WrittenCount;
    }

    /// <inheritdoc/>
    public override void Write(in T message, Span<byte> destination)
    {
        _buffer.WrittenSpan.CopyTo(destination);
        if (_buffer.Capacity > KeptSize)
        {
            _buffer = new ArrayBufferWriter<byte>();
        }
    }

    /// <inheritdoc/>
    public override T Read(ReadOnlySpan<byte> bytes) => codec.Decode(bytes);
}
