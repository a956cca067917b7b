using Viaduct.Links;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <content>How links end, whichever side lets go first.</content>
internal sealed partial class Session
{
    private void OnCloseLink(CloseLinkFrame frame)
    {
        IncomingLink? incoming = frame.Side == SenderSide ? FindIncoming(frame.LinkId) : null;
        OutgoingLink? outgoing = frame.Side == ReceiverSide ? FindOutgoing(frame.LinkId) : null;
        if (incoming is null && outgoing is null)
        {
            Send(new LinkClosedFrame(frame.LinkId, frame.Side == SenderSide ? ReceiverSide : SenderSide).Write);
            return;
        }

        if (incoming?.SenderClosed ?? outgoing!.ReceiverClosed)
        {
            // Said again, after a broken connection or for no reason; the first is answered when its time has come.
            return;
        }

        _ = incoming is not null ? incoming.SenderClosed = true : outgoing!.ReceiverClosed = true;

        // In the dispatcher, behind the wake-ups that came before: closing takes gates and runs handlers.
        Dispatcher.Post(() =>
        {
            if (frame.Side == SenderSide)
            {
                OnSenderClosed(frame);
            }
            else
            {
                OnReceiverClosed(frame);
            }
        });
    }

    private void OnSenderClosed(in CloseLinkFrame frame)
    {
        IncomingLink? link = FindIncoming(frame.LinkId);
        if (link is null)
        {
            Send(new LinkClosedFrame(frame.LinkId, ReceiverSide).Write);
            return;
        }

        if (NoteEnded(link) is { } end)
        {
            PeerLostException? error = frame.Text.Length == 0 ? null : new PeerLostException(link.Socket.Channel.Name, end.Peer.Describe(), frame.Text);
            link.Inbox.Lose(end, error, frame.Text);
        }
        else
        {
            FreeIncoming(link);
        }
    }

    /// <summary>From now on the link does not begin. Its end, if it had begun.</summary>
    private ReceiveLink? NoteEnded(IncomingLink link)
    {
        lock (_input)
        {
            link.Ended = true;
            link.Begin = null;
            return link.Link;
        }
    }

    private void OnReceiverClosed(in CloseLinkFrame frame)
    {
        OutgoingLink? link = FindOutgoing(frame.LinkId);
        if (link is not null)
        {
            StopPumping(link);
            if (link.Link is { } end)
            {
                link.Outbox.Detach(end, frame.Text.Length == 0 ? "the receiver was closed" : frame.Text, lost: false);
            }

            AbandonOutgoing(link);
        }

        Send(new LinkClosedFrame(frame.LinkId, SenderSide).Write);
        if (link is not null)
        {
            Node.Reconcile(link.Socket.Channel.Name);
        }
    }

    private void OnLinkClosed(in LinkClosedFrame frame)
    {
        if (frame.Side == ReceiverSide)
        {
            if (FindOutgoing(frame.LinkId) is { } outgoing)
            {
                if (outgoing.Closing is null && !outgoing.Held)
                {
                    throw new ProtocolViolationException("The receiver says that a link is closed which we have not closed.");
                }

                StopPumping(outgoing);
                if (outgoing.Link is { } end)
                {
                    outgoing.Outbox.Detach(end, "the receiver no longer knows the link", lost: true);
                }

                AbandonOutgoing(outgoing);
            }
        }
        else if (FindIncoming(frame.LinkId) is { } incoming)
        {
            if (incoming.Closing is null)
            {
                throw new ProtocolViolationException("The sender says that a link is closed which we have not closed.");
            }

            FreeIncoming(incoming);
        }
    }

    /// <summary>Our socket let go of a link: what it had not consumed is the sender's again.</summary>
    private void CloseIncoming(IncomingLink link, string reason)
    {
        lock (_lock)
        {
            if (link.Closing is not null)
            {
                return;
            }

            link.Close(reason);
        }

        if (link.Ended || State == SessionState.Closed)
        {
            Send(new LinkClosedFrame(link.Id, ReceiverSide).Write);
            FreeIncoming(link);
        }
        else if (SharesMemory)
        {
            link.CloseSent = true;
            Send(new CloseLinkFrame(link.Id, ReceiverSide, reason).Write);
        }
        else
        {
            RequestOutput();
        }
    }

    private void FreeIncoming(IncomingLink link)
    {
        // While no frame is worked on: one for this link would begin it, or write into its ring, when its memory is another's.
        lock (_input)
        {
            lock (_lock)
            {
                // A number may be used again, and the link that has it then is another.
                if (FindIncoming(link.Id) != link)
                {
                    return;
                }

                _incoming.Remove(link.Id);

                _linksChanged = true;
            }

            link.Begin = null;
            if (link.Page is { } page)
            {
                _arena!.Free(page);
            }

            link.Stream?.Close();
        }

        ReleaseMemory();
    }
}
