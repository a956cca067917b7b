using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Values without references: their bytes as they are.</summary>
internal sealed unsafe class UnmanagedFormat<T>(string schema) : MessageFormat<T>
{
    /// <inheritdoc/>
    public override int FixedSize => Unsafe.SizeOf<T>();

    /// <inheritdoc/>
    public override int Measure(in T message) => Unsafe.SizeOf<T>();

    /// <inheritdoc/>
    public override void Write(in T message, Span<byte> destination)
    {
        fixed (byte* place = destination)
        {
            Shared.WriteMessage(place, message);
        }
    }

    /// <inheritdoc/>
    public override T Read(RecordReader reader, bool leased) =>
        reader.Length == Unsafe.SizeOf<T>() ? Shared.ReadMessage<T>(reader.Payload) : throw Wrong(reader.Length);

    /// <inheritdoc/>
    public override T Read(ReadOnlySpan<byte> bytes, ISegments? segments) =>
        bytes.Length == Unsafe.SizeOf<T>() ? Unsafe.ReadUnaligned<T>(in bytes[0]) : throw Wrong(bytes.Length);

    /// <inheritdoc/>
    public override T Clone(in T message, out int length)
    {
        length = Unsafe.SizeOf<T>();
        return message;
    }

    /// <summary>The chunk of the value that is just being handed over. Set and used under the socket's gate.</summary>
    public Chunk? Handed { get; set; }

    /// <inheritdoc/>
    public override bool TryGetChunk(in T message, [NotNullWhen(true)] out Chunk? chunk, out int start, out int length)
    {
        (chunk, start, length) = (Handed, 0, Unsafe.SizeOf<T>());
        return chunk is not null;
    }

    private ProtocolViolationException Wrong(int length) =>
        new($"A message of {length} bytes arrived where {schema} was expected.");
}
