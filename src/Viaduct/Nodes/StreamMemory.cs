using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Nodes;

/// <summary>
/// Where the large messages that one peer sends over a stream are put together. Bounded for each peer, so that none can take what another
/// needs; the collector has it back when the session is over and the last lease has ended. Thread-safe.
/// </summary>
internal sealed class StreamMemory : ISegments
{
    /// <summary>More than this the large messages of one peer never take.</summary>
    private const long MostBytes = 4L << 30;

    private readonly IdMap<MemoryBlock> _blocks = new();
    private int _lastSegment;

    /// <summary>Memory beside an arena for rings.</summary>
    public StreamMemory(Arena rings)
    {
        Lanes = new LaneMemory(rings, new ChunkPool(Create, block => _blocks.Remove(block.SegmentId), MostBytes), IsShared: false);
    }

    /// <summary>For rings that the reading loop fills.</summary>
    public LaneMemory Lanes { get; }

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => _blocks.Find(segmentId);

    private PinnedBlock Create(int size)
    {
        PinnedBlock block = new(size) { SegmentId = Interlocked.Increment(ref _lastSegment) };
        _blocks.Set(block.SegmentId, block);
        return block;
    }
}
