using System.Runtime.CompilerServices;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// Receives requests of clients and answers them, each once, in any order. Thread-safe: several threads may serve one socket.
/// </summary>
/// <typeparam name="TRequest">The type of the requests.</typeparam>
/// <typeparam name="TReply">The type of the replies.</typeparam>
/// <example><code>
/// using Server&lt;string, string&gt; server = node.OpenServer(new CallSpec&lt;string, string&gt;("ping"));
/// while (true)
/// {
///     using Request&lt;string, string&gt; request = server.Receive();
///     request.Reply("pong");
/// }
/// </code></example>
public sealed class Server<TRequest, TReply> : ChannelSocket
{
    private readonly Mailbox[] _sources;

    internal Server(Node node, CallSpec<TRequest, TReply> channel, ServerOptions options)
        : base(node, channel, Pattern.ClientServer, "server", options)
    {
        Requests = new Inbox<TRequest>(channel, options, MessageFormat<TRequest>.For(channel.EffectiveRequestCodec), FullMode.Wait)
        {
            PeerChanged = OnPeerChanged,
        };
        _sources = [Requests];
        Replies = new ReplyOutbox<Reply<TReply>>(
            channel, options, new ReplyFormat<TReply>(MessageFormat<TReply>.For(channel.EffectiveReplyCodec)));
        Requests.Role = Replies.Role = Role;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => Requests.Peers;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(
        Replies.MessagesSent, Requests.MessagesReceived, Replies.Bytes + Requests.Bytes, Math.Max(0, Requests.HeldLeases), 0, 0, 0, Requests.Refused);

    internal override IOutbox? OutboxOrNull => Replies;

    internal override IInbox? InboxOrNull => Requests;

    internal Inbox<TRequest> Requests { get; }

    internal ReplyOutbox<Reply<TReply>> Replies { get; }

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    private protected override Mailbox PeerMailbox => Requests;

    private protected override int PeerCount => Requests.Count;

    /// <summary>Receives a request, waiting for it.</summary>
    /// <param name="cancellationToken">Ends the wait; no request is lost by it.</param>
    /// <returns>The request. Answer or dispose it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ProtocolViolationException">A client wrote what can't be; its link was closed.</exception>
    /// <exception cref="ChannelMismatchException">The clients that were found have other ideas of this channel.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public Request<TRequest, TReply> Receive(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryReceive(out Request<TRequest, TReply> request, Timeout.InfiniteTimeSpan, cancellationToken))
            {
                return request;
            }
        }
    }

    /// <summary>Receives a request if there is one now. Behind 64 that can't be read, which are answered so, it is left to the next call.</summary>
    /// <param name="request">The request. Answer or dispose it.</param>
    /// <returns>Whether there was one.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public bool TryReceive(out Request<TRequest, TReply> request) => TryReceive(out request, TimeSpan.Zero, CancellationToken.None);

    /// <summary>Receives a request if one comes within a time.</summary>
    /// <param name="request">The request. Answer or dispose it.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait; no request is lost by it.</param>
    /// <returns>Whether there was one.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public bool TryReceive(out Request<TRequest, TReply> request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        RequestsAttempt attempt = new(this);
        WaitResult result = Requests.Block(ref attempt, timeout, cancellationToken);
        request = result == WaitResult.TimedOut ? default : attempt.Finish(result, cancellationToken);
        return result == WaitResult.Done;
    }

    /// <summary>Receives a request without keeping a thread while it waits.</summary>
    /// <param name="cancellationToken">Ends the wait; no request is lost by it.</param>
    /// <returns>The request. Answer or dispose it.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public ValueTask<Request<TRequest, TReply>> ReceiveAsync(CancellationToken cancellationToken = default) =>
        Requests.BlockAsync<RequestsAttempt, Request<TRequest, TReply>>(new RequestsAttempt(this), cancellationToken);

    /// <summary>All requests, for as long as the socket is open. Clients come and go without ending it.</summary>
    /// <param name="cancellationToken">Ends the enumeration with an exception.</param>
    /// <returns>The requests. Answer or dispose each.</returns>
    /// <inheritdoc cref="Receive" path="/exception"/>
    public async IAsyncEnumerable<Request<TRequest, TReply>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            yield return await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal void Reply(in Received<TRequest> request, in Reply<TReply> reply)
    {
        Replies.TryReply(request.Link.Peer.SocketId, reply, request.Sequence);
        Requests.Release(request.Link, request.Position);
    }

    internal override bool IsReady() => Requests.Look() == TakeStatus.Taken;

    private protected override long Close(TimeSpan linger)
    {
        // The requests that are not answered go back first, so that their clients hear of the close and not of silence.
        Requests.Close();
        Replies.Close(linger);
        return 0;
    }

    /// <summary>Waits for a request. Clients that leave or are lost are events, not errors, to a server.</summary>
    private struct RequestsAttempt(Server<TRequest, TReply> server) : IAttempt<Request<TRequest, TReply>>
    {
        /// <summary>So many unreadable requests are answered before it is looked whether the wait is over.</summary>
        private const int MostUnreadable = 64;

        private Received<TRequest> _received;

        /// <inheritdoc/>
        public readonly Request<TRequest, TReply> Finish(WaitResult result, CancellationToken cancellationToken) =>
            result != WaitResult.Canceled ? new Request<TRequest, TReply>(server, _received) : throw new OperationCanceledException(cancellationToken);

        /// <inheritdoc/>
        public bool Try()
        {
            for (int unreadable = 0; unreadable < MostUnreadable;)
            {
                try
                {
                    return server.Requests.TryTake(lease: true, out _received) == TakeStatus.Taken;
                }
                catch (PeerLostException)
                {
                    // Look at the other clients.
                }
                catch (Exception error) when (_received.Link is not null && error is not ObjectDisposedException)
                {
                    // One client's unreadable request is answered, and must not end the service of the others.
                    server.Replies.TryReply(
                        _received.Link.Peer.SocketId, new Reply<TReply>(default!, $"the server can't read the request: {error.Message}"), _received.Sequence);
                    _received = default;
                    unreadable++;
                }
            }

            // There may be more: who waits must not fall asleep over it.
            server.Requests.Wake();
            return false;
        }
    }
}
