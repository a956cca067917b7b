using System.Buffers;
using System.Diagnostics;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// A byte message in the making, in memory that its receivers will read: what is written here is not copied again on this machine. Sending
/// gives the memory away and ends the loan; disposed unsent it goes back. Copies of a loan are the same loan.
/// </summary>
/// <remarks>
/// The memory is not cleared: it may hold bytes of earlier messages of this node, so write all that is sent. Not thread-safe, but may be disposed on any
/// thread. A span or memory of a loan that has ended may show, or overwrite, bytes of later messages; using it is an error in the program but never
/// a fault. Handed on as an <see cref="IBufferWriter{T}"/> it is boxed; generic methods take it as it is.
/// </remarks>
/// <example><code>
/// using Loan loan = producer.Loan(frameSize);
/// camera.Read(loan.Span);
/// loan.Send();
/// </code></example>
[DebuggerDisplay("{Length} bytes")]
public readonly struct Loan : IBufferWriter<byte>, IDisposable
{
    private readonly Loaned<ReadOnlyMemory<byte>>? _loan;
    private readonly uint _ticket;

    internal Loan(Loaned<ReadOnlyMemory<byte>> loan)
    {
        _loan = loan;
        _ticket = loan.Ticket;
    }

    /// <summary>Bytes of the message: as many as were asked for, changed by <see cref="Resize"/> and <see cref="Advance"/>.</summary>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed.</exception>
    public int Length => Checked().Length;

    /// <summary>The message's bytes, to be written.</summary>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed.</exception>
    public Span<byte> Span
    {
        get
        {
            Loaned<ReadOnlyMemory<byte>> loan = Checked();
            return loan.Chunk.GetSpan()[..loan.Length];
        }
    }

    /// <summary>The message's bytes, to be written, as memory.</summary>
    /// <returns>The memory, valid until the loan ends or grows.</returns>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed.</exception>
    public Memory<byte> AsMemory()
    {
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        return loan.Chunk.First(loan.Length);
    }

    /// <summary>Makes the message longer or shorter. What was written stays; the memory may move when it grows.</summary>
    /// <param name="length">The message's new length in bytes.</param>
    /// <exception cref="MessageTooLargeException">It is larger than <see cref="ChannelSpec.MaxMessageSize"/>.</exception>
    /// <exception cref="IOException">It outgrows its memory, and the system has no more.</exception>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed; or it outgrows its memory, and its node was disposed.</exception>
    public void Resize(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        Reserve(loan, length);
        loan.Outbox.SetLength(loan, _ticket, length);
    }

    /// <summary>Adds bytes that were written behind the message's end to the message.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not that much room; see <see cref="GetSpan"/>.</exception>
    /// <exception cref="MessageTooLargeException">The message is then larger than <see cref="ChannelSpec.MaxMessageSize"/>.</exception>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed.</exception>
    public void Advance(int count)
    {
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, loan.Chunk.Size - loan.Length);
        Reserve(loan, loan.Length + count);
        loan.Outbox.SetLength(loan, _ticket, loan.Length + count);
    }

    /// <summary>Room behind the message's end; the memory may move.</summary>
    /// <param name="sizeHint">The least room in bytes; 0 = some.</param>
    /// <returns>The room.</returns>
    /// <exception cref="MessageTooLargeException">The message is then larger than <see cref="ChannelSpec.MaxMessageSize"/>.</exception>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed.</exception>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Loaned<ReadOnlyMemory<byte>> loan = Grown(sizeHint);
        return loan.Chunk.First(loan.Chunk.Size)[loan.Length..];
    }

    /// <inheritdoc cref="GetMemory"/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Loaned<ReadOnlyMemory<byte>> loan = Grown(sizeHint);
        return loan.Chunk.GetSpan()[loan.Length..];
    }

    /// <summary>Gives the message to the receivers, waiting for room, and ends the loan.</summary>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent and can be sent again.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the message was not sent.</exception>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed, or its socket was disposed.</exception>
    /// <exception cref="ChannelCompletedException">The channel was completed at this end.</exception>
    /// <exception cref="DeliveryInDoubtException">With capacity 0, cancelled: the receiver died while it may have received the message.</exception>
    public void Send(CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        loan.Outbox.Send(loan, _ticket, Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Gives the message to the receivers if there is room now, and then ends the loan.</summary>
    /// <returns>Whether it was sent; if not, it can be tried again.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public bool TrySend()
    {
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        return loan.Outbox.TrySend(loan, _ticket);
    }

    /// <summary>Gives the message to the receivers if there is room within a time, and then ends the loan.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent and can be sent again.</param>
    /// <returns>Whether it was sent; if not, it can be tried again.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public bool TrySend(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        return loan.Outbox.Send(loan, _ticket, timeout, cancellationToken);
    }

    /// <summary>Gives the message to the receivers without keeping a thread while it waits for room, and ends the loan.</summary>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent and can be sent again.</param>
    /// <returns>A task that ends when the message is sent.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public ValueTask SendAsync(CancellationToken cancellationToken = default)
    {
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        return loan.Outbox.SendAsync(loan, _ticket, cancellationToken);
    }

    /// <summary>Gives the memory back if the message was not sent. Later calls do nothing.</summary>
    public void Dispose() => _loan?.Outbox.End(_loan, _ticket);

    private Loaned<ReadOnlyMemory<byte>> Checked() =>
        _loan is not null && _loan.Ticket == _ticket ? _loan : throw Disposed.Of("The loan has ended: it was sent or disposed.");

    private Loaned<ReadOnlyMemory<byte>> Grown(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        Loaned<ReadOnlyMemory<byte>> loan = Checked();
        Reserve(loan, checked(loan.Length + Math.Max(1, sizeHint)));
        return loan;
    }

    private void Reserve(Loaned<ReadOnlyMemory<byte>> loan, int length)
    {
        ChannelSpec channel = loan.Outbox.Channel;
        if (length <= loan.Chunk.Size && length <= channel.MaxMessageSize)
        {
            return;
        }

        if (length > channel.MaxMessageSize)
        {
            throw MessageTooLargeException.Of(channel, length);
        }

        loan.Outbox.Grow(loan, _ticket, length);
    }
}
