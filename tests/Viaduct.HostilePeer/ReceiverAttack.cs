using System.Collections.Concurrent;
using Viaduct.Discovery;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Hostile;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.HostilePeer;

/// <summary>Is a receiver in shared memory, and scribbles over its page while the victim sends.</summary>
internal sealed unsafe class ReceiverAttack(Victim victim, Nonsense nonsense, int cases) : Attack(victim, nonsense, cases)
{
    private const int LinksOfOneConnection = 20;

    /// <summary>Bytes of its file that a page with its map takes at most.</summary>
    private const int PageRoom = 64 * 1024;

    private readonly BlockingCollection<HostileConnection> _connections = [];
    private SharedBlock _block = null!;

    /// <inheritdoc/>
    public override void Run()
    {
        Registration other = Victim.Find();
        using UnixListener listener = new(
            Victim.Directory.SocketPath, socket => _connections.Add(new HostileConnection(new PolledTransport(socket, "hostile"))), Victim.Directory.SocketMode);
        while (!IsOver)
        {
            Registration mine = other with { SocketId = Guid.NewGuid(), NodeId = Victim.Directory.NodeId };
            Victim.Directory.Register(mine);
            if (_connections.TryTake(out HostileConnection? connection, 10_000) && connection.Answer(Victim.Directory.NodeId))
            {
                using (_block = SharedBlock.Create(1, 1 << 20))
                {
                    connection.Send(new SegmentFrame(1, (ulong)_block.Length).Write, _block.Descriptor);
                    if (!Nonsense.Chance(4))
                    {
                        OfferHolds(connection, _block);
                    }

                    for (int link = 0; link < LinksOfOneConnection && !IsOver && !connection.IsClosed; link++)
                    {
                        Accept(connection);
                        Victim.Directory.Withdraw(mine);
                        mine = mine with { SocketId = Guid.NewGuid() };
                        Victim.Directory.Register(mine);
                    }

                    connection.Close();
                }
            }

            Victim.Directory.Withdraw(mine);
        }
    }

    private void Accept(HostileConnection connection)
    {
        if (connection.Expect(FrameType.OpenLink) is not { } body)
        {
            return;
        }

        FrameParser parser = new(body, FrameType.OpenLink);
        OpenLinkFrame open = OpenLinkFrame.Read(ref parser);
        if (connection.Segments.Find(open.SenderPageSegment) is not { } segment || connection.Segments.Find(open.RingSegment) is not { } records)
        {
            return;
        }

        SenderPage* theirs = (SenderPage*)(segment.Pointer + open.SenderPageOffset);
        ReceiverPage* page = (ReceiverPage*)_block.Pointer;
        new Span<byte>(page, PageRoom).Clear();
        bool subscribes = open.Pattern == Pattern.PublishSubscribe;
        connection.Send(new LinkOpenedFrame
        {
            LinkId = open.LinkId,
            PageSegment = 1,
            FullMode = subscribes ? (FullMode)Nonsense.Random.Next((int)FullMode.Latest + 1) : FullMode.Wait,
            History = subscribes ? Nonsense.Random.Next(3) : 0,
        }.Write);
        ulong sent = 0;
        int offset = 0;
        if (subscribes)
        {
            if (connection.Expect(FrameType.SenderState, FrameType.CloseLink) is not (FrameType.SenderState, { } began))
            {
                return;
            }

            FrameParser start = new(began, FrameType.SenderState);
            SenderStateFrame state = SenderStateFrame.Read(ref start);
            (sent, offset) = (state.Position, state.Offset);
            page->Taken = page->Demand = page->Released = page->Consumed = sent;
        }

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

            Follow(records.Pointer + open.RingOffset, open.RingSize, ref offset, ref sent);
            Scribble(page, sent, open.Window);
            ScribbleHolds(connection, _block);
            ScribbleLife(connection);
            Disturb(connection, page, theirs, open.LinkId);
            Done++;
            if (Nonsense.Chance(16))
            {
                // The victim is to see some of it.
                Thread.Sleep(1);
            }
        }

        // Half of the time the victim is left to wait for this answer, and sometimes gets one to no question.
        if (closed ? Nonsense.Chance(2) : Nonsense.Chance(50))
        {
            connection.Send(new LinkClosedFrame(open.LinkId, 1).Write);
        }

        connection.Send(new CloseLinkFrame(open.LinkId, 1, "").Write);
    }

    private void Scribble(ReceiverPage* page, ulong sent, int window)
    {
        ulong value = Nonsense.Chance(2) ? Nonsense.Near(sent, 2) : Nonsense.Chance(2) ? Nonsense.Near(sent, 2 * window) : Nonsense.Long();
        switch (Nonsense.Random.Next(24))
        {
            case 0:
                page->Consumed = value;
                break;
            case 1:
                page->Released = value;
                break;
            case 2:
                page->Taken = value;
                break;
            case 3:
                page->Demand = value;
                break;
            case 4:
                page->RevokeAnswer = value;
                break;
            case 5:
                page->Missed = value;
                break;
            case 6:
                page->Waiting = (uint)value;
                break;
            case 7:
                Nonsense.Fill(new Span<byte>((byte*)page + ReceiverPage.Size, 2 * window / 8));
                break;
            case 8:
                ((byte*)page)[ReceiverPage.Size + Nonsense.Random.Next(2 * window / 8)] ^= (byte)value;
                break;
            default:
                // As a sound one, so that traffic flows.
                Volatile.Write(ref page->Released, sent);
                Volatile.Write(ref page->Consumed, sent);
                break;
        }
    }

    private void Disturb(HostileConnection connection, ReceiverPage* page, SenderPage* theirs, int id)
    {
        switch (Nonsense.Random.Next(12))
        {
            case 0:
                Waking.Requeue(&page->Signal, &page->Waiting);
                break;
            case 1:
                Waking.Wake(&theirs->Signal);
                Waking.Wake(&theirs->Waiting);
                break;
            case 2:
                connection.Send(new DoorbellFrame(Nonsense.Chance(4) ? Nonsense.Random.Next() : id, (byte)Nonsense.Random.Next(2)).Write);
                break;
            case 3:
                page->Signal = (uint)Nonsense.Long();
                break;
            default:
                Waking.Ring(&page->Signal);
                break;
        }
    }
}
