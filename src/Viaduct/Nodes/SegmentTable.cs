using Microsoft.Win32.SafeHandles;
using Viaduct.Blobs;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Wire.Frames;

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

    /// <summary>Addresses are not used twice, and a process has 128 TiB of them: half are left to everything else.</summary>
    private const long MostEverMapped = 64L << 40;

    /// <summary>Files of all peers that are mapped.</summary>
    private static int s_mapped;

    /// <summary>Bytes of all files that peers ever handed over.</summary>
    private static long s_everMapped;

    private readonly Lock _lock = new();
    private readonly IdMap<SharedBlock> _blocks = new();

    /// <summary>Those of them that blobs lie in.</summary>
    private readonly IdMap<ForeignSegment> _blobs = new();

    private long _bytes;
    private bool _closed;

    /// <summary>Bytes that are mapped.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => _blocks.Find(segmentId);

    /// <inheritdoc/>
    public Piece? Hold(in ChunkReference reference) => _blobs.Find(reference.Segment)?.Hold(reference);

    /// <summary>Maps a file that arrived.</summary>
    /// <exception cref="ProtocolViolationException">It is not sealed, not of the size said, known already, or too much.</exception>
    public void Add(int segmentId, SafeFileHandle descriptor, ulong size, SegmentKind kind = SegmentKind.Messages, HoldTable? holds = null, string owner = "")
    {
        try
        {
            lock (_lock)
            {
                if (_closed)
                {
                    return;
                }

                if (_blocks.Find(segmentId) is not null || _blocks.Count >= MostSegments || size > LargestSegment || size > (ulong)(MostBytes - _bytes))
                {
                    throw new ProtocolViolationException($"The peer handed over memory file {segmentId} of {size} bytes, which is known already or more than it may make us map.");
                }

                if (Volatile.Read(ref s_mapped) >= MostMapped || Interlocked.Read(ref s_everMapped) >= MostEverMapped)
                {
                    throw new ProtocolViolationException($"The peer handed over memory file {segmentId}, but this process has mapped as many files of peers as it may.");
                }

                SafeFileHandle? file = kind == SegmentKind.Messages ? null : ForeignDescriptor.Duplicate(descriptor);
                SharedBlock block;
                try
                {
                    block = SharedBlock.Open(segmentId, descriptor, (long)size);
                }
                catch
                {
                    ForeignDescriptor.Close(file);
                    throw;
                }

                if (file is not null)
                {
                    // Before its memory is found: a message that refers to it is read as soon as that is there.
                    _blobs.Set(segmentId, new ForeignSegment(block, holds!, file, kind == SegmentKind.RelayedBlobs, owner));
                }

                _blocks.Set(segmentId, block);
                _bytes += (long)size;
                Interlocked.Increment(ref s_mapped);
                Interlocked.Add(ref s_everMapped, (long)size);
            }
        }
        finally
        {
            // Not disposed here: it may be anything, and closing it may wait for whoever made it.
            ForeignDescriptor.Close(descriptor);
        }
    }

    /// <summary>As <see cref="Find"/>, for memory that is used as long as the session lasts. On the thread of the peer's frames.</summary>
    public MemoryBlock? FindKept(int segmentId)
    {
        SharedBlock? block = _blocks.Find(segmentId);
        if (block is not null)
        {
            block.IsKept = true;
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
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            if (_blocks.Find(segmentId) is { IsKept: true } || _blocks.Remove(segmentId) is not { } block)
            {
                throw new ProtocolViolationException($"The peer retires memory file {segmentId}, which it never handed over or which links lie in.");
            }

            _bytes -= block.Length;
            Retire(block);
        }
    }

    /// <summary>Whether the peer ever handed blobs over.</summary>
    public bool HasBlobs => _blobs.Count > 0;

    /// <summary>Says of the blobs that are still held whether they stay as they are.</summary>
    public void Judge(bool isDead)
    {
        foreach (ForeignSegment segment in _blobs.Values)
        {
            segment.Judge(isDead);
        }
    }

    /// <summary>Lets go of everything; who still looks sees zeros, but for blobs that are held, and the signs of life.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            foreach (SharedBlock block in _blocks.Values)
            {
                if (block.SegmentId != 0)
                {
                    Retire(block);
                }
            }

            _bytes = 0;
            SharedBlock? life = _blocks.Find(0);
            _blocks.Clear();
            if (life is not null)
            {
                _blocks.Set(0, life);
            }
        }
    }

    /// <summary>Lets go of the signs of life, too.</summary>
    public void CloseLife()
    {
        if (_closed && _blocks.Remove(0) is { } life)
        {
            Retire(life);
        }
    }

    private void Retire(SharedBlock block)
    {
        if (_blobs.Find(block.SegmentId) is { } segment)
        {
            if (!_closed)
            {
                _blobs.Remove(block.SegmentId);
            }

            segment.Close();
        }
        else
        {
            block.Retire();
        }

        Interlocked.Decrement(ref s_mapped);
    }
}
