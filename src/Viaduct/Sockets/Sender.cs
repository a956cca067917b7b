using System.Runtime.CompilerServices;
using Viaduct.Links;

namespace Viaduct;

/// <summary>The sending end of a one-way channel: see <see cref="Producer{T}"/> and <see cref="Publisher{T}"/>.</summary>
/// <typeparam name="T">The type of the messages.</typeparam>
/// <remarks>
/// <c>Send</c> copies at every distance: the message is the caller's again when it returns. <c>HandOver</c> gives an object away: a
/// receiver in this process gets the very object, others a copy as with <c>Send</c>. For types without references both are the same.
/// </remarks>
public abstract class Sender<T> : ChannelSocket
{
    private readonly Outbox<T> _outbox;
    private readonly Mailbox[] _sources;

    private protected Sender(Node node, ChannelSpec<T> channel, Pattern pattern, string role, SocketOptions options, Outbox<T> outbox)
        : base(node, channel, pattern, role, options)
    {
        _outbox = outbox;
        _sources = [outbox];
        outbox.AllowLoans(node.Memory.Publishers.Chunks, ((SenderOptions)options).MaxLoans);
        outbox.Role = role;
        outbox.PeerChanged = OnPeerChanged;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => _outbox.Peers;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(
        _outbox.MessagesSent, 0, _outbox.Bytes, CountOutstanding(), _outbox.Redelivered, _outbox.DeadLettered, CountMissed(), _outbox.Refused);

    internal override IOutbox? OutboxOrNull => _outbox;

    internal override IInbox? InboxOrNull => null;

    internal Outbox<T> Outbox => _outbox;

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    internal override string? FindStall(long now) => _outbox.FindStall(now);

    private protected override Mailbox PeerMailbox => _outbox;

    private protected override int PeerCount => _outbox.Count;

    /// <summary>
    /// Sends a copy of a message. Waits while the channel's capacity of sent messages is unconsumed; with capacity 0, until a receiver has received it.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent.</param>
    /// <exception cref="ArgumentNullException">The reference to the message refers to nothing (<see cref="Unsafe.NullRef{T}"/>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, and the message was not sent.</exception>
    /// <exception cref="ChannelCompletedException">The channel was completed at this end.</exception>
    /// <exception cref="ChannelMismatchException">The receivers that were found have other ideas of this channel.</exception>
    /// <exception cref="RoleTakenException">The topology allows one sender, and there is another.</exception>
    /// <exception cref="MessageTooLargeException">The message is larger than <see cref="ChannelSpec.MaxMessageSize"/>.</exception>
    /// <exception cref="DeliveryInDoubtException">With capacity 0, cancelled: the receiver died while it may have received the message.</exception>
    /// <exception cref="IOException">A large message needs memory, and the system has none, or no descriptor for its file. Nothing was sent; it works again when there is some.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public void Send(in T message, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled || !_outbox.TrySendUsual(message))
        {
            SendInProcess(message, cancellationToken);
        }
    }

