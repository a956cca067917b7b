using System.Buffers;
using Viaduct.Memory;

namespace Viaduct.Blobs;

/// <summary>A blob's bytes as memory: those that the blob has when they are looked at, and none once it has ended. Keeps the blob. Thread-safe as the blob is.</summary>
internal sealed class BlobView(Blob blob) : MemoryManager<byte>
{
    /// <summary>As much as the blob has now.</summary>
    public override Memory<byte> Memory => CreateMemory(blob.Length);

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        Piece piece = blob.Piece;
        return piece.GetSpan()[..blob.Length];
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => blob.Piece.Pin(elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
