using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <content>Links that our sockets receive on.</content>
internal sealed partial class Session
{
    /// <summary>In a doorbell or a close: it comes from the link's sender.</summary>
    private const byte SenderSide = 0;

    /// <summary>In a doorbell or a close: it comes from the link's receiver.</summary>
    private const byte ReceiverSide = 1;

    private void OnOpenLink(OpenLinkFrame frame)
    {
        IncomingLink? known = FindIncoming(frame.LinkId);
        if (((LinkFlags)frame.Flags & LinkFlags.Resume) != 0 || known?.Sender == frame.SenderSocket)
        {
            // Asked, or offered again, after a broken connection. One whose way back is not settled is told, or refused, when that is.
            if (known is null)
            {
                Send(new LinkClosedFrame(frame.LinkId, ReceiverSide).Write);
            }
            else if (known.Opened)
            {
                SendOpened(known);
            }

            return;
        }

        ChannelSocket? socket = Node.FindSocket(frame.ReceiverSocket);
        if (socket?.InboxOrNull is not { } inbox)
        {
            Refuse(frame, RefusalCodes.Unknown, null, "no such socket");
            return;
        }

        LinkFlags flags = (LinkFlags)frame.Flags;
        if (ChannelAgreement.Compare(socket, frame, DescribePeer) is { } mismatch)
        {
            Refuse(frame, RefusalCodes.Mismatch, mismatch, mismatch.Message);
            inbox.Refuse(mismatch);
            Node.RaiseRefused(socket, IdentityOf(frame.SenderSocket).Describe(), mismatch);
            return;
        }

        if ((flags & LinkFlags.RoleTaken) != 0)
        {
            RoleTakenException taken = new(socket.Channel.Name, socket.Role, $"another one, which {DescribePeer()} is linked to,");
            inbox.Refuse(taken);
            Node.RaiseRefused(socket, IdentityOf(frame.SenderSocket).Describe(), taken);
            return;
        }

        // A second sender of the holder's own node can only be its successor: that node lets there be one, and the close is on its way.
        bool replies = (flags & LinkFlags.Replies) != 0;
        if (!replies && socket.Channel.HasOneSender && inbox.Peers is [{ } holder, ..] && holder.NodeId != PeerId)
        {
            Refuse(frame, RefusalCodes.RoleTaken, null, holder.ToString());
            return;
        }

        IncomingLink link = new(frame.LinkId, socket, inbox, frame.SenderSocket);
        lock (_lock)
        {
            if (_incoming.Values.Any(other => other.Sender == frame.SenderSocket && other.Socket == socket && other.Closing is null && !other.Ended)
                || _incoming.ContainsKey(frame.LinkId)
                || inbox.Has(frame.SenderSocket))
            {
                // Two connections of one pair, or a peer that wants our memory: one link joins two sockets.
                Refuse(frame, RefusalCodes.Duplicate, null, "these sockets are linked already");
                return;
            }

            if (_incoming.Count >= MostRegistrations)
            {
                throw new ProtocolViolationException($"The peer opened more than {MostRegistrations} links.");
            }
        }

        try
        {
            if (SharesMemory)
            {
                PrepareShared(link, frame, (flags & LinkFlags.NeverSleeps) != 0);
            }
            else
            {
                PrepareStream(link, frame);
            }
        }
        catch (IOException error)
        {
            // There is no memory for it now. Its sender asks again; the other links know nothing of it.
            Refuse(frame, RefusalCodes.Unknown, null, error.Message);
            Node.RaiseUnlinked(socket, "sender", error);
            return;
        }

        lock (_lock)
        {
            _incoming.Add(link.Id, link);
            _linksChanged = true;
        }

        if (State != SessionState.Open)
        {
            // The session ended meanwhile and did not see this link.
            FreeIncoming(link);
            return;
        }

        if (socket.Pattern == Pattern.ClientServer && !replies)
        {
            // A server's way back comes first: it must be able to answer the first request.
            OpenWayBack(link, frame);
            return;
        }

        SendOpened(link);
    }

    private string DescribePeer() => $"node '{PeerName}' (process {PeerProcess})";

    private void OpenWayBack(IncomingLink link, OpenLinkFrame frame)
    {
        ChannelSocket server = link.Socket;
        try
        {
            OpenLink(server, server.OutboxOrNull!, frame.SenderSocket, LinkFlags.Replies, ready =>
            {
                if (ready)
                {
                    SendOpened(link);
                }
                else
                {
                    Refuse(frame, RefusalCodes.Unknown, null, "no way back to the client");
                    FreeIncoming(link);
                }
            });
        }
        catch (IOException error)
        {
            // The client knows, and asks again; the other links know nothing of it.
            Node.RaiseUnlinked(server, "client", error);
        }
        catch (ObjectDisposedException)
        {
            // The session is being closed.
        }
    }

