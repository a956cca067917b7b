using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>The memory blocks of a sender, as a reader knows them.</summary>
internal interface ISegments
{
    /// <summary>The block of that number, or null when its descriptor has not arrived yet.</summary>
    MemoryBlock? Find(int segmentId);

    /// <summary>The blob that lies there, with the caller as one user more; null when no blobs lie in that block.</summary>
    /// <exception cref="ProtocolViolationException">Nothing can lie there.</exception>
    Piece? Hold(in ChunkReference reference) => null;
}
