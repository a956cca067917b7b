using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Viaduct.Linux;

namespace Viaduct.Memory;

/// <summary>
/// Memory for loans and for messages too large for a ring, in size classes (powers of two). Chunks are pre-faulted and belong to this process:
/// readers hold none, the sender knows from its own books when a chunk is free. The one that came back last goes out first, so that what is not
/// needed lies idle. Grows by whole blocks, and shrinks by those. Thread-safe.
/// </summary>
/// <param name="createBlock">Makes a block of so many bytes.</param>
/// <param name="retireBlock">Gives a block back that no reader will look at any more.</param>
/// <param name="maximumBytes">The bound on all blocks; beyond it each share still gets one chunk, so that nobody can stop all others.</param>
internal sealed class ChunkPool(Func<int, MemoryBlock> createBlock, Action<MemoryBlock> retireBlock, long maximumBytes) : IDisposable
{
    /// <summary>Smaller messages than this still take one chunk of this size.</summary>
    private const int SmallestShift = 12;

    /// <summary>Blocks are at least this large, so that small chunks share one file.</summary>
    private const int SmallestBlock = 1 << 20;

    /// <summary>
    /// What a stream uses in turn: a quarter of the cache that the cores share, within bounds. Little enough to stay there, and enough that memory
    /// which is written again has left the caches of the core that read it: taking it back from there costs the writer up to a third of its speed.
    /// </summary>
    private static readonly int s_rotationBytes = (int)Math.Clamp(CacheSize.Largest / 4, LeastRotationBytes, MostRotationBytes);

    private const int LeastRotationBytes = 1 << 20;
    private const int MostRotationBytes = 8 << 20;

    /// <summary>The most of them, however small; a power of two.</summary>
    public const int MostRotation = 64;

    /// <summary>One that is written, one that is read, one between them.</summary>
    private const int LeastRotation = 3;

    /// <summary>With no more chunks than these in a rotation it hardly is one.</summary>
    private const int FewInRotation = 4;

    private readonly Lock _lock = new();
    private readonly Stack<Chunk>?[] _free = new Stack<Chunk>?[32];
    private readonly List<PoolBlock> _blocks = [];
    private readonly List<ChunkShare> _shares = [];
    private long _bytes;
    private long _rented;
    private bool _disposed;

    /// <summary>Somebody was refused since the last chunk came back.</summary>
    private bool _starved;

    /// <summary>Called when a chunk, or the room of an idle block, came back after somebody was refused; must not wait.</summary>
    public Action? Freed { get; set; }

    /// <summary>Bytes of all blocks.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes of the chunks that shares have.</summary>
    public long Rented => Volatile.Read(ref _rented);

    /// <summary>Whether somebody was refused since a chunk came back last.</summary>
    public bool IsStarved => Volatile.Read(ref _starved);

    /// <summary>Bytes of the chunk that a message of so many bytes takes.</summary>
    public static int SizeFor(int length) => 1 << Math.Max(SmallestShift, 32 - BitOperations.LeadingZeroCount((uint)Math.Max(length, 1) - 1));

    /// <summary>How many chunks of a size a stream uses in turn, where its capacity allows it.</summary>
    public static int Rotation(int size) => Math.Clamp(s_rotationBytes >> BitOperations.Log2((uint)size), LeastRotation, MostRotation);

    /// <summary>With so many messages of a length in flight, those that were consumed are asked for before more memory is taken.</summary>
    public static int EnoughInFlight(int length) => FillsCaches(length) ? 0 : Rotation(SizeFor(length)) / 2;

    /// <summary>
    /// Whether the receivers are asked before a message of a length takes memory, even where some came back before: few such fill the caches, and
    /// a look is nothing beside one of them.
    /// </summary>
    public static bool LooksFirst(int length) => Rotation(SizeFor(length)) < MostRotation;

    /// <summary>
    /// Whether a few messages of a length fill the caches. Of such as few chunks as can be are in use: none is got ready while another is out, and who
    /// has nothing out writes the one again that came back last.
    /// </summary>
    public static bool FillsCaches(int length) => Rotation(SizeFor(length)) <= FewInRotation;

    /// <summary>A share comes into being.</summary>
    public void Add(ChunkShare share)
    {
        lock (_lock)
        {
            _shares.Add(share);
        }
    }

    /// <summary>A share keeps nothing any more.</summary>
    public void Remove(ChunkShare share)
    {
        lock (_lock)
        {
            _shares.Remove(share);
        }
    }

