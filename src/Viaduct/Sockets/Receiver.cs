using System.Runtime.CompilerServices;
using Viaduct.Links;

namespace Viaduct;

/// <summary>The receiving end of a one-way channel: see <see cref="Consumer{T}"/> and <see cref="Subscriber{T}"/>.</summary>
/// <typeparam name="T">The type of the messages.</typeparam>
/// <remarks>
/// <c>Receive</c> copies a message out and consumes it at once: a crash right after loses it (at most once). A lease consumes it when
/// disposed: what a dead receiver had leased goes to another (at least once).
/// </remarks>
public abstract class Receiver<T> : ChannelSocket
{
    private readonly Inbox<T> _inbox;
    private readonly Mailbox[] _sources;

    private protected Receiver(Node node, ChannelSpec<T> channel, Pattern pattern, string role, SocketOptions options, FullMode whenFull, int? history = null)
        : base(node, channel, pattern, role, options)
    {
        int? maxLeases = ((ReceiverOptions)options).MaxLeases;
        _inbox = new Inbox<T>(channel, options, MessageFormat<T>.For(channel.EffectiveCodec), whenFull, history)
        {
            Role = role,
            PeerChanged = OnPeerChanged,
            MaxLeases = maxLeases ?? ReceiverOptions.DefaultLeases,
            RefusesVainWaits = maxLeases is null && whenFull == FullMode.Wait && channel.Capacity > 0,
        };
        _sources = [_inbox];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => _inbox.Peers;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(0, _inbox.MessagesReceived, _inbox.Bytes, Math.Max(0, _inbox.HeldLeases), 0, 0, _inbox.Missed, _inbox.Refused);

    /// <summary>
    /// Whether all known senders completed and all that they sent was received: a receive would throw <see cref="ChannelCompletedException"/>. A sender
    /// that comes later makes it false again.
    /// </summary>
    public bool IsCompleted => _inbox.Look() == TakeStatus.Ended;

    internal override IOutbox? OutboxOrNull => null;

    internal override IInbox? InboxOrNull => _inbox;

    internal Inbox<T> Inbox => _inbox;

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    private protected override Mailbox PeerMailbox => _inbox;

    private protected override int PeerCount => _inbox.Count;

    /// <summary>Receives a message, waiting for it.</summary>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>The message: a copy that is the caller's.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ChannelCompletedException">All known senders completed.</exception>
    /// <exception cref="PeerLostException">A sender was lost, and all that it had published was received; thrown once for each.</exception>
    /// <exception cref="ProtocolViolationException">A sender wrote what can't be; its link was closed.</exception>
    /// <exception cref="ChannelMismatchException">The senders that were found have other ideas of this channel.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public T Receive(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
        {
            return ReceiveUnlessCanceled(cancellationToken);
        }

        if (_inbox.TryReceive(out T message) != TakeStatus.Taken)
        {
            ReceiveWaiting(out message, CancellationToken.None);
        }

        return message;
    }

    /// <summary>A method of its own, as <see cref="ReceiveWaiting"/>: what it needs on the stack, and keeps over calls, costs the fast path stores.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private T ReceiveUnlessCanceled(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_inbox.TryReceive(out T message) != TakeStatus.Taken)
        {
            ReceiveWaiting(out message, cancellationToken);
        }

        return message;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReceiveWaiting(out T message, CancellationToken cancellationToken)
    {
        if (_inbox.Receive(out message, Timeout.InfiniteTimeSpan, cancellationToken) != TakeStatus.Taken)
        {
            throw Ended();
        }
    }

    /// <summary>Receives a message if there is one now.</summary>
    /// <param name="message">The message: a copy that is the caller's.</param>
    /// <returns>Whether there was one; false also when all known senders completed.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public bool TryReceive(out T message)
    {
        if (_inbox.TryReceive(out message) == TakeStatus.Taken)
        {
            return true;
        }

        message = default!;
        return false;
    }

