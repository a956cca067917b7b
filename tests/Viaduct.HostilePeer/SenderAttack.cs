using Viaduct.Discovery;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Hostile;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>Is a sender in shared memory, and scribbles over its page, its ring and what that refers to while the victim reads.</summary>
internal sealed unsafe class SenderAttack(Victim victim, Nonsense nonsense, int cases) : Attack(victim, nonsense, cases)
{
    private const int RingOffset = 4096;
    private const int RingSize = 8192;
    private const int ChunkSegment = 2;
    private const int LinksOfOneConnection = 40;

    /// <summary>Where the pages lie for the answers of a victim that is a server, one for each link.</summary>
    private const int RepliesOffset = 65536;
    private const int RepliesSize = 8192;

    private SharedBlock _block = null!;
    private SharedBlock _chunks = null!;

    private SenderPage* Page => (SenderPage*)_block.Pointer;

    /// <inheritdoc/>
    public override void Run()
    {
        while (!IsOver)
        {
            Registration receiver = Victim.Find();
            if (Victim.Meet(ConnectionMode.SharedMemory) is not { } connection)
            {
                continue;
            }

            using (_block = SharedBlock.Create(1, 1 << 20))
            using (_chunks = SharedBlock.Create(ChunkSegment, 1 << 20))
            {
                connection.Send(new SegmentFrame(1, (ulong)_block.Length).Write, _block.Descriptor);
                if (!Nonsense.Chance(4))
                {
                    OfferHolds(connection, _block);
                }

                if (!Nonsense.Chance(4))
                {
                    connection.Send(new SegmentFrame(ChunkSegment, (ulong)_chunks.Length).Write, _chunks.Descriptor);
                }

                for (int link = 1; link <= LinksOfOneConnection && !IsOver && !connection.IsClosed; link++)
                {
                    Open(connection, receiver, link);
                }

                connection.Close();
            }
        }
    }

    private void Open(HostileConnection connection, Registration receiver, int id)
    {
        new Span<byte>(_block.Pointer, RingOffset + RingSize).Clear();
        RecordRing ring = new(
            new Allocation(_block, 0, SenderPage.Size), new Allocation(_block, RingOffset, RingSize), RingSize, Rings.RingSize.WindowFor(receiver.Capacity), new ChunkShare(new ChunkPool(static size => new PinnedBlock(size), static _ => { }, 1 << 20), 1 << 20));
        OpenLinkFrame open = Victim.LinkTo(receiver, id) with { RingSegment = 1, RingOffset = RingOffset, RingSize = RingSize, SenderPageSegment = 1 };
        connection.Send(open.Write);
        ReceiverPage* replies = null;
        int repliesId = 0;
        (FrameType Type, byte[] Body)? answer = connection.Expect(FrameType.LinkOpened, FrameType.LinkRefused, FrameType.OpenLink);
        if (answer is (FrameType.OpenLink, { } wayBack))
        {
            // A server wants to be able to answer first.
            FrameParser wayBackParser = new(wayBack, FrameType.OpenLink);
            repliesId = OpenLinkFrame.Read(ref wayBackParser).LinkId;
            int offset = RepliesOffset + ((id - 1) * RepliesSize);
            replies = (ReceiverPage*)(_block.Pointer + offset);
            new Span<byte>(replies, RepliesSize).Clear();
            connection.Send(new LinkOpenedFrame { LinkId = repliesId, PageSegment = 1, PageOffset = (ulong)offset }.Write);
            answer = connection.Expect(FrameType.LinkOpened, FrameType.LinkRefused);
        }

        if (answer is not (FrameType.LinkOpened, { } body))
        {
            return;
        }

        FrameParser parser = new(body, FrameType.LinkOpened);
        LinkOpenedFrame opened = LinkOpenedFrame.Read(ref parser);
        if (connection.Segments.Find(opened.PageSegment) is not { } segment)
        {
            return;
        }

        ReceiverPage* theirs = (ReceiverPage*)(segment.Pointer + opened.PageOffset);
        connection.Send(new SenderStateFrame(id, 0, 0, 0, 0).Write);
        bool closed = false;
        for (int i = 0; i < 400 && !closed; i++)
        {
            if (connection.TryTake(out (FrameType Type, byte[] Body) frame) && frame.Type == FrameType.CloseLink)
            {
                Ended++;
                closed = true;
            }

            if (connection.IsClosed)
            {
                Ended++;
                return;
            }

            ulong consumed = Volatile.Read(ref theirs->Consumed);
            if (consumed <= ring.Sent)
            {
                ring.Reclaim(consumed);
            }

            // Calls are of 8 bytes, and some of them are to be answered.
            int length = replies != null && !Nonsense.Chance(8) ? sizeof(long) : Nonsense.Random.Next(300);
            byte* message = ring.TryReserve(length);
            if (message != null)
            {
                ring.Commit(replies != null ? length : Nonsense.Random.Next(300), ring.Sent, 1);
            }

            Scribble((int)ring.TailMark << 4);
            if (replies != null)
            {
                Answered(replies, ring.Sent);
            }

            ScribbleHolds(connection, _block);
            ScribbleLife(connection);
            Disturb(connection, theirs, id);
            Done++;
            if (Nonsense.Chance(16))
            {
                // The victim is to see some of it.
                Thread.Sleep(1);
            }
        }

        if (replies != null && Nonsense.Chance(2))
        {
            connection.Send(new LinkClosedFrame(repliesId, 1).Write);
            connection.Send(new CloseLinkFrame(repliesId, 1, "").Write);
        }

        // Half of the time the victim is left to wait for this answer, and sometimes gets one to no question.
        if (closed ? Nonsense.Chance(2) : Nonsense.Chance(50))
        {
            connection.Send(new LinkClosedFrame(id, 0).Write);
        }

        connection.Send(new CloseLinkFrame(id, 0, "").Write);
    }

