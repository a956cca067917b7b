using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>The called end of a service: takes frames of all callers, and sends answers to each. Thread-safe.</summary>
internal sealed class CalleeSocket : ChannelSocket
{
    private readonly Mailbox[] _sources;

    public CalleeSocket(Node node, ServiceSpec channel, ServerOptions options)
        : base(node, channel, Pattern.ClientServer, "server", options)
    {
        Requests = new Inbox<Frame>(channel, options, new FrameFormat(), FullMode.Wait) { PeerChanged = OnClientChanged };
        Replies = new ReplyOutbox<Frame>(channel, options, new FrameFormat());
        _sources = [Requests];
    }

    /// <summary>A caller is gone: what it has here is of no use any more. Called outside every gate.</summary>
    public Action<Guid>? ClientGone { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<Peer> Peers => Requests.Peers;

    /// <inheritdoc/>
    public override SocketCounters Counters => new(
        Replies.MessagesSent, Requests.MessagesReceived, Replies.Bytes + Requests.Bytes, 0, 0, 0, 0, Requests.Refused);

    internal override IOutbox? OutboxOrNull => Replies;

    internal override IInbox? InboxOrNull => Requests;

    internal Inbox<Frame> Requests { get; }

    internal ReplyOutbox<Frame> Replies { get; }

    internal override ReadOnlySpan<Mailbox> ReadySources => _sources;

    private protected override Mailbox PeerMailbox => Requests;

    private protected override int PeerCount => Requests.Count;

    /// <summary>Takes a frame, waiting for it. It is consumed by that: what a caller finds consumed was started.</summary>
    public WaitResult Receive(ref IncomingFrame incoming, TimeSpan timeout, CancellationToken cancellationToken)
    {
        incoming.Socket = this;
        return Requests.Block(ref incoming, timeout, cancellationToken);
    }

    /// <summary>Sends an answer; false when the caller is gone. The frame stays the callee's own.</summary>
    public bool Answer(Guid client, uint id, Frame answer)
    {
        CallFrame.SetId(answer, id);
        return Replies.TryReply(client, answer, id);
    }

    internal override bool IsReady() => Requests.Look() == TakeStatus.Taken;

    private protected override long Close(TimeSpan linger)
    {
        // The calls that nobody took go back first, so that their callers hear of the close and not of silence.
        Requests.Close();
        Replies.Close(linger);
        return 0;
    }

    private void OnClientChanged(LinkEnd link, PeerState state, string reason)
    {
        if (state is PeerState.Lost or PeerState.Left)
        {
            ClientGone?.Invoke(link.Peer.SocketId);
        }

        OnPeerChanged(link, state, reason);
    }
}
