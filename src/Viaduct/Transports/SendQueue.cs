using Microsoft.Win32.SafeHandles;

namespace Viaduct.Transports;

/// <summary>Bytes that wait to be sent, and the descriptors that ride with some of them. Not thread-safe.</summary>
internal sealed class SendQueue
{
    /// <summary>A larger buffer is given up when it is empty.</summary>
    private const int KeptBuffer = 256 * 1024;

    /// <summary>The descriptors, in order.</summary>
    private readonly Queue<Rider> _descriptors = new();

    private byte[] _buffer = [];

    /// <summary>Where the bytes that wait begin and end in the buffer.</summary>
    private int _start;
    private int _end;

    /// <summary>The position in the stream of the first byte that waits.</summary>
    private long _position;

    /// <summary>The bytes that wait.</summary>
    internal int Length => _end - _start;

    /// <summary>Whether nothing waits.</summary>
    internal bool IsEmpty => _end == _start;

    /// <summary>Appends a copy of the bytes; the descriptor is kept open from here on, whatever the caller does with its handle.</summary>
    internal void Append(ReadOnlySpan<byte> bytes, SafeFileHandle? descriptor)
    {
        MakeRoom(bytes.Length);
        if (descriptor is not null)
        {
            bool held = false;
            descriptor.DangerousAddRef(ref held);
            _descriptors.Enqueue(new Rider(_position + Length, descriptor));
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>What one call may send next: bytes up to the next one that a descriptor rides with.</summary>
    internal ReadOnlySpan<byte> Next(out SafeFileHandle? descriptor)
    {
        descriptor = null;
        int length = Length;
        foreach (Rider rider in _descriptors)
        {
            if (rider.Position != _position)
            {
                length = (int)Math.Min(length, rider.Position - _position);
                break;
            }

            descriptor = rider.Descriptor;
        }

        return _buffer.AsSpan(_start, length);
    }

    /// <summary>Takes off what was sent; the descriptor of its first byte went with it.</summary>
    internal void Advance(int sent)
    {
        if (sent > 0 && _descriptors.TryPeek(out Rider? first) && first.Position == _position)
        {
            _descriptors.Dequeue().Descriptor.DangerousRelease();
        }

        _position += sent;
        _start += sent;
        if (_start == _end)
        {
            _start = _end = 0;
            if (_buffer.Length > KeptBuffer)
            {
                _buffer = [];
            }
        }
    }

    /// <summary>Drops everything.</summary>
    internal void Clear()
    {
        while (_descriptors.TryDequeue(out Rider? dropped))
        {
            dropped.Descriptor.DangerousRelease();
        }

        _position += Length;
        _start = _end = 0;
        _buffer = [];
    }

    private void MakeRoom(int more)
    {
        if (_buffer.Length - _end >= more)
        {
            return;
        }

        int length = Length;
        byte[] target = _buffer;
        if (_buffer.Length < length + more || _start < _buffer.Length / 2)
        {
            target = new byte[Math.Max(Math.Max(4096, length + more), (int)Math.Min(2L * _buffer.Length, Transport.MaxQueued))];
        }

        Buffer.BlockCopy(_buffer, _start, target, 0, length);
        _buffer = target;
        _start = 0;
        _end = length;
    }

    /// <summary>A descriptor, and the position in the stream of the byte that it leaves with.</summary>
    private sealed record Rider(long Position, SafeFileHandle Descriptor);
}