    private void Scribble(int near)
    {
        int offset = Nonsense.Chance(3) ? Nonsense.Random.Next(RingSize / 16) * 16 : (near + (16 * Nonsense.Random.Next(-8, 2))) & (RingSize - 16);
        byte* at = _block.Pointer + RingOffset + offset;
        switch (Nonsense.Random.Next(12))
        {
            case 0:
                *(ulong*)at = Nonsense.RecordWord(RingSize - offset, RingSize);
                break;
            case 1:
                *(ulong*)(at + 8) = Nonsense.Long();
                break;
            case 2 when RingSize - offset >= 64:
                *(ChunkReference*)(at + 16) = Nonsense.Reference(ChunkSegment, _chunks.Length, 64 << 20);
                Volatile.Write(ref *(ulong*)at, RecordHeader.Pack(sizeof(ChunkReference), RecordHeader.Chunk, 1));
                break;
            case 3:
                Page->Oldest = Nonsense.Long();
                break;
            case 4:
                Page->Newest = Nonsense.Long();
                break;
            case 5:
                Page->Waiting = (uint)Nonsense.Long();
                break;
            case 6:
                Nonsense.Fill(new Span<byte>(at, Nonsense.Random.Next(RingSize - offset)));
                break;
        }
    }

    /// <summary>Says how many answers were read, mostly as many as there are at the most, and sometimes what can't be.</summary>
    private void Answered(ReceiverPage* page, ulong asked)
    {
        switch (Nonsense.Random.Next(64))
        {
            case 0:
                page->Consumed = Nonsense.Long();
                break;
            case 1:
                page->Released = Nonsense.Long();
                break;
            case 2:
                Nonsense.Fill(new Span<byte>((byte*)page, RepliesSize));
                break;
            case < 8:
                Volatile.Write(ref page->Consumed, Nonsense.Near(asked, 8));
                break;
        }

        Waking.Ring(&page->Signal);
    }

    private void Disturb(HostileConnection connection, ReceiverPage* theirs, int id)
    {
        switch (Nonsense.Random.Next(12))
        {
            case 0:
                Waking.Requeue(&Page->Signal, &Page->Waiting);
                break;
            case 1:
                Waking.Wake(&theirs->Signal);
                Waking.Wake(&theirs->Waiting);
                break;
            case 2:
                connection.Send(new DoorbellFrame(Nonsense.Chance(4) ? Nonsense.Random.Next() : id, (byte)Nonsense.Random.Next(2)).Write);
                break;
            case 3:
                connection.Send(new SenderStateFrame(id, Nonsense.Long(), Nonsense.Random.Next(RingSize), Nonsense.Random.Next(), Nonsense.Long()).Write);
                break;
            case 4:
                Page->Signal = (uint)Nonsense.Long();
                break;
            default:
                Waking.Ring(&Page->Signal);
                break;
        }
    }
}
