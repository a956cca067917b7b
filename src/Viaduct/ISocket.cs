namespace Viaduct;

/// <summary>One end of a channel in this program: a producer, consumer, publisher, subscriber, client or server.</summary>
/// <remarks>
/// Sockets are opened by a node. All members are thread-safe, <see cref="IDisposable.Dispose"/> included: it may be called at any moment, from any
/// thread, more than once. Disposing waits, up to the linger time, until what was sent is consumed; what is left then is reported as a
/// <see cref="NodeEventKind.LingerExpired"/> event.
/// </remarks>
public interface ISocket : IDisposable, IAsyncDisposable
{
    /// <summary>The channel's specification.</summary>
    ChannelSpec Channel { get; }

    /// <summary>The channel's pattern, as it follows from this socket.</summary>
    Pattern Pattern { get; }

    /// <summary>The socket's role: <c>producer</c>, <c>consumer</c>, <c>publisher</c>, <c>subscriber</c>, <c>client</c> or <c>server</c>.</summary>
    string Role { get; }

    /// <summary>The socket's identity; new for each socket.</summary>
    Guid Id { get; }

    /// <summary>A snapshot of the peers that are there, with the route to each and why it was taken.</summary>
    IReadOnlyList<Peer> Peers { get; }

    /// <summary>A snapshot of what the socket has done so far.</summary>
    SocketCounters Counters { get; }

    /// <summary>
    /// A peer came, moved or went. Raised on a thread of the library, one change after the other; a handler should not block. What a
    /// handler throws is reported as a <see cref="NodeEventKind.HandlerFailed"/> event of the node.
    /// </summary>
    event Action<PeerChange>? PeerChanged;

    /// <summary>Waits until at least so many peers are there.</summary>
    /// <param name="count">The number of peers.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether they are there; <see langword="false"/> when the time passed first.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The socket is or was disposed.</exception>
    bool WaitForPeers(int count, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Waits until at least so many peers are there.</summary>
    /// <param name="count">The number of peers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when they are there.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The socket is or was disposed.</exception>
    ValueTask WaitForPeersAsync(int count, CancellationToken cancellationToken = default);
}
