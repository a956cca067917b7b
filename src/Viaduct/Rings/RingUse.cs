using Viaduct.Blobs;
using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>What a message in a ring uses beside its record.</summary>
internal struct RingUse
{
    /// <summary>The chunk that its payload lies in, of which it is a user; null for one in the ring itself.</summary>
    public Chunk? Chunk;

    /// <summary>Where in the chunk the payload begins.</summary>
    public int Start;

    /// <summary>The memory of the blobs that it refers to, of which it is a user: a piece, or an array of them. Null for one that refers to none.</summary>
    public object? Blobs;

    /// <summary>Ends the use.</summary>
    public readonly void Release()
    {
        Chunk?.Release();
        if (Blobs is not null)
        {
            BlobList.ReleaseAll(Blobs);
        }
    }
}
