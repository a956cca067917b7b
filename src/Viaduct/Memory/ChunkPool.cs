using System.Numerics;

namespace Viaduct.Memory;

/// <summary>
/// Memory for messages too large for a ring, in size classes (powers of two). Chunks are pre-faulted, reused warm, and
/// belong to this process: readers hold none, the sender knows from its own books when a chunk is free. Thread-safe.
/// </summary>
internal sealed class ChunkPool(Func<int, MemoryBlock> createBlock, long maximumBytes) : IDisposable
{
    /// <summary>Smaller messages than this still take one chunk of this size.</summary>
    private const int SmallestShift = 12;

    /// <summary>Blocks are at least this large, so that small chunks share one file.</summary>
    private const int SmallestBlock = 1 << 20;

    private readonly Lock _lock = new();
    private readonly Stack<Allocation>?[] _free = new Stack<Allocation>?[32];
    private readonly List<MemoryBlock> _blocks = [];
    private long _bytes;
    private bool _disposed;

    /// <summary>Somebody was refused since the last chunk came back.</summary>
    private bool _starved;

    /// <summary>Called when a chunk came back after somebody was refused; must not wait.</summary>
    public Action? Freed { get; set; }

    /// <summary>A chunk of at least <paramref name="length"/> bytes, or false when the pool's bound is reached.</summary>
    public bool TryRent(int length, out Allocation chunk)
    {
        int shift = Math.Max(SmallestShift, BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)length)));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Stack<Allocation> free = _free[shift] ??= new Stack<Allocation>();
            if (free.TryPop(out chunk))
            {
                return true;
            }

            int size = 1 << shift;
            int blockSize = Math.Max(size, SmallestBlock);
            if (_bytes + blockSize > maximumBytes)
            {
                _starved = true;
                return false;
            }

            MemoryBlock block = createBlock(blockSize);
            _blocks.Add(block);
            _bytes += blockSize;
            for (int offset = blockSize - size; offset > 0; offset -= size)
            {
                free.Push(new Allocation(block, offset, size));
            }

            chunk = new Allocation(block, 0, size);
            return true;
        }
    }

    /// <summary>Gives a chunk back. The caller guarantees that every reader is done or was told so.</summary>
    public void Return(Allocation chunk)
    {
        bool starved;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _free[BitOperations.Log2((uint)chunk.Length)]!.Push(chunk);
            starved = _starved;
            _starved = false;
        }

        if (starved)
        {
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
            foreach (MemoryBlock block in _blocks)
            {
                ((IDisposable)block).Dispose();
            }
        }
    }
}
