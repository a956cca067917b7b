using Viaduct.Links;
using Viaduct.Rings;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <content>Links that our sockets send on.</content>
internal sealed partial class Session
{
    /// <summary>Milliseconds before a sender that was refused for what may pass asks again.</summary>
    private const int RefusalRetry = 200;

    /// <summary>Whether a link from that socket to that receiver is there, under way or not yet wholly over: a receiver that answers no close gets no second one.</summary>
    public bool HasLink(Guid sender, Guid receiver)
    {
        lock (_lock)
        {
            foreach (OutgoingLink link in _outgoing.Values)
            {
                if (link.Receiver == receiver && link.Socket.Id == sender)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether one of our sockets is linked, or about to be, over this session.</summary>
    public bool Offers(Guid sender) => Array.Exists(OutgoingSnapshot(), link => link.Socket.Id == sender && link.Closing is null);

    /// <summary>Offers a receiver a link from one of our sockets. Also what it throws is told as not settled.</summary>
    /// <exception cref="IOException">There is no memory, or no descriptor, for it now.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed meanwhile.</exception>
    public void OpenLink(ChannelSocket socket, IOutbox outbox, Guid receiver, LinkFlags flags = LinkFlags.None, Action<bool>? settled = null)
    {
        OutgoingLink? link = null;
        try
        {
            LaneMemory memory = socket.Pattern == Pattern.PublishSubscribe
                ? Node.Memory.Publishers
                : SharesMemory ? new LaneMemory(PairArena(), Node.Memory.SharedChunks!, IsShared: true) : Node.Memory.Private;
            object lane = outbox.OpenRecords(memory, out RecordRing ring);
            lock (_lock)
            {
                if (State != SessionState.Open)
                {
                    outbox.AbandonRecords(lane);
                    settled?.Invoke(false);
                    return;
                }

                int id = ++_nextLink;
                link = new OutgoingLink(id, socket, outbox, receiver, lane, ring) { Settled = settled };
                _outgoing.Add(id, link);
                _linksChanged = true;
            }

            Offer(link, flags | (outbox.NeverSleeps ? LinkFlags.NeverSleeps : 0));
        }
        catch
        {
            // The peer never heard of it.
            if (link is null || FreeOutgoing(link))
            {
                settled?.Invoke(false);
            }

            throw;
        }
    }

    /// <summary>Tells a receiver that the topology leaves no place for it.</summary>
    public void RefuseRole(ChannelSocket socket, Guid receiver)
    {
        OpenLinkFrame frame = FrameFor(socket, 0, receiver, LinkFlags.RoleTaken);
        Send(frame.Write);
    }

    private void Offer(OutgoingLink link, LinkFlags flags)
    {
        OpenLinkFrame frame = FrameFor(link.Socket, link.Id, link.Receiver, flags) with
        {
            RingSegment = link.Ring.Ring.Block.SegmentId,
            RingOffset = (ulong)link.Ring.Ring.Offset,
            RingSize = link.Ring.Size,
            Window = link.Ring.Window,
            SenderPageSegment = link.Ring.Page.Block.SegmentId,
            SenderPageOffset = (ulong)link.Ring.Page.Offset,
        };
        Send(frame.Write);
    }

    private static OpenLinkFrame FrameFor(ChannelSocket socket, int id, Guid receiver, LinkFlags flags)
    {
        ChannelSpec channel = socket.Channel;
        return new OpenLinkFrame
        {
            LinkId = id,
            Flags = (int)flags,
            Channel = channel.Name,
            SenderSocket = socket.Id,
            ReceiverSocket = receiver,
            Pattern = socket.Pattern,
            Topology = channel.Topology,
            Capacity = channel.Capacity,
            History = channel.History,
            ByteCapacity = (ulong)channel.ByteCapacity,
            Delivery = channel.Delivery,
            MaxMessageSize = channel.MaxMessageSize,
            Schema = channel.ShortSchema,
            SchemaHash = channel.SchemaHash,
            Contract = channel.Contract,
        };
    }

    private void OnLinkOpened(in LinkOpenedFrame frame)
    {
        OutgoingLink? link = FindOutgoing(frame.LinkId);
        if (link is null)
        {
            // We let go of it meanwhile; the peer is to do so too.
            Send(new CloseLinkFrame(frame.LinkId, SenderSide, "").Write);
            return;
        }

        if (frame.FullMode != FullMode.Wait && link.Socket.Pattern != Pattern.PublishSubscribe)
        {
            throw new ProtocolViolationException($"Channel '{link.Socket.Channel.Name}': a receiver that is no subscriber wants {frame.FullMode} when it is full.");
        }

        if (link.ReceiverClosed)
        {
            // The close is under way, and frees what this would begin to use.
            return;
        }

        if (link.Link is not null)
        {
            OnLinkResumed(link, frame.NextPosition);
            return;
        }

        if (SharesMemory)
        {
            AttachShared(link, frame);
        }
        else
        {
            AttachStream(link, frame);
        }

        if (link.Link is null)
        {
            // Our socket was closed meanwhile.
            link.Closing = "";
            Send(new CloseLinkFrame(link.Id, SenderSide, "").Write);
            AbandonOutgoing(link);
            return;
        }

        link.Settled?.Invoke(true);
    }

    private unsafe void AttachShared(OutgoingLink link, LinkOpenedFrame frame)
    {
        ReceiverPage* page = (ReceiverPage*)PeerMemory(frame.PageSegment, frame.PageOffset, ReceiverPage.SizeFor(link.Ring.Window), out _);
        bool neverSleeps = ((LinkFlags)frame.Flags & LinkFlags.NeverSleeps) != 0;
        int id = link.Id;
        LinkSetup setup = new()
        {
            Peer = IdentityOf(link.Receiver),
            Memory = _segments,
            WhenFull = frame.FullMode,
            History = frame.History,
            Bell = neverSleeps ? Bell.Silent : new SharedBell(&page->Waiting, &link.Ring.PagePointer->Signal, Doorbell(id, SenderSide)),
            Waiting = link.Ring.Waiting,
            Watched = &page->Signal,
            Closed = (_, reason) => CloseOutgoing(link, reason),
            Revoke = position => Send(new SenderStateFrame(id, 0, 0, 0, position + 1).Write),
        };
        link.Link = link.Outbox.AttachRecords(
            link.Lane, setup, page, start => Send(new SenderStateFrame(id, start.Position, start.Offset, start.History, 0).Write));
        if (link.Link is not null && IsDying)
        {
            link.Link.IsDying = true;
        }
    }

    private unsafe void AttachStream(OutgoingLink link, in LinkOpenedFrame frame)
    {
        ReceiverMirror mirror = new(link.Ring.Window);
        link.Mirror = mirror;
        link.Reader = new RecordReader(
            link.Ring.Ring.Block, link.Ring.Ring.Offset, link.Ring.Size, link.Ring.PagePointer, Node.Memory, LargestRecord(link.Socket.Channel), frame.FullMode != FullMode.Wait);
        LinkSetup setup = new()
        {
            Peer = IdentityOf(link.Receiver),
            Memory = mirror.Memory,
            WhenFull = frame.FullMode,
            History = frame.History,
            Bell = new StreamBell(this, link),
            Closed = (_, reason) => CloseOutgoing(link, reason),
            IsSent = () => link.Reader is not { } reader || State != SessionState.Open || (reader.Position >= link.Ring.Sent && !link.Held),
            Revoke = position =>
            {
                link.LastRevoke = position + 1;
                link.RevokePending = position + 1;
                RequestOutput();
            },
        };
        link.Link = link.Outbox.AttachRecords(
            link.Lane,
            setup,
            mirror.Page,
            start =>
            {
                mirror.Start(start.Position);
                link.Reader.Seek(start.Position, start.Offset);
                link.StartPending = true;
            });
        RequestOutput();
    }

    private void OnLinkRefused(in LinkRefusedFrame frame)
    {
        OutgoingLink? link = FindOutgoing(frame.LinkId);
        if (link is null || link.Link is not null)
        {
            return;
        }

        string peer = DescribePeer();
        string channel = link.Socket.Channel.Name;

        // What is "ours" to the peer is "theirs" here.
        Exception? refusal = frame.Code switch
        {
            RefusalCodes.Mismatch when frame.Field == ChannelMismatchException.ContractField => ChannelMismatchException.OfContract(channel, frame.Ours, peer),
            RefusalCodes.Mismatch => new ChannelMismatchException(channel, frame.Field, frame.Theirs, frame.Ours, peer),
            RefusalCodes.RoleTaken => new RoleTakenException(channel, link.Socket.Role, frame.Text),
            _ => null,
        };
        AbandonOutgoing(link);
        if (refusal is not ChannelMismatchException)
        {
            // The holder of the role may be about to go; a socket that is gone may have a successor that we passed over for it.
            Node.LookAgain(RefusalRetry);
        }

        if (refusal is not null)
        {
            link.Outbox.Refuse(refusal);

            Node.RaiseRefused(link.Socket, IdentityOf(link.Receiver).Describe(), refusal);
        }
    }

    /// <summary>Our socket let go of a link.</summary>
    private void CloseOutgoing(OutgoingLink link, string reason)
    {
        lock (_lock)
        {
            if (link.Closing is not null)
            {
                return;
            }

            link.Closing = reason;
        }

        if (SharesMemory || reason.Length > 0)
        {
            StopPumping(link);
            link.CloseSent = true;
            Send(new CloseLinkFrame(link.Id, SenderSide, reason).Write);
        }
        else
        {
            // Behind the messages that are still to be sent.
            RequestOutput();
        }
    }

    /// <summary>After this the writer no longer reads the link's ring, which may then be freed.</summary>
    private void StopPumping(OutgoingLink link)
    {
        lock (_output)
        {
            link.Reader = null;
        }
    }

    /// <summary>The link is over. Who waited whether it would begin is told, once, where it did not.</summary>
    private void AbandonOutgoing(OutgoingLink link)
    {
        if (FreeOutgoing(link) && link.Link is null)
        {
            link.Settled?.Invoke(false);
        }
    }

    /// <summary>Nobody reads the link any more: its memory is free. False where somebody else said so before.</summary>
    private bool FreeOutgoing(OutgoingLink link)
    {
        lock (_lock)
        {
            if (!_outgoing.Remove(link.Id))
            {
                return false;
            }

            _linksChanged = true;
        }

        StopPumping(link);
        link.Outbox.AbandonRecords(link.Lane);
        ReleaseMemory();
        return true;
    }

    private OutgoingLink? FindOutgoing(int id)
    {
        lock (_lock)
        {
            return _outgoing.TryGetValue(id, out OutgoingLink? link) ? link : null;
        }
    }

    /// <summary>Rings for one side of a link. The frame is the same each time, so it is put together once, and a ring allocates nothing.</summary>
    private Action Doorbell(int link, byte side)
    {
        FrameBuilder builder = new();
        new DoorbellFrame(link, side).Write(builder);
        byte[] frame = builder.Written.ToArray();
        return () => _transport.Send(frame);
    }
}
