using Viaduct.Memory;

namespace Viaduct.Blobs;

/// <summary>A blob's memory that another process wrote. While it has users here the other process is told so, and leaves it as it is. Thread-safe.</summary>
internal sealed unsafe class ForeignPiece(ForeignSegment home, long offset) : Piece
{
    /// <summary>Users in this process. Guarded by the segment's gate.</summary>
    private int _users;

    /// <summary>Where its hold stands; -1 while it has none.</summary>
    private int _slot = -1;

    private bool _exposed;

    /// <inheritdoc/>
    public override byte* Pointer => home.Block.Pointer + offset;

    /// <inheritdoc/>
    public override int Size => (int)Math.Min(home.Block.Length - offset, int.MaxValue);

    /// <inheritdoc/>
    public override int Segment => home.RelayId;

    /// <inheritdoc/>
    public override long Offset => offset;

    /// <inheritdoc/>
    public override bool IsExposed => _exposed;

    /// <inheritdoc/>
    public override bool IsOurs => false;

    /// <inheritdoc/>
    public override string? LostOwner => home.LostOwner;

    /// <inheritdoc/>
    public override bool HasOneUser => Volatile.Read(ref _users) == 1;

    /// <summary>Adds a user, the first one also. Under the segment's gate.</summary>
    public void Enter()
    {
        if (_slot < 0)
        {
            _slot = home.AddHold(offset);
        }

        _users++;
    }

    /// <inheritdoc/>
    public override bool TryHold()
    {
        lock (home.Gate)
        {
            if (_users == 0)
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    /// <inheritdoc/>
    public override void Release()
    {
        lock (home.Gate)
        {
            if (--_users > 0)
            {
                return;
            }
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
    public override void Expose()
    {
        int relay;
        lock (home.Gate)
        {
            if (_exposed)
            {
                return;
            }

            _exposed = true;
            relay = home.Forward(_slot, offset);
        }

        if (relay != 0)
        {
            BlobMemory.Relay(home, relay);
        }
    }

    /// <inheritdoc/>
    public override void Free()
    {
        lock (home.Gate)
        {
            if (_users == 0 && _slot >= 0)
            {
                int slot = _slot;
                _slot = -1;
                _exposed = false;
                home.RemoveHold(slot);
            }
        }
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => new(Pointer, Size);
}
