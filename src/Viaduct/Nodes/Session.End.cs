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

        // Nothing of the pair's memory is used again from here: what the peer still reads stays as it is.
        _arena?.Close();

        // Before its memory is let go of, which the last link does.
        LeaveBlobs();
        try
        {
            // Receivers first: a client must find the answers that its server gave before it died.
            foreach (IncomingLink link in IncomingSnapshot())
            {
                Quietly(() => Lose(link, error, reason));
            }

            bool isDead = PeerHasDied();
            foreach (OutgoingLink link in OutgoingSnapshot())
            {
                if ((isDead || _disbelieved) && link.Link is { } end)
                {
                    // A connection may end while both live. Of a dead peer what it says it has taken is final; of one whose mark is not believed nothing is.
                    end.IsDying = isDead;
                }

                Quietly(() => Lose(link, reason));
            }
        }
        finally
        {
            Node.OnSessionClosed(this, error, reason);
            ReleaseMemory();
            _transport.Close(error);
            _ended.TrySetResult();
        }
    }

    private void Lose(IncomingLink link, Exception? error, string reason)
    {
        if (NoteEnded(link) is not { IsClosed: false } end)
        {
            FreeIncoming(link);
            return;
        }

        link.Inbox.Lose(end, new PeerLostException(link.Socket.Channel.Name, end.Peer.Describe(), reason, error), reason);
    }

    private void Lose(OutgoingLink link, string reason)
    {
        StopPumping(link);
        if (link.Link is { } end && link.Closing is null)
        {
            link.Outbox.Detach(end, reason, lost: true);
        }

        AbandonOutgoing(link);
    }

    /// <summary>One link's fault (a codec's exception, say) must not keep the others from being told.</summary>
    private void Quietly(Action work)
    {
        try
        {
            work();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Node.Raise(new NodeEvent(NodeEventKind.HandlerFailed, $"Ending a link with '{PeerName}' failed: {error.Message}", Error: error));
        }
    }
}
