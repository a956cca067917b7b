using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Viaduct.Memory;

namespace Viaduct.Blobs;

/// <summary>A message's bytes and the blobs that go with it, on its way from a codec to a lane. Not thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as its format, and the list that it may have gives back what it holds.")]
internal sealed class BlobBuffer : IBufferWriter<byte>, IBlobOutput
{
    /// <summary>A buffer that grew beyond this is not kept.</summary>
    private const int KeptSize = 1 << 20;

    private ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>The blobs; null until there was one.</summary>
    public BlobList? Blobs { get; private set; }

    /// <inheritdoc/>
    public int Add(Blob blob) => (Blobs ??= new BlobList()).Add(blob);

    /// <inheritdoc/>
    public bool TryAddBytes(scoped ReadOnlySpan<byte> bytes) => false;

    /// <inheritdoc/>
    public bool TryAddPiece(Piece piece, int length) => false;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        Blobs?.Clear();
        if (_bytes.Capacity > KeptSize)
        {
            _bytes = new ArrayBufferWriter<byte>();
        }
        else
        {
            _bytes.ResetWrittenCount();
        }
    }

    /// <inheritdoc/>
    public void Advance(int count) => _bytes.Advance(count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.GetMemory(sizeHint);

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => _bytes.GetSpan(sizeHint);
}
