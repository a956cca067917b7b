using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Byte messages: a leased one is the record's own memory, another a copy.</summary>
internal sealed unsafe class BytesFormat : MessageFormat<ReadOnlyMemory<byte>>
{
    /// <inheritdoc/>
    public override bool WantsMemory => true;

    /// <inheritdoc/>
    public override int Measure(in ReadOnlyMemory<byte> message) => message.Length;

    /// <inheritdoc/>
    public override void Write(in ReadOnlyMemory<byte> message, Span<byte> destination) => message.Span.CopyTo(destination);

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(RecordReader reader, bool leased) =>
        leased ? reader.Memory : new ReadOnlySpan<byte>(reader.Payload, reader.Length).ToArray();

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Read(ReadOnlySpan<byte> bytes, ISegments? segments) => bytes.ToArray();

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Clone(in ReadOnlyMemory<byte> message, out int length)
    {
        length = message.Length;
        return message.ToArray();
    }

    /// <inheritdoc/>
    public override bool TryGetChunk(in ReadOnlyMemory<byte> message, [NotNullWhen(true)] out Chunk? chunk, out int start, out int length) =>
        MemoryMarshal.TryGetMemoryManager(message, out chunk, out start, out length);
}
