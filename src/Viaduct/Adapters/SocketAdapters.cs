using System.IO.Pipelines;
using System.Threading.Channels;

namespace Viaduct;

/// <summary>Sockets as what .NET programs read and write already. An adapter owns nothing: its socket stays open until it is disposed itself.</summary>
public static class SocketAdapters
{
    /// <summary>A receiver as the reader of a <see cref="Channel{T}"/>.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="receiver">The socket.</param>
    /// <returns>
    /// The reader, thread-safe. Reading consumes a message at once. It completes when all known senders completed and everything was
    /// read; a lost sender, or the socket's being disposed, is the error that it completes with. What other senders send after that is
    /// received by a new reader of the same socket. A message that can't be decoded is an exception of the read that found it.
    /// </returns>
    public static ChannelReader<T> AsChannelReader<T>(this Receiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new ReceiverChannelReader<T>(receiver);
    }

    /// <summary>A sender as the writer of a <see cref="Channel{T}"/>.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="sender">The socket.</param>
    /// <param name="handOver">
    /// Whether objects are given away, as <see cref="Sender{T}.HandOver"/> does and as a <see cref="Channel{T}"/> does; the program must not use them
    /// afterwards. Defaults to <see langword="false"/>: they are copied.
    /// </param>
    /// <returns>
    /// The writer, thread-safe. Writing waits while the channel's capacity is unconsumed. Completing it completes the socket; completing it with
    /// an error delivers what was written, and then every receiver gets a <see cref="PeerLostException"/> with the error's text.
    /// </returns>
    public static ChannelWriter<T> AsChannelWriter<T>(this Sender<T> sender, bool handOver = false)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new SenderChannelWriter<T>(sender, handOver);
    }

    /// <summary>A receiver of byte messages as a stream of bytes to parse.</summary>
    /// <param name="receiver">The socket.</param>
    /// <returns>
    /// The reader, for one thread at a time. Where one message ends and the next begins is not to be seen. Bytes are read where they lie, and a
    /// message is consumed when its last byte is; but when a read asks for more while bytes are left unconsumed, these are copied and
    /// their messages consumed, so that the sender has room to send the rest. Completing the reader drops what was copied and
    /// what was consumed in part; whole messages come with the next receive of the socket. A lost sender is an exception, never an end.
    /// </returns>
    public static PipeReader AsPipeReader(this Receiver<ReadOnlyMemory<byte>> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new ReceiverPipeReader(receiver);
    }

    /// <summary>A sender of byte messages as a stream of bytes to write.</summary>
    /// <param name="sender">The socket.</param>
    /// <returns>
    /// The writer, for one thread at a time. Each flush sends what was written since the last as one message (as several where it is more than
    /// <see cref="ChannelSpec.MaxMessageSize"/>) and waits while there is no room. Completing it flushes and completes the socket; completing it
    /// with an error drops what was not flushed, and every receiver gets a <see cref="PeerLostException"/> with the error's text.
    /// </returns>
    /// <exception cref="ArgumentException">No message of the channel may have a byte: its <see cref="ChannelSpec.MaxMessageSize"/> is 0.</exception>
    public static PipeWriter AsPipeWriter(this Sender<ReadOnlyMemory<byte>> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        if (sender.Channel.MaxMessageSize == 0)
        {
            throw new ArgumentException(
                $"A stream of bytes needs messages that may have some: those of channel '{sender.Channel.Name}' may not ({nameof(ChannelSpec.MaxMessageSize)} is 0). Give it a larger one, at each end.",
                nameof(sender));
        }

        return new SenderPipeWriter(sender);
    }
}