    /// <summary>A chunk of one of the sizes on a share's account, or false when a bound is reached.</summary>
    public bool TryRent(ChunkShare share, int size, ChunkNeed need, [MaybeNullWhen(false)] out Chunk chunk)
    {
        while (!TryTake(share, size, need, out chunk))
        {
            if (need != ChunkNeed.Needed || !TryStarve(out ChunkShare[] shares))
            {
                return false;
            }

            // From now on nobody keeps what comes back. What was kept before is asked for, and may be what is missing.
            Array.ForEach(shares, static other => other.Flush());
        }

        return true;
    }

    /// <summary>Says that somebody is refused; false where that is known since a chunk came back last.</summary>
    private bool TryStarve(out ChunkShare[] shares)
    {
        lock (_lock)
        {
            bool first = !_starved;
            _starved = true;
            shares = first ? [.. _shares] : [];
            return first;
        }
    }

    private bool TryTake(ChunkShare share, int size, ChunkNeed need, [MaybeNullWhen(false)] out Chunk chunk)
    {
        lock (_lock)
        {
            if (_disposed)
            {
                throw Disposed.Of("The node was disposed: it has no memory for messages any more.");
            }

            if (share.Bytes > 0 && share.Bytes + size > share.Limit && need != ChunkNeed.Insisted)
            {
                chunk = null;
                return false;
            }

            Stack<Chunk> free = _free[BitOperations.Log2((uint)size)] ??= new Stack<Chunk>();
            if (!free.TryPop(out chunk))
            {
                if (share.Bytes > 0 && _bytes + Math.Max(size, SmallestBlock) > maximumBytes && need != ChunkNeed.Insisted)
                {
                    return false;
                }

                chunk = Grow(free, size);
            }

            share.Bytes += size;
            _rented += size;
            chunk.Home.Rented++;
            chunk.Begin(share);
            return true;
        }
    }

    /// <summary>Takes a chunk back. The caller guarantees that every reader is done or was told so.</summary>
    public void Return(ChunkShare share, Chunk chunk)
    {
        bool starved;
        lock (_lock)
        {
            share.Bytes -= chunk.Size;
            _rented -= chunk.Size;
            if (--chunk.Home.Rented == 0)
            {
                chunk.Home.IdleSince = Environment.TickCount64;
            }

            if (_disposed)
            {
                return;
            }

            _free[BitOperations.Log2((uint)chunk.Size)]!.Push(chunk);
            starved = _starved;
            _starved = false;
        }

        if (starved)
        {
            Freed?.Invoke();
        }
    }

    /// <summary>Gives blocks back of which no chunk was out for so many milliseconds.</summary>
    public void Trim(long idle)
    {
        List<PoolBlock>? retired = null;
        bool starved;
        lock (_lock)
        {
            long now = Environment.TickCount64;
            foreach (PoolBlock block in _blocks)
            {
                if (block.Rented == 0 && now - block.IdleSince >= idle)
                {
                    (retired ??= []).Add(block);
                }
            }

            if (retired is null || _disposed)
            {
                return;
            }

            foreach (PoolBlock block in retired)
            {
                _blocks.Remove(block);
                _bytes -= block.Block.Length;
            }

            for (int shift = SmallestShift; shift < _free.Length; shift++)
            {
                // The order stays: what came back last goes out first.
                if (_free[shift] is { Count: > 0 } free)
                {
                    Chunk[] kept = Array.FindAll(free.ToArray(), chunk => !retired.Contains(chunk.Home));
                    Array.Reverse(kept);
                    _free[shift] = new Stack<Chunk>(kept);
                }
            }

            starved = _starved;
            _starved = false;
        }

        foreach (PoolBlock block in retired)
        {
            retireBlock(block.Block);
        }

        if (starved)
        {
            // What idled in other sizes was missing to who was refused.
            Freed?.Invoke();
        }
    }

    /// <summary>Gives every block back to the system.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (PoolBlock block in _blocks)
            {
                ((IDisposable)block.Block).Dispose();
            }
        }
    }

    private Chunk Grow(Stack<Chunk> free, int size)
    {
        int blockSize = Math.Max(size, SmallestBlock);
        PoolBlock block = new(createBlock(blockSize));
        _blocks.Add(block);
        _bytes += blockSize;
        for (int offset = blockSize - size; offset > 0; offset -= size)
        {
            free.Push(new Chunk(block, offset, size));
        }

        return new Chunk(block, 0, size);
    }
}
