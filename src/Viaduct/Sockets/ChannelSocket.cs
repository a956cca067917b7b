using System.Diagnostics;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// What all sockets have in common: one end of a channel in this process, made by a <see cref="Node"/>. Thread-safe, and fastest where
/// one thread uses it; <see cref="Dispose"/> may be called at any moment.
/// </summary>
[DebuggerDisplay("{Role,nq} of {Channel.Name,nq}, {Peers.Count} peers")]
public abstract class ChannelSocket : ISocket
{
    private readonly TimeSpan _linger;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    private protected ChannelSocket(Node node, ChannelSpec channel, Pattern pattern, string role, SocketOptions options)
    {
        Node = node;
        Channel = channel;
        Pattern = pattern;
        Role = role;
        _linger = options.LingerTimeout ?? node.Options.LingerTimeout;
    }

    /// <inheritdoc/>
    public ChannelSpec Channel { get; }

    /// <inheritdoc/>
    public Pattern Pattern { get; }

    /// <inheritdoc/>
    public string Role { get; }

    /// <inheritdoc/>
    public Guid Id { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public abstract IReadOnlyList<Peer> Peers { get; }

    /// <inheritdoc/>
    public abstract SocketCounters Counters { get; }

    /// <inheritdoc/>
    public event Action<PeerChange>? PeerChanged;

    /// <summary>The node that made this socket.</summary>
    internal Node Node { get; }

    /// <summary>The sending side, if any.</summary>
    internal abstract IOutbox? OutboxOrNull { get; }

    /// <summary>The receiving side, if any.</summary>
    internal abstract IInbox? InboxOrNull { get; }

    /// <summary>The mailboxes whose changes can make <see cref="IsReady"/> true.</summary>
    internal abstract ReadOnlySpan<Mailbox> ReadySources { get; }

    /// <summary>Whether it connects (a producer, publisher or client) or listens.</summary>
    internal bool Connects => Role is "producer" or "publisher" or "client";

    /// <summary>The side whose peers are counted.</summary>
    private protected abstract Mailbox PeerMailbox { get; }

    /// <inheritdoc/>
    public bool WaitForPeers(int count, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        PeersAttempt attempt = new(this, count);
        return PeerMailbox.Block(ref attempt, timeout, cancellationToken, takes: false) switch
        {
            WaitResult.Done => true,
            WaitResult.TimedOut => false,
            _ => throw new OperationCanceledException(cancellationToken),
        };
    }

    /// <inheritdoc/>
    public async ValueTask WaitForPeersAsync(int count, CancellationToken cancellationToken = default)
    {
        if (await PeerMailbox.BlockAsync(new PeersAttempt(this, count), cancellationToken).ConfigureAwait(false) == WaitResult.Canceled)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <summary>
    /// Closes the socket. A sender first waits, at most <see cref="SocketOptions.LingerTimeout"/>, until all it sent is consumed; what
    /// is not by then is reported as an event of the node. What a receiver has not consumed goes to another. Later calls do nothing.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            CloseOnce();
        }
        finally
        {
            _closed.TrySetResult();
            GC.SuppressFinalize(this);
        }
    }

    private void CloseOnce()
    {
        // First out of the directory, so that nobody finds a socket that is about to go.
        Node.Withdraw(this);
        long rest = Close(_linger);
        if (rest > 0)
        {
            Node.Raise(new NodeEvent(
                NodeEventKind.LingerExpired, $"The {Role} of '{Channel.Name}' was closed while {rest} of its messages were not consumed.", Channel.Name));
        }

        Node.Forget(this);
    }

    /// <summary>As <see cref="Dispose"/>, without keeping the calling thread.</summary>
    /// <returns>A task that ends when the socket is closed.</returns>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return new ValueTask(_closed.Task.IsCompleted ? Task.CompletedTask : Task.Run(CloseAsync));
    }

    private Task CloseAsync()
    {
        Dispose();
        return _closed.Task;
    }

    /// <summary>Connects to a receiver of this process. False when either is closed.</summary>
    /// <exception cref="ChannelMismatchException">The message types differ.</exception>
    internal virtual bool ConnectInProcess(ChannelSocket receiver) => throw new InvalidOperationException($"A {Role} does not connect.");

    /// <summary>Whether what a <see cref="Selector"/> waits for can be done now: to receive, or to send or call; or whether that would throw.</summary>
    internal abstract bool IsReady();

    /// <summary>What there is to tell of a sender that waits while nothing moves; null if nothing.</summary>
    internal virtual string? FindStall(long now) => null;

    /// <summary>The receiving side as one of some message type, or an error that names both types.</summary>
    internal Inbox<T> InboxOf<T>(ChannelSocket receiver, string ours) => receiver.InboxOrNull as Inbox<T>
        ?? throw new ChannelMismatchException(Channel.Name, "message type", ours, receiver.InboxOrNull?.GetType().GenericTypeArguments[0].ToString() ?? "none", "the same process");

    /// <summary>What peers of this process see of this socket.</summary>
    internal PeerIdentity IdentityFor(ChannelSocket other) => new(
        Node.Id,
        Node.Name,
        Environment.ProcessId,
        Id,
        Route.InProcess,
        other.Channel.Context == Context.Thread ? "the channel's context is Thread" : "the same process");

    /// <summary>Closes a socket that could not be opened: whoever was linked with it is told.</summary>
    internal void Abort()
    {
        _disposed = 1;
        Close(TimeSpan.Zero);
    }

    /// <summary>Closes within a bound; returns how many messages were not consumed.</summary>
    private protected abstract long Close(TimeSpan linger);

    /// <summary>Raises events of peers: on the node's event thread, in order.</summary>
    private protected void OnPeerChanged(LinkEnd link, PeerState state, string reason)
    {
        PeerChange change = new(link.Peer.Describe(), state, reason);
        Action? raise = HasListeners ? () => PeerChanged?.Invoke(change) : null;
        link.Tell(state, () => Node.RaisePeerChange(this, change, raise, state == PeerState.Lost ? link.Fault : null));
    }

    /// <summary>Whether <see cref="PeerChanged"/> can have any: a socket that nobody gets to see tells the node's alone, and wakes no thread of the pool for nobody.</summary>
    private protected virtual bool HasListeners => true;

    private sealed class PeersAttempt(ChannelSocket socket, int count) : IAttempt
    {
        /// <inheritdoc/>
        static bool IAttempt.Takes => false;

        /// <inheritdoc/>
        public bool Try()
        {
            Disposed.ThrowIf(socket._disposed != 0, socket.Role, socket.Channel.Name);
            return socket.PeerCount >= count;
        }
    }

    /// <summary>Peers that are linked.</summary>
    private protected abstract int PeerCount { get; }
}
