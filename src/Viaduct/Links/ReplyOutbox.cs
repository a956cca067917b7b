namespace Viaduct.Links;

/// <summary>Sends each reply to the client that asked.</summary>
internal sealed class ReplyOutbox<T>(ChannelSpec channel, SocketOptions options, MessageFormat<T> format)
    : QueueOutbox<T>(channel, options, format, Distribution.RoundRobin, 1, null, redelivers: false, int.MaxValue)
{
    /// <summary>Replies that were sent. Their numbers are those of requests, of which each client counts its own.</summary>
    private long _replies;

    /// <inheritdoc/>
    public override long MessagesSent => Volatile.Read(ref _replies);

    /// <summary>Unread replies are bounded by their calls, and none may get lost.</summary>
    protected override long ShareLimit => long.MaxValue;

    /// <summary>A reply was sent in another way than by <see cref="TryReply"/>. Under the gate.</summary>
    public void CountReply() => _replies++;

    /// <summary>Sends a reply under the number of its request. False when the client is gone, or has more unread replies than it may have calls.</summary>
    public bool TryReply(Guid client, in T reply, ulong sequence)
    {
        Gate.Enter();
        try
        {
            foreach (SendLink<T> link in Links)
            {
                if (link.Peer.SocketId == client)
                {
                    bool put = TryPut(link, reply, handOver: false, sequence, 1);
                    _replies += put ? 1 : 0;
                    return put;
                }
            }

            return false;
        }
        finally
        {
            Gate.Exit();
        }
    }
}
