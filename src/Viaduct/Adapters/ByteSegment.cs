using System.Buffers;

namespace Viaduct;

/// <summary>
/// A message as a part of a sequence of bytes: leased where it lies or, if that would keep its sender waiting, copied. Used again for another
/// one once it was let go.
/// </summary>
internal sealed class ByteSegment : ReadOnlySequenceSegment<byte>
{
    private Lease<ReadOnlyMemory<byte>> _lease;

    /// <summary>The copy; null while it is leased, empty once it is let go.</summary>
    private byte[]? _copy;

    /// <summary>The segment behind it; of one that is let go, the next such.</summary>
    public ByteSegment? Following
    {
        get => (ByteSegment?)Next;
        set => Next = value;
    }

    /// <summary>Puts a message behind another segment.</summary>
    public void Begin(in Lease<ReadOnlyMemory<byte>> lease, ByteSegment? previous)
    {
        _lease = lease;
        _copy = null;
        Memory = lease.Value;
        Next = null;
        RunningIndex = 0;
        if (previous is not null)
        {
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }

    /// <summary>Copies the message and consumes it. Who has spans of it must not use them any more.</summary>
    public void Keep()
    {
        if (_copy is null)
        {
            _copy = ArrayPool<byte>.Shared.Rent(Memory.Length);
            Memory.CopyTo(_copy);
            Memory = _copy.AsMemory(0, Memory.Length);
            _lease.Dispose();
        }
    }

    /// <summary>Consumes the message.</summary>
    public void Release()
    {
        byte[]? copy = _copy;
        (_copy, Memory) = ([], default);
        if (copy is null)
        {
            _lease.Dispose();
        }
        else if (copy.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Lets the next receive of the socket have the message, if it is not consumed.</summary>
    public void OfferAgain()
    {
        if (_copy is null)
        {
            _lease.OfferAgain();
        }
        else
        {
            Release();
        }
    }
}
