using Microsoft.Win32.SafeHandles;
using Viaduct.Memory;
using Viaduct.Nodes;
using Viaduct.Rings;

namespace Viaduct.Blobs;

/// <summary>Memory of a peer's blobs, mapped read-only. Stays mapped as long as one of them is held here. Thread-safe.</summary>
internal sealed unsafe class ForeignSegment(SharedBlock block, HoldTable holds, SafeFileHandle descriptor, bool isRelayed, string owner)
{
    /// <summary>Blobs begin at multiples of so many bytes.</summary>
    private const int Alignment = 4096;

    private readonly Lock _lock = new();

    /// <summary>What was ever held of it, by where it begins.</summary>
    private readonly Dictionary<long, ForeignPiece> _pieces = [];

    private int _held;
    private int _relayId;
    private bool _closed;

    /// <summary>The memory.</summary>
    public SharedBlock Block => block;

    /// <summary>Its file, to be handed on.</summary>
    public SafeFileHandle Descriptor => descriptor;

    /// <summary>The number under which it is handed on; 0 while it is not.</summary>
    public int RelayId => Volatile.Read(ref _relayId);

    /// <summary>Whose it is, once what lies here may be others' bytes: nobody keeps them any more.</summary>
    public string? LostOwner { get; private set; }

    /// <summary>Guards the users of its pieces.</summary>
    public Lock Gate => _lock;

    /// <summary>What begins there, with one user more: the caller.</summary>
    /// <exception cref="ProtocolViolationException">Nothing can lie there.</exception>
    public ForeignPiece Hold(in ChunkReference reference)
    {
        Check(reference, block);
        long offset = reference.Offset;
        lock (_lock)
        {
            if (!_pieces.TryGetValue(offset, out ForeignPiece? piece))
            {
                piece = new ForeignPiece(this, offset);
                _pieces.Add(offset, piece);
            }

            piece.Enter();
            return piece;
        }
    }

    /// <summary>Whether a blob can lie there.</summary>
    /// <exception cref="ProtocolViolationException">None can.</exception>
    public static void Check(in ChunkReference reference, MemoryBlock block)
    {
        (long offset, int length) = (reference.Offset, reference.Length);
        if (offset < 0 || (offset & (Alignment - 1)) != 0 || length < 0 || offset >= block.Length || length > block.Length - offset)
        {
            throw new ProtocolViolationException($"A blob of {length} bytes at {offset} of memory file {block.SegmentId} was referred to, which has {block.Length} bytes.");
        }
    }

    /// <summary>Writes the hold of a piece that had none. Under the gate.</summary>
    public int AddHold(long offset)
    {
        int slot = holds.Add(HoldTable.KeyOf(block.SegmentId, offset));
        _held++;
        return slot;
    }

    /// <summary>Ends the hold of a piece. Under the gate.</summary>
    public void RemoveHold(int slot)
    {
        holds.Remove(slot);
        if (--_held == 0 && _closed)
        {
            End();
        }
    }

    /// <summary>Others are about to rely on a hold; the number under which they find the memory. Under the gate.</summary>
    public int Forward(int slot, long offset)
    {
        holds.Forward(slot, HoldTable.KeyOf(block.SegmentId, offset));
        if (_relayId == 0)
        {
            Volatile.Write(ref _relayId, NodeMemory.NextSegment());
            return _relayId;
        }

        return 0;
    }

    /// <summary>Nothing of it will be held any more that is not held now: its owner retired it, or the connection ended.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _closed = true;
                if (_held == 0)
                {
                    End();
                }
            }
        }
    }

    /// <summary>Some time after the connection ended: says whether what is still held stays as it is.</summary>
    /// <param name="isDead">Whether the peer's process has ended, so that nobody is left who could write it.</param>
    public void Judge(bool isDead)
    {
        if (!isDead || isRelayed)
        {
            LostOwner = owner;
        }
    }

    private void End()
    {
        if (_relayId != 0)
        {
            BlobMemory.EndRelay(_relayId);
        }

        block.Retire();
        descriptor.Dispose();
    }
}
