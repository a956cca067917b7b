using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Blobs;

/// <summary>The blobs of a message that is still kept, for who reads it once more where it was written.</summary>
internal sealed class SentBlobs(object held) : ISegments
{
    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => null;

    /// <inheritdoc/>
    public Piece? Hold(in ChunkReference reference)
    {
        foreach (Piece piece in held as Piece[] ?? [(Piece)held])
        {
            if (piece.Segment == reference.Segment && piece.Offset == reference.Offset && piece.TryHold())
            {
                return piece;
            }
        }

        return null;
    }
}
