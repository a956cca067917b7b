namespace Viaduct.Nodes;

/// <content>The end of a session.</content>
internal sealed partial class Session
{
    /// <summary>
    /// Lets go of every link: what the peer had published is still delivered, what it had not consumed goes to others. Once; on the
    /// dispatcher, or where the node is disposed.
    /// </summary>
    internal void End(Exception? error, string reason)
    {
        lock (_lock)
        {
            if (State == SessionState.Closed)
            {
                return;
            }

            State = SessionState.Closed;
            _closeError = error;
            _registrations.Clear();
        }

        // Receivers first: a client must find the answers that its server gave before it died.
        foreach (IncomingLink link in IncomingSnapshot())
        {
            link.Ended = true;
            if (link.Link is not { IsClosed: false } end)
            {
                FreeIncoming(link);
                continue;
            }

            link.Inbox.Lose(end, new PeerLostException(link.Socket.Channel.Name, end.Peer.Describe(), reason, error), reason);
        }

        foreach (OutgoingLink link in OutgoingSnapshot())
        {
            if (link.Link is { } end && link.Closing is null)
            {
                link.Outbox.Detach(end, reason, lost: true);
            }

            FreeOutgoing(link);
            if (link.Link is null)
            {
                link.Settled?.Invoke(false);
            }
        }

        Node.OnSessionClosed(this, error, reason);
        ReleaseMemory();
        _ended.TrySetResult();
    }
}