    /// <summary>A method of its own, as the next one: what is kept over calls has to be saved, which are stores that a small message waits for (decision 0030).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendInProcess(in T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled || !_outbox.TrySendInProcess(message))
        {
            SendLonger(message, cancellationToken);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendLonger(in T message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_outbox.Channel.Capacity == 0 || !_outbox.TrySend(message, handOver: false))
        {
            _outbox.Send(message, handOver: false, Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    /// <summary>Sends a copy of a message if there is room now; with capacity 0, if a receive is waiting for it.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was sent.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public bool TrySend(in T message) => _outbox.TrySendUsual(message) || _outbox.TrySendInProcess(message) || _outbox.TrySend(message, handOver: false);

    /// <summary>Sends a copy of a message if there is room within a time.</summary>
    /// <param name="message">The message.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent.</param>
    /// <returns>Whether it was sent.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public bool TrySend(in T message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        return _outbox.Send(message, handOver: false, timeout, cancellationToken);
    }

    /// <summary>Sends a copy of a message without keeping a thread while it waits.</summary>
    /// <param name="message">The message. For objects the copy is made when there is room, so leave it alone until then.</param>
    /// <param name="cancellationToken">Ends the wait; the message was then not sent.</param>
    /// <returns>A task that ends when the message is sent.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public ValueTask SendAsync(T message, CancellationToken cancellationToken = default) =>
        _outbox.SendAsync(message, handOver: false, cancellationToken);

    /// <summary>
    /// Sends copies of as many messages as there is room for now, in their order: for many small ones cheaper than one by one. With capacity 0 it is a <see cref="TrySend(in T)"/> of the first.
    /// </summary>
    /// <param name="messages">The messages.</param>
    /// <returns>How many were sent, from the first on. What can't be sent at all throws when it is the first.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public int TrySendMany(ReadOnlySpan<T> messages) => _outbox.TrySendMany(messages);

    /// <summary>Sends copies of messages in their order, waiting for room where there is none.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Ends the wait; those before were sent. Who has to know how many uses <see cref="TrySendMany"/>.</param>
    /// <inheritdoc cref="Send" path="/exception"/>
    public void SendMany(ReadOnlySpan<T> messages, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        for (int sent = TrySendMany(messages); sent < messages.Length; sent += TrySendMany(messages[sent..]))
        {
            Send(messages[sent++], cancellationToken);
        }
    }

    /// <summary>As <see cref="SendMany"/>, without keeping a thread while it waits.</summary>
    /// <param name="messages">The messages. Leave them alone until the task has ended.</param>
    /// <param name="cancellationToken">Ends the wait; those before were sent.</param>
    /// <returns>A task that ends when all are sent.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public ValueTask SendManyAsync(ReadOnlyMemory<T> messages, CancellationToken cancellationToken = default) =>
        _outbox.SendManyAsync(messages, cancellationToken);

    /// <summary>Gives a message away. Don't use it afterwards: a receiver in this process has the very object.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the message is then still the caller's.</param>
    /// <inheritdoc cref="Send" path="/exception"/>
    public void HandOver(T message, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        _outbox.Send(message, handOver: true, Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Gives a message away if there is room now.</summary>
    /// <param name="message">The message. After false it is still the caller's.</param>
    /// <returns>Whether it was sent.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public bool TryHandOver(T message) => _outbox.TrySend(message, handOver: true);

    /// <summary>Gives a message away without keeping a thread while it waits for room.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the message is then still the caller's.</param>
    /// <returns>A task that ends when the message is sent.</returns>
    /// <inheritdoc cref="Send" path="/exception"/>
    public ValueTask HandOverAsync(T message, CancellationToken cancellationToken = default) =>
        _outbox.SendAsync(message, handOver: true, cancellationToken);

    /// <summary>No more messages come from here. Receivers are told once all is consumed; <see cref="CompleteAsync"/> waits for that.</summary>
    public void Complete() => _outbox.Complete();

    /// <summary>No more messages come from here; waits until all is consumed and the receivers were told.</summary>
    /// <param name="cancellationToken">Ends the wait, not the completion.</param>
    /// <returns>A task that ends when all is consumed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask CompleteAsync(CancellationToken cancellationToken = default) => _outbox.CompleteAsync(cancellationToken);

    internal override bool ConnectInProcess(ChannelSocket receiver) =>
        InProcessLink.Connect(_outbox, IdentityFor(receiver), InboxOf<T>(receiver, typeof(T).ToString()), receiver.IdentityFor(this));

    internal override bool IsReady() => _outbox.IsReady();

    private protected override long Close(TimeSpan linger) => _outbox.Close(linger);

    private long CountOutstanding()
    {
        _outbox.EnterGate();
        try
        {
            return _outbox.Outstanding;
        }
        finally
        {
            _outbox.ExitGate();
        }
    }

    private long CountMissed() => _outbox.Missed;
}
