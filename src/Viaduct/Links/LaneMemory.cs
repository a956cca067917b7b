using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Where the rings of record lanes lie: in files that peers map, or in private memory that a pump reads.</summary>
internal sealed record LaneMemory(Arena Rings, ChunkPool Chunks, bool IsShared)
{
    /// <summary>Takes memory for a ring and its sender's page: both or none.</summary>
    /// <exception cref="IOException">The system has no more.</exception>
    public (Allocation Page, Allocation Ring) AllocateRing(int size)
    {
        Allocation ring = Rings.Allocate(size);
        try
        {
            return (Rings.Allocate(SenderPage.Size), ring);
        }
        catch
        {
            Rings.Free(ring);
            throw;
        }
    }
}
