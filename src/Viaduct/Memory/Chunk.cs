using System.Runtime.InteropServices;
using Viaduct.Blobs;

namespace Viaduct.Memory;

/// <summary>
/// A piece of a pool, for one message at a time. Whoever keeps it counts as a user: a loan, and each lane that the message lies on. All of
/// them are in this process: peers hold no counts, their senders know what they have consumed. Thread-safe.
/// </summary>
internal sealed unsafe class Chunk : Piece
{
    /// <summary>Memory of the garbage collector: spans over it keep it, which those over an address would not.</summary>
    private readonly byte[]? _array;
    private readonly int _start;

    /// <summary>Users; at 0 the chunk is the pool's.</summary>
    private int _users;

    private volatile bool _exposed;

    /// <summary>Cuts a piece out of a block.</summary>
    public Chunk(PoolBlock home, long offset, int size)
    {
        Home = home;
        Offset = offset;
        Size = size;
        Segment = home.Block.SegmentId;
        Pointer = home.Block.Pointer + offset;
        if (MemoryMarshal.TryGetArray(home.Block.Slice(offset, size), out ArraySegment<byte> array))
        {
            _array = array.Array;
            _start = array.Offset;
        }
    }

    /// <summary>Where it lies.</summary>
    public PoolBlock Home { get; }

    /// <inheritdoc/>
    public override long Offset { get; }

    /// <summary>Bytes, a power of two.</summary>
    public override int Size { get; }

    /// <inheritdoc/>
    public override byte* Pointer { get; }

    /// <inheritdoc/>
    public override int Segment { get; }

    /// <summary>Whether other processes may hold it as a blob.</summary>
    public override bool IsExposed => _exposed;

    /// <inheritdoc/>
    public override bool IsOurs => true;

    /// <inheritdoc/>
    public override bool HasOneUser => Volatile.Read(ref _users) == 1;

    /// <summary>Who pays for it; set by the pool when it is rented.</summary>
    public ChunkShare Share { get; set; } = null!;

    /// <summary>Begins a tenancy with one user. By the pool, which alone has it.</summary>
    public void Begin(ChunkShare share)
    {
        Share = share;
        _exposed = false;
        Volatile.Write(ref _users, 1);
    }

    /// <inheritdoc/>
    public override bool TryHold()
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

    /// <summary>One user is through; the last one's gives the chunk back, unless other processes hold it.</summary>
    public override void Release()
    {
        if (Interlocked.Decrement(ref _users) != 0)
        {
            return;
        }

        if (_exposed)
        {
            BlobMemory.Settle(this);
        }
        else
        {
            Free();
        }
    }

    /// <inheritdoc/>
    public override void Expose() => _exposed = true;

    /// <summary>Nobody else holds it any more: what is written now nobody sees. By its one user.</summary>
    public void Hide() => _exposed = false;

    /// <inheritdoc/>
    public override void Free() => Share.Return(this);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => _array is null ? new Span<byte>(Pointer, Size) : _array.AsSpan(_start, Size);
}
