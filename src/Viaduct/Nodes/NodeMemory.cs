using Viaduct.Blobs;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Nodes;

/// <summary>A node's memory: what all its peers share, and what is private. Thread-safe.</summary>
internal sealed class NodeMemory : ISegments
{
    private const int BlockSize = 1 << 20;

    /// <summary>More than this the large messages of one node never take.</summary>
    private const long MostChunkBytes = 4L << 30;

    /// <summary>Of all nodes: blobs belong to the process, and their files have numbers among the others.</summary>
    private static int s_lastSegment;

    private readonly IdMap<MemoryBlock> _blocks = new();
    private readonly Lock _lock = new();
    private readonly List<SharedBlock> _shared = [];
    private readonly List<Session> _sharers = [];

    /// <summary>Memory of a node that shares with other processes of the machine, or does not.</summary>
    public NodeMemory(bool shares)
    {
        Private = new LaneMemory(new Arena(CreatePrivate, BlockSize), new ChunkPool(CreatePrivate, RetirePrivate, MostChunkBytes), IsShared: false);
        if (!shares)
        {
            Publishers = Private;
            return;
        }

        SharedChunks = new ChunkPool(CreateShared, RetireShared, MostChunkBytes);
        Publishers = new LaneMemory(new Arena(CreateShared, BlockSize), SharedChunks, IsShared: true);
    }

    /// <summary>For messages too large for rings that processes of this machine read; null where none is shared.</summary>
    public ChunkPool? SharedChunks { get; }

    /// <summary>For publishers' rings: one for all their subscribers.</summary>
    public LaneMemory Publishers { get; }

    /// <summary>For rings that pumps read and fill.</summary>
    public LaneMemory Private { get; }

    /// <summary>A number for one more memory file.</summary>
    public static int NextSegment() => Interlocked.Increment(ref s_lastSegment);

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => _blocks.Find(segmentId);

    /// <summary>Calls back, without waiting, when room for large messages is there again after somebody was refused.</summary>
    public void OnFreed(Action freed)
    {
        Private.Chunks.Freed = freed;
        Publishers.Chunks.Freed = freed;
    }

    /// <summary>Hands a session every shared file there is, and from now on each new one.</summary>
    public void ShareWith(Session session)
    {
        lock (_lock)
        {
            _sharers.Add(session);
            foreach (SharedBlock block in _shared)
            {
                session.Share(block);
            }
        }
    }

    /// <summary>A session is over.</summary>
    public void Forget(Session session)
    {
        lock (_lock)
        {
            _sharers.Remove(session);
        }
    }

    /// <summary>Gives memory for large messages back that lay idle for so long.</summary>
    public void Trim(TimeSpan idle)
    {
        Private.Chunks.Trim((long)idle.TotalMilliseconds);
        BlobMemory.Trim((long)idle.TotalMilliseconds);
        SharedChunks?.Trim((long)idle.TotalMilliseconds);
    }

    /// <summary>How much there is, with the pools of single peers.</summary>
    public MemoryReport Report(long mapped, IEnumerable<ChunkPool> others)
    {
        ChunkPool[] pools = SharedChunks is null ? [Private.Chunks, .. others] : [Private.Chunks, SharedChunks, .. others];
        long shared;
        lock (_lock)
        {
            shared = _shared.Sum(static block => block.Length);
        }

        return new MemoryReport
        {
            SharedBytes = shared,
            MappedBytes = mapped,
            PoolBytes = pools.Sum(static pool => pool.Bytes),
            BlobBytes = BlobMemory.Bytes,
            BlobBytesInUse = BlobMemory.Rented,
            BlobBytesCopied = BlobMemory.Copied,
            PoolBytesInUse = pools.Sum(static pool => pool.Rented),
        };
    }

    /// <summary>Gives everything back.</summary>
    public void Close()
    {
        Private.Rings.Close();
        Private.Chunks.Dispose();
        Publishers.Rings.Close();
        SharedChunks?.Dispose();
    }

    private PinnedBlock CreatePrivate(int size)
    {
        PinnedBlock block = new(size) { SegmentId = NextSegment() };
        _blocks.Set(block.SegmentId, block);
        return block;
    }

    private void RetirePrivate(MemoryBlock block) => _blocks.Remove(block.SegmentId);

    /// <summary>No message lies in the block any more: peers are told to let go of it, and it is mapped over here.</summary>
    private void RetireShared(MemoryBlock block)
    {
        _blocks.Remove(block.SegmentId);
        lock (_lock)
        {
            _shared.Remove((SharedBlock)block);
            foreach (Session session in _sharers)
            {
                session.Retire(block.SegmentId);
            }
        }

        ((SharedBlock)block).Retire();
    }

    private SharedBlock CreateShared(int size)
    {
        SharedBlock block = SharedBlock.Create(NextSegment(), size);
        _blocks.Set(block.SegmentId, block);
        lock (_lock)
        {
            _shared.Add(block);
            foreach (Session session in _sharers)
            {
                session.Share(block);
            }
        }

        return block;
    }
}
