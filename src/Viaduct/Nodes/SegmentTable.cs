using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Nodes;

/// <summary>The memory files that a peer handed us, mapped read-only. What a peer may make us map is bounded. Thread-safe.</summary>
internal sealed class SegmentTable : ISegments
{
    private const int MostSegments = 4096;
    private const long MostBytes = 16L << 30;

    /// <summary>Larger files no sender makes, and memory that programs hold can't reach further.</summary>
    private const long LargestSegment = int.MaxValue;

    /// <summary>The kernel allows a process 65,530 mappings; half of them are left to everything else.</summary>
    private const int MostMapped = 32_768;

    /// <summary>Files of all peers that are mapped.</summary>
    private static int s_mapped;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<int, SharedBlock> _blocks = new();
    private long _bytes;
    private bool _closed;

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => _blocks.TryGetValue(segmentId, out SharedBlock? block) ? block : null;

    /// <summary>Maps a file that arrived.</summary>
    /// <exception cref="ProtocolViolationException">It is not sealed, not of the size said, known already, or too much.</exception>
    public void Add(int segmentId, SafeFileHandle descriptor, ulong size)
    {
        try
        {
            lock (_lock)
            {
                if (_closed)
                {
                    return;
                }

                if (_blocks.ContainsKey(segmentId) || _blocks.Count >= MostSegments || size > LargestSegment || size > (ulong)(MostBytes - _bytes))
                {
                    throw new ProtocolViolationException($"The peer handed over memory file {segmentId} of {size} bytes, which is known already or more than it may make us map.");
                }

                if (Volatile.Read(ref s_mapped) >= MostMapped)
                {
                    throw new ProtocolViolationException($"The peer handed over memory file {segmentId}, but {MostMapped} files of peers are mapped already.");
                }

                _blocks[segmentId] = SharedBlock.Open(segmentId, descriptor, (long)size);
                _bytes += (long)size;
                Interlocked.Increment(ref s_mapped);
            }
        }
        finally
        {
            // Not disposed here: it may be anything, and closing it may wait for whoever made it.
            ForeignDescriptor.Close(descriptor);
        }
    }

    /// <summary>Lets go of everything; who still looks sees zeros.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (SharedBlock block in _blocks.Values)
            {
                block.Retire();
                Interlocked.Decrement(ref s_mapped);
            }

            _blocks.Clear();
        }
    }
}