    /// <summary>Receives a message if one comes within a time.</summary>
    /// <param name="message">The message: a copy that is the caller's.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>Whether there was one; false also when all known senders completed.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public bool TryReceive(out T message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        if (_inbox.Receive(out message, timeout, cancellationToken) == TakeStatus.Taken)
        {
            return true;
        }

        message = default!;
        return false;
    }

    /// <summary>Receives a message without keeping a thread while it waits.</summary>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>The message: a copy that is the caller's.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public ValueTask<T> ReceiveAsync(CancellationToken cancellationToken = default) => _inbox.ReceiveAsync(cancellationToken);

    /// <summary>Receives what messages there are now, as many as fit: for many small ones cheaper than one by one.</summary>
    /// <param name="messages">Where they go, from the start.</param>
    /// <returns>How many there were; 0 also when all known senders completed. An error that comes behind some is thrown by the next receive.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public int TryReceiveMany(Span<T> messages) => _inbox.TryReceiveMany(messages);

    /// <summary>Receives what messages there are, as many as fit, waiting for the first. It does not wait for more than one.</summary>
    /// <param name="messages">Where they go, from the start; at least one must fit.</param>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>How many there were, at least 1. An error that comes behind some is thrown by the next receive.</returns>
    /// <exception cref="ArgumentException"><paramref name="messages"/> is empty.</exception>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public int ReceiveMany(Span<T> messages, CancellationToken cancellationToken = default)
    {
        ThrowIfEmpty(messages.Length, nameof(messages));
        _inbox.BeginMany();
        messages[0] = Receive(cancellationToken);
        return _inbox.TryReceiveMore(messages, 1);
    }

    /// <summary>As <see cref="ReceiveMany"/>, without keeping a thread while it waits.</summary>
    /// <param name="messages">Where they go, from the start; at least one must fit.</param>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>How many there were, at least 1. An error that comes behind some is thrown by the next receive.</returns>
    /// <exception cref="ArgumentException"><paramref name="messages"/> is empty.</exception>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public ValueTask<int> ReceiveManyAsync(Memory<T> messages, CancellationToken cancellationToken = default)
    {
        ThrowIfEmpty(messages.Length, nameof(messages));
        return _inbox.ReceiveManyAsync(messages, cancellationToken);
    }

    /// <summary>Receives a message that is consumed when the lease is disposed, waiting for it.</summary>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>The lease; dispose it when the message was worked on, in any order.</returns>
    /// <exception cref="LeaseLimitException">
    /// <see cref="ReceiverOptions.MaxLeases"/> leases are held; or, where that is not set, this would wait for ever: all senders that are there have as many messages leased here as
    /// <see cref="ChannelSpec.Capacity"/> allows them to have out.
    /// </exception>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public Lease<T> ReceiveLease(CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        return _inbox.Lease(out Leased<T>? leased, Timeout.InfiniteTimeSpan, cancellationToken) == TakeStatus.Taken ? new Lease<T>(leased!) : throw Ended();
    }

    /// <summary>Leases a message if there is one now.</summary>
    /// <param name="lease">The lease; dispose it when the message was worked on, in any order.</param>
    /// <returns>Whether there was one; false also when all known senders completed, or can't send before a lease of this receiver ends.</returns>
    /// <exception cref="LeaseLimitException"><see cref="ReceiverOptions.MaxLeases"/> leases are held.</exception>
    /// <exception cref="PeerLostException">A sender was lost, and all that it had published was received; thrown once for each.</exception>
    /// <exception cref="ProtocolViolationException">A sender wrote what can't be; its link was closed.</exception>
    /// <exception cref="ChannelMismatchException">The senders that were found have other ideas of this channel.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool TryReceiveLease(out Lease<T> lease) => TryReceiveLease(out lease, waits: false);

    /// <summary>Leases a message if one comes within a time.</summary>
    /// <param name="lease">The lease; dispose it when the message was worked on, in any order.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>Whether there was one; false also when all known senders completed.</returns>
    /// <exception cref="LeaseLimitException">
    /// <see cref="ReceiverOptions.MaxLeases"/> leases are held; or, where that is not set and the time is <see cref="Timeout.InfiniteTimeSpan"/>, as for <see cref="ReceiveLease"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="PeerLostException">A sender was lost, and all that it had published was received; thrown once for each.</exception>
    /// <exception cref="ProtocolViolationException">A sender wrote what can't be; its link was closed.</exception>
    /// <exception cref="ChannelMismatchException">The senders that were found have other ideas of this channel.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public bool TryReceiveLease(out Lease<T> lease, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        bool taken = _inbox.Lease(out Leased<T>? leased, timeout, cancellationToken) == TakeStatus.Taken;
        lease = taken ? new Lease<T>(leased!) : default;
        return taken;
    }

    /// <summary>Leases a message without keeping a thread while it waits.</summary>
    /// <param name="cancellationToken">Ends the wait; no message is lost by it.</param>
    /// <returns>The lease; dispose it when the message was worked on, in any order.</returns>
    /// <inheritdoc cref="ReceiveLease" path="/exception"/>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public ValueTask<Lease<T>> ReceiveLeaseAsync(CancellationToken cancellationToken = default) => _inbox.LeaseAsync(cancellationToken);

    /// <summary>
    /// All messages until all known senders completed. Each is leased until the next is asked for, so one that was being worked on
    /// when this process died goes to another receiver; and one whose iteration was left by <c>break</c> or by an exception is not
    /// consumed but comes with the next receive of this socket, or goes to another when this one is closed. A lost sender is an
    /// exception, never an end.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration with an exception.</param>
    /// <returns>The messages; for byte messages the memory is valid until the next is asked for.</returns>
    /// <inheritdoc cref="ReceiveLease" path="/exception"/>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            (TakeStatus status, Received<T> received) = await _inbox.TakeAsync(cancellationToken).ConfigureAwait(false);
            if (status != TakeStatus.Taken)
            {
                yield break;
            }

            bool wanted = false;
            try
            {
                yield return received.Value;
                wanted = true;
            }
            finally
            {
                if (!wanted)
                {
                    _inbox.OfferAgain(received);
                }
            }

            _inbox.Release(received.Link, received.Position);
        }
    }

    /// <summary>All messages as leases until all known senders completed: each is consumed when it is disposed, in any order. A lost sender is an exception, never an end.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an exception.</param>
    /// <returns>The leases. Dispose each; what was not goes to another receiver when this socket is closed.</returns>
    /// <exception cref="LeaseLimitException">
    /// <see cref="ReceiverOptions.MaxLeases"/> leases are held; or, where that is not set, this would wait for ever: all senders that are there have as many messages leased here as
    /// <see cref="ChannelSpec.Capacity"/> allows them to have out.
    /// </exception>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public async IAsyncEnumerable<Lease<T>> ReadAllLeasesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            (TakeStatus status, Received<T> received) = await _inbox.TakeAsync(cancellationToken).ConfigureAwait(false);
            if (status != TakeStatus.Taken)
            {
                yield break;
            }

            yield return new Lease<T>(_inbox.Keep(received));
        }
    }

    internal override bool IsReady() => _inbox.Look() != TakeStatus.Empty;

    private protected override long Close(TimeSpan linger)
    {
        _inbox.Close();
        return 0;
    }

    private static void ThrowIfEmpty(int length, string name)
    {
        if (length == 0)
        {
            throw new ArgumentException("There must be room for at least one message.", name);
        }
    }

    /// <summary>Leases a message now if there is one.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="waits">Whether the caller waits for one, however long.</param>
    internal bool TryReceiveLease(out Lease<T> lease, bool waits)
    {
        bool taken = _inbox.TryLease(out Leased<T>? leased, waits) == TakeStatus.Taken;
        lease = taken ? new Lease<T>(leased!) : default;
        return taken;
    }

    private ChannelCompletedException Ended() => new(Channel.Name);
}
