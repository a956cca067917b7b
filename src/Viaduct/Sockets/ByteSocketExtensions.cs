using Viaduct.Links;

namespace Viaduct;

/// <summary>What sockets of byte channels (<c>ChannelSpec&lt;ReadOnlyMemory&lt;byte&gt;&gt;</c>) can do besides.</summary>
public static class ByteSocketExtensions
{
    /// <summary>Sends a copy of some bytes, waiting for room.</summary>
    /// <param name="sender">The socket.</param>
    /// <param name="message">The bytes; the caller's again when this returns.</param>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent.</param>
    /// <inheritdoc cref="Sender{T}.Send" path="/exception"/>
    public static unsafe void Send(this Sender<ReadOnlyMemory<byte>> sender, ReadOnlySpan<byte> message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        fixed (byte* first = message)
        {
            SpanMemory memory = SpanMemory.Rent(first, message.Length);
            try
            {
                sender.Send(memory.Memory, cancellationToken);
            }
            finally
            {
                memory.Return();
            }
        }
    }

    /// <summary>Sends a copy of some bytes if there is room now.</summary>
    /// <param name="sender">The socket.</param>
    /// <param name="message">The bytes; the caller's again when this returns.</param>
    /// <returns>Whether they were sent.</returns>
    /// <inheritdoc cref="Sender{T}.Send" path="/exception"/>
    public static unsafe bool TrySend(this Sender<ReadOnlyMemory<byte>> sender, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(sender);
        fixed (byte* first = message)
        {
            SpanMemory memory = SpanMemory.Rent(first, message.Length);
            try
            {
                return sender.TrySend(memory.Memory);
            }
            finally
            {
                memory.Return();
            }
        }
    }

    /// <summary>Receives a message into a buffer of the caller's, waiting for it; allocates nothing.</summary>
    /// <param name="receiver">The socket.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>The message's length in bytes.</returns>
    /// <exception cref="ArgumentException">The buffer is smaller than the message, which comes again with the next receive.</exception>
    /// <inheritdoc cref="Receiver{T}.Receive" path="/exception"/>
    public static int Receive(this Receiver<ReadOnlyMemory<byte>> receiver, Span<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        Lease<ReadOnlyMemory<byte>> lease = receiver.ReceiveLease(cancellationToken);
        ReadOnlySpan<byte> message = lease.Value.Span;
        if (message.Length > destination.Length)
        {
            lease.OfferAgain();
            throw new ArgumentException($"The message has {message.Length} bytes, the buffer {destination.Length}. It comes again with the next receive.", nameof(destination));
        }

        message.CopyTo(destination);
        lease.Dispose();
        return message.Length;
    }
}
