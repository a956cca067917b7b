using Viaduct.Calls;
using Viaduct.Links;

namespace Viaduct;

/// <content>Replies: taken by whichever thread waits for its own, and by a loop once calls are awaited.</content>
public sealed partial class Client<TRequest, TReply>
{
    /// <summary>1 once a loop takes the replies of awaited calls.</summary>
    private int _looping;

    private readonly WaysBack _waysBack = new();

    /// <summary>Takes what replies there are and ends their calls.</summary>
    internal void TakeReplies()
    {
        // Threads that wait for one of these.
        bool others = false;
        while (true)
        {
            Received<Reply<TReply>> received = default;
            try
            {
                if (_replies.TryTake(lease: false, out received) != TakeStatus.Taken)
                {
                    break;
                }
            }
            catch (PeerLostException)
            {
                // The requests' link to the same server tells the callers, after this loop has taken what it had answered.
                continue;
            }
            catch (Exception error) when (error is not ObjectDisposedException)
            {
                // A reply that can't be read fails its own call. What is none (a refused server) is told where requests are sent.
                if (received.Sequence == 0)
                {
                    break;
                }

                if (_calls.Take(received.Sequence, received.Link!.Peer.SocketId) is { } failed)
                {
                    others |= !failed.IsAwaited;
                    failed.Fail(error);
                }

                continue;
            }

            Call<TRequest, TReply>? call = _calls.Take(received.Sequence, received.Link.Peer.SocketId);

            // From here on nobody else can end it.
            received.Link.NoteHandedOn(1);
            if (call is not null)
            {
                others |= !call.IsAwaited;
                call.Answer(received.Value);
            }
        }

        if (others)
        {
            _replies.Wake();
        }
    }

    private void StartLoop()
    {
        if (Interlocked.Exchange(ref _looping, 1) == 0)
        {
            _ = TakeRepliesAsync();
        }
    }

    private async Task TakeRepliesAsync()
    {
        try
        {
            await _replies.BlockAsync(new LoopAttempt(this), CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The client was disposed, which failed its calls.
        }
    }

    /// <summary>Without a way back no call over there is ever answered. Where the peer is lost as a whole, the way there goes by itself.</summary>
    private void OnWayBackChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state == PeerState.Joined)
        {
            _waysBack.Add((ReceiveLink)link);
        }
        else if (state == PeerState.Lost && link.Fault is not null)
        {
            _requests.Break(link.Peer.SocketId, reason);
        }
    }

    private void OnServerChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state is PeerState.Lost or PeerState.Left)
        {
            // What it had answered before is still delivered.
            try
            {
                TakeReplies();
            }
            catch (ViaductException error)
            {
                reason = error.Message;
            }
            catch (ObjectDisposedException)
            {
                // The client is being disposed, which fails its calls.
            }

            _waysBack.AwaitHandedOn(link.Peer.SocketId);
            string why = reason.Length == 0 ? "the server was closed" : reason;
            FailAll(link, new PeerLostException(Channel.Name, link.Peer.Describe(), why, link.Fault));
        }

        OnPeerChanged(link, state, reason);
    }

    private void FailAll(LinkEnd? server, Exception error)
    {
        _calls.FailAll(server, error);
        _replies.Wake();
    }

    /// <summary>Takes replies for as long as the client lives.</summary>
    private sealed class LoopAttempt(Client<TRequest, TReply> client) : IAttempt
    {
        /// <inheritdoc/>
        static bool IAttempt.LooksOn => true;

        /// <inheritdoc/>
        public bool Try()
        {
            client.TakeReplies();
            return false;
        }
    }
}
