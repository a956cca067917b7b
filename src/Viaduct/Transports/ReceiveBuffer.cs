using System.Buffers;

namespace Viaduct.Transports;

/// <summary>
/// Received bytes that wait for the rest of their frame. Starts small and doubles only when what was received has filled it, so that a
/// silent connection costs little and a lying length costs nothing. Not thread-safe.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    /// <summary>The first size in bytes.</summary>
    internal const int Smallest = 1024;

    /// <summary>
    /// The last size in bytes: at least twice the longest frame, so that a partial frame always leaves room to receive into.
    /// </summary>
    internal const int Largest = 256 * 1024;

    /// <summary>The bytes; from the shared pool, to which <see cref="Dispose"/> gives it back.</summary>
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Smallest);

    /// <summary>The first byte that is not consumed; at most <see cref="_end"/>.</summary>
    private int _start;

    /// <summary>Behind the last received byte.</summary>
    private int _end;

    /// <summary>Whether the last receive filled all room: more is probably there.</summary>
    private bool _filled;

    /// <summary>The bytes that are not consumed.</summary>
    internal ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>What the buffer can hold now, in bytes.</summary>
    internal int Capacity => _buffer.Length;

    /// <summary>Room to receive into; never empty as long as less than <see cref="Largest"/> bytes wait.</summary>
    internal Memory<byte> Room()
    {
        int waiting = _end - _start;
        if (_filled && _buffer.Length < Largest)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            Received.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
            (_start, _end) = (0, waiting);
        }
        else if (_start > 0 && (waiting == 0 || _buffer.Length - _end < _buffer.Length / 2))
        {
            Received.CopyTo(_buffer);
            (_start, _end) = (0, waiting);
        }

        _filled = false;
        return _buffer.AsMemory(_end);
    }

    /// <summary>Adds what was received into <see cref="Room"/>.</summary>
    internal void Add(int count)
    {
        _end += count;
        _filled = _end == _buffer.Length;
    }

    /// <summary>Takes bytes off the front.</summary>
    internal void Consume(int count) => _start += count;

    /// <summary>Gives the memory back; nothing may be called afterwards but this.</summary>
    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        (_start, _end) = (0, 0);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