    private unsafe void PrepareShared(IncomingLink link, OpenLinkFrame frame, bool neverSleeps)
    {
        ChannelSpec channel = link.Socket.Channel;
        int window = RingSize.WindowFor(channel.Positions);
        if (frame.Window != window || frame.RingSize < 4096 || frame.RingSize > 1 << 26 || (frame.RingSize & (frame.RingSize - 1)) != 0)
        {
            throw new ProtocolViolationException($"Channel '{channel.Name}': the sender offers a ring of {frame.RingSize} bytes with a window of {frame.Window}, where {window} was expected.");
        }

        PeerMemory(frame.RingSegment, frame.RingOffset, frame.RingSize, out MemoryBlock block);
        SenderPage* senderPage = SenderPageAt(frame.SenderPageSegment, frame.SenderPageOffset);
        Allocation memory = PairArena().Allocate(ReceiverPage.SizeFor(window));
        ReceiverPage* page = (ReceiverPage*)memory.Pointer;
        link.Page = memory;
        RecordReader reader = new(
            block, (long)frame.RingOffset, frame.RingSize, senderPage, _segments, LargestRecord(channel), link.Inbox.WhenFull != FullMode.Wait);
        int id = link.Id;
        LinkSetup setup = new()
        {
            Peer = IdentityOf(link.Sender),
            Memory = memory,
            Bell = neverSleeps ? Bell.Silent : new SharedBell(&senderPage->Waiting, &page->Signal, Doorbell(id, ReceiverSide)),
            Waiting = new WaitingWord(&page->Waiting),
            Watched = &senderPage->Signal,
            Closed = (_, reason) => CloseIncoming(link, reason),
        };
        link.Begin = start =>
        {
            reader.Seek(start.Position, start.Offset);
            return link.Inbox.AttachRecords(reader, setup, page, window, start);
        };
    }

    private unsafe void PrepareStream(IncomingLink link, OpenLinkFrame frame)
    {
        ChannelSpec channel = link.Socket.Channel;
        int window = RingSize.WindowFor(channel.Positions);
        PinnedBlock memory = new(ReceiverPage.SizeFor(window));
        ReceiverPage* page = (ReceiverPage*)memory.Pointer;
        FullMode whenFull = link.Inbox.WhenFull;
        IncomingStream stream = new(channel, _streams.Lanes, -1, window, page, whenFull);
        link.Stream = stream;
        RecordReader reader = new(
            stream.Ring.Ring.Block, stream.Ring.Ring.Offset, stream.Ring.Size, stream.Ring.PagePointer, _streams, LargestRecord(channel), whenFull != FullMode.Wait);
        LinkSetup setup = new()
        {
            Peer = IdentityOf(link.Sender),
            Memory = memory,
            Bell = new ReceiverBell(this, link),
            Closed = (_, reason) => CloseIncoming(link, reason),
        };
        link.Begin = start =>
        {
            stream.Begin(start.Position);
            return link.Inbox.AttachRecords(reader, setup, page, window, start with { Position = 0 });
        };
    }

    private void SendOpened(IncomingLink link)
    {
        link.Opened = true;
        LinkOpenedFrame frame = new()
        {
            LinkId = link.Id,
            Flags = (int)(link.Inbox.NeverSleeps ? LinkFlags.NeverSleeps : 0),
            FullMode = link.Inbox.WhenFull,
            History = link.Inbox.History,
            PageSegment = link.Page?.Block.SegmentId ?? 0,
            PageOffset = (ulong)(link.Page?.Offset ?? 0),
            NextPosition = link.Stream?.Next ?? 0,
        };
        Send(frame.Write);
    }

    private void OnSenderState(in SenderStateFrame frame)
    {
        IncomingLink? link = FindIncoming(frame.LinkId);
        if (link is null || link.SenderClosed)
        {
            return;
        }

        if (link.Link is null && link.Begin is { } begin)
        {
            if (!link.Opened)
            {
                // It may still be refused, and then its memory is given to another.
                throw new ProtocolViolationException($"Channel '{link.Socket.Channel.Name}': the sender begins link {link.Id} before it is open.");
            }

            link.Begin = null;
            link.Link = begin(new LinkStart(frame.Position, frame.Offset, frame.History));
            if (link.Link is null)
            {
                // It has said nothing that the close would have to follow.
                link.CloseSent = true;
                link.Close("");
                Send(new CloseLinkFrame(link.Id, ReceiverSide, "").Write);
            }
            else if (link.Stream is not null)
            {
                // What the socket said before the link was known here is told now.
                Volatile.Write(ref link.Dirty, 1);
                RequestOutput();
            }

            return;
        }

        if (frame.Revoke != 0 && link.Link is { } end)
        {
            link.Inbox.Revoke(end, frame.Revoke - 1);
        }
    }

    private void OnDoorbell(in DoorbellFrame frame)
    {
        if (frame.Side == SenderSide)
        {
            FindIncoming(frame.LinkId)?.Inbox.Wake();
        }
        else
        {
            FindOutgoing(frame.LinkId)?.Outbox.Wake();
        }
    }

    private void OnData(in DataFrame frame, ReadOnlySpan<byte> bytes)
    {
        IncomingLink? link = FindIncoming(frame.LinkId);
        if (link?.Stream is not { } stream || link.SenderClosed || link.Link is null || link.Link.IsClosed)
        {
            return;
        }

        if (stream.PassGap(frame) is > 0 and ulong gap)
        {
            link.Inbox.AddMissed(link.Link, gap);
        }

        if (stream.Add(frame, bytes))
        {
            link.Inbox.Wake();
        }
    }

    /// <summary>A reply is its message and a byte that says what it is.</summary>
    private static int LargestRecord(ChannelSpec channel) => channel.MaxMessageSize + ReplyFormat<int>.StatusLength;

    private IncomingLink? FindIncoming(int id)
    {
        lock (_lock)
        {
            return _incoming.TryGetValue(id, out IncomingLink? link) ? link : null;
        }
    }

    private void Refuse(in OpenLinkFrame frame, string code, ChannelMismatchException? mismatch, string text)
    {
        LinkRefusedFrame refusal = new(frame.LinkId, code, mismatch?.Field ?? "", mismatch?.Ours ?? "", mismatch?.Theirs ?? "", text);
        Send(refusal.Write);
    }
}
