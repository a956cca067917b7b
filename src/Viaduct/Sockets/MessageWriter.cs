using System.Buffers;

namespace Viaduct;

/// <summary>A byte message in the making, to be written piece by piece and then sent. Disposed unsent it is dropped. Not thread-safe.</summary>
public sealed class MessageWriter : IBufferWriter<byte>, IDisposable
{
    private readonly Sender<ReadOnlyMemory<byte>> _sender;
    private byte[] _buffer;
    private int _written;

    internal MessageWriter(Sender<ReadOnlyMemory<byte>> sender, int sizeHint)
    {
        _sender = sender;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, 256));
    }

    /// <summary>Bytes written so far.</summary>
    public int Length => _written;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Buffer().Length - _written);
        _written += count;
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The message was sent or dropped.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsMemory(_written);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The message was sent or dropped.</exception>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsSpan(_written);
    }

    /// <summary>Sends the message, waiting for room, and ends the writer.</summary>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent and can be sent again.</param>
    public void Send(CancellationToken cancellationToken = default)
    {
        _sender.Send(Buffer().AsMemory(0, _written), cancellationToken);
        Dispose();
    }

    /// <summary>Sends the message if there is room now, and then ends the writer.</summary>
    /// <returns>Whether it was sent; if not, it can be tried again.</returns>
    public bool TrySend()
    {
        bool sent = _sender.TrySend(Buffer().AsMemory(0, _written));
        if (sent)
        {
            Dispose();
        }

        return sent;
    }

    /// <summary>Sends the message without keeping a thread while it waits for room, and ends the writer.</summary>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent and can be sent again.</param>
    /// <returns>A task that ends when the message is sent.</returns>
    public async ValueTask SendAsync(CancellationToken cancellationToken = default)
    {
        await _sender.SendAsync(Buffer().AsMemory(0, _written), cancellationToken).ConfigureAwait(false);
        Dispose();
    }

    /// <summary>Drops the message if it was not sent. Later calls do nothing.</summary>
    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private byte[] Buffer()
    {
        ObjectDisposedException.ThrowIf(_buffer.Length == 0, this);
        return _buffer;
    }

    private void Grow(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        byte[] buffer = Buffer();
        int needed = checked(_written + Math.Max(1, sizeHint));
        if (needed <= buffer.Length)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, 2L * buffer.Length), Array.MaxLength));
        buffer.AsSpan(0, _written).CopyTo(larger);
        _buffer = larger;
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
