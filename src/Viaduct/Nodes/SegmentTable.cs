using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Nodes;

/// <summary>The memory files that a peer handed us, mapped read-only. What a peer may make us map is bounded. Thread-safe.</summary>
internal sealed class SegmentTable : ISegments
{
    private const int MostSegments = 4096;
    private const long MostBytes = 16L << 30;

    private readonly ConcurrentDictionary<int, SharedBlock> _blocks = new();

    /// <summary>Files that rings, pages or signs of life lie in: they stay as long as the session.</summary>
    private readonly HashSet<int> _kept = [];

    private long _bytes;

    /// <summary>Bytes that are mapped.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => _blocks.TryGetValue(segmentId, out SharedBlock? block) ? block : null;

    /// <summary>Maps a file that arrived. Frames of one peer come one at a time.</summary>
    /// <exception cref="ProtocolViolationException">It is not sealed, not of the size said, known already, or too much.</exception>
    public void Add(int segmentId, SafeFileHandle descriptor, ulong size)
    {
        using (descriptor)
        {
            if (_blocks.ContainsKey(segmentId) || _blocks.Count >= MostSegments || size > (ulong)(MostBytes - _bytes))
            {
                throw new ProtocolViolationException($"The peer handed over memory file {segmentId} of {size} bytes, which is known already or more than it may make us map.");
            }

            _blocks[segmentId] = SharedBlock.Open(segmentId, descriptor, (long)size);
            _bytes += (long)size;
        }
    }

    /// <summary>As <see cref="Find"/>, for memory that is used as long as the session lasts. On the thread of the peer's frames.</summary>
    public MemoryBlock? FindKept(int segmentId)
    {
        MemoryBlock? block = Find(segmentId);
        if (block is not null)
        {
            _kept.Add(segmentId);
        }

        return block;
    }

    /// <summary>
    /// Lets go of a file that the peer no longer uses. A sound one retires only what nobody reads any more; whoever looks nevertheless
    /// sees zeros, since the file is mapped over and not unmapped.
    /// </summary>
    /// <exception cref="ProtocolViolationException">It was never handed over, or links lie in it.</exception>
    public void Remove(int segmentId)
    {
        if (_kept.Contains(segmentId) || !_blocks.TryRemove(segmentId, out SharedBlock? block))
        {
            throw new ProtocolViolationException($"The peer retires memory file {segmentId}, which it never handed over or which links lie in.");
        }

        _bytes -= block.Length;
        block.Retire();
    }

    /// <summary>Lets go of everything; who still looks sees zeros.</summary>
    public void Close()
    {
        foreach (SharedBlock block in _blocks.Values)
        {
            block.Retire();
        }

        _bytes = 0;
        _blocks.Clear();
    }
}
