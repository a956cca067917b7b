using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>The memory blocks of a sender, as a reader knows them.</summary>
internal interface ISegments
{
    /// <summary>The block of that number, or null when its descriptor has not arrived yet.</summary>
    MemoryBlock? Find(int segmentId);
}
