namespace Viaduct.Memory;

/// <summary>
/// Ranges for rings and pages out of a few large blocks, so that ten thousand links need no ten thousand files.
/// Thread-safe. Ranges come zeroed, aligned to 128 bytes.
/// </summary>
internal sealed unsafe class Arena(Func<int, MemoryBlock> createBlock, int blockSize)
{
    private const int Alignment = 128;

    private readonly Lock _lock = new();

    /// <summary>Every block, in the order of creation.</summary>
    private readonly List<MemoryBlock> _blocks = [];

    /// <summary>Free ranges: neighbours are merged when one is returned.</summary>
    private readonly List<Allocation> _free = [];

    private int _taken;
    private bool _closed;

    /// <summary>Takes a zeroed range.</summary>
    /// <exception cref="ObjectDisposedException">The arena's owner was closed.</exception>
    public Allocation Allocate(int length)
    {
        length = (length + (Alignment - 1)) & ~(Alignment - 1);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            for (int i = 0; i < _free.Count; i++)
            {
                Allocation range = _free[i];
                if (range.Length >= length)
                {
                    return Take(i, range, length);
                }
            }

            MemoryBlock block = createBlock(Math.Max(blockSize, length));
            _blocks.Add(block);
            _free.Add(new Allocation(block, 0, (int)block.Length));
            return Take(_free.Count - 1, _free[^1], length);
        }
    }

    /// <summary>Gives a range back. The caller guarantees that no reader or writer is left.</summary>
    public void Free(Allocation range)
    {
        lock (_lock)
        {
            _taken--;
            if (_closed)
            {
                // Not cleared: a peer may still be reading what was sent last. The pages go with the last mapping.
                if (_taken == 0)
                {
                    Release();
                }

                return;
            }

            new Span<byte>(range.Pointer, range.Length).Clear();
            for (int i = _free.Count - 1; i >= 0; i--)
            {
                Allocation other = _free[i];
                if (!ReferenceEquals(other.Block, range.Block))
                {
                    continue;
                }

                if (other.Offset + other.Length == range.Offset)
                {
                    range = other with { Length = other.Length + range.Length };
                    _free.RemoveAt(i);
                }
                else if (range.Offset + range.Length == other.Offset)
                {
                    range = range with { Length = range.Length + other.Length };
                    _free.RemoveAt(i);
                }
            }

            _free.Add(range);
        }
    }

    /// <summary>Nothing more is allocated; once the last range came back, every block goes back to the system.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            if (_taken == 0)
            {
                Release();
            }
        }
    }

    private void Release()
    {
        foreach (MemoryBlock block in _blocks)
        {
            ((IDisposable)block).Dispose();
        }

        _blocks.Clear();
        _free.Clear();
    }

    private Allocation Take(int index, Allocation range, int length)
    {
        _taken++;
        if (range.Length == length)
        {
            _free.RemoveAt(index);
        }
        else
        {
            _free[index] = new Allocation(range.Block, range.Offset + length, range.Length - length);
        }

        return range with { Length = length };
    }
}
