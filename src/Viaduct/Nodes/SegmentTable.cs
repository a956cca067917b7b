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
    private long _bytes;

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

    /// <summary>Lets go of a file that the peer no longer uses.</summary>
    public void Remove(int segmentId)
    {
        if (_blocks.TryRemove(segmentId, out SharedBlock? block))
        {
            _bytes -= block.Length;
            block.Retire();
        }
    }

    /// <summary>Lets go of everything; who still looks sees zeros.</summary>
    public void Close()
    {
        foreach (SharedBlock block in _blocks.Values)
        {
            block.Retire();
        }

        _blocks.Clear();
    }
}
