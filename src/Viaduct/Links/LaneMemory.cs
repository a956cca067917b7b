using Viaduct.Memory;

namespace Viaduct.Links;

/// <summary>Where the rings of record lanes lie: in files that peers map, or in private memory that a pump reads.</summary>
internal sealed record LaneMemory(Arena Rings, ChunkPool Chunks, bool IsShared);
