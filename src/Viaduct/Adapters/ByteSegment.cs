using System.Buffers;

namespace Viaduct;

/// <summary>A message as a part of a sequence of bytes: leased where it lies or, if that would keep its sender waiting, copied.</summary>
internal sealed class ByteSegment : ReadOnlySequenceSegment<byte>
{
    private readonly Lease<ReadOnlyMemory<byte>> _lease;
    private byte[]? _copy;

    /// <summary>Puts a message behind another segment.</summary>
    public ByteSegment(in Lease<ReadOnlyMemory<byte>> lease, ByteSegment? previous)
    {
        _lease = lease;
        Memory = lease.Value;
        if (previous is not null)
        {
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }

    /// <summary>The segment behind it.</summary>
    public ByteSegment? Following => (ByteSegment?)Next;

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
        if (_copy is null)
        {
            _lease.Dispose();
            return;
        }

        byte[] copy = _copy;
        (_copy, Memory) = ([], default);
        if (copy.Length > 0)
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
