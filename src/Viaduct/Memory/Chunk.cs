using System.Buffers;
using System.Runtime.InteropServices;

namespace Viaduct.Memory;

/// <summary>
/// A piece of a pool, for one message at a time. Whoever keeps it counts as a user: a loan, and each lane that the message lies on. All of
/// them are in this process: peers hold no counts, their senders know what they have consumed. Thread-safe.
/// </summary>
internal sealed unsafe class Chunk : MemoryManager<byte>
{
    /// <summary>Memory of the garbage collector: spans over it keep it, which those over an address would not.</summary>
    private readonly byte[]? _array;
    private readonly int _start;

    /// <summary>Users; at 0 the chunk is the pool's.</summary>
    private int _users;

    /// <summary>Cuts a piece out of a block.</summary>
    public Chunk(PoolBlock home, long offset, int size)
    {
        Home = home;
        Offset = offset;
        Size = size;
        Pointer = home.Block.Pointer + offset;
        if (MemoryMarshal.TryGetArray(home.Block.Slice(offset, size), out ArraySegment<byte> array))
        {
            _array = array.Array;
            _start = array.Offset;
        }
    }

    /// <summary>Where it lies.</summary>
    public PoolBlock Home { get; }

    /// <summary>The first byte's offset in the block.</summary>
    public long Offset { get; }

    /// <summary>Bytes, a power of two.</summary>
    public int Size { get; }

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; }

    /// <summary>The block's number at its node.</summary>
    public int Segment => Home.Block.SegmentId;

    /// <summary>Who pays for it; set by the pool when it is rented.</summary>
    public ChunkShare Share { get; set; } = null!;

    /// <summary>Begins a tenancy with one user. By the pool, which alone has it.</summary>
    public void Begin(ChunkShare share)
    {
        Share = share;
        Volatile.Write(ref _users, 1);
    }

    /// <summary>Adds a user. False when there is none left: the caller's right to the memory has ended.</summary>
    public bool TryHold()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
            {
                return true;
            }

            users = found;
        }

        return false;
    }

    /// <summary>One user is through; the last one's gives the chunk back.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Share.Return(this);
        }
    }

    /// <summary>Its first bytes, as memory that user code may hold: it may grow stale, it never faults.</summary>
    public Memory<byte> First(int length) => CreateMemory(length);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => _array is null ? new Span<byte>(Pointer, Size) : _array.AsSpan(_start, Size);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(Pointer + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
