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

/// <summary>Opens sound links in shared memory first, as a sender to a socket of the victim's or as a receiver of one.</summary>
internal abstract unsafe class MeetingAttack(Victim victim, Nonsense nonsense, int cases, bool receives, Func<Victim> another) : Attack(victim, nonsense, cases)
{
    private const int RingOffset = 4096;
    private const int RingSize = 8192;

    /// <summary>What a loaded machine may take.</summary>
    protected static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether this program is the receiver.</summary>
    protected bool Receives => receives;

    /// <summary>Opens a link.</summary>
    protected Meeting Meet() => receives ? MeetSender() : MeetReceiver();

    private Meeting MeetReceiver()
    {
        HostileConnection connection = Victim.Meet(ConnectionMode.SharedMemory) ?? throw new InvalidOperationException("No handshake.");
        SharedBlock block = ShareMemory(connection);
        connection.Send((Victim.LinkTo(Victim.Find(), 1) with { RingSegment = 1, RingOffset = RingOffset, RingSize = RingSize, SenderPageSegment = 1 }).Write);
        FrameParser parser = new(Expect(connection, FrameType.LinkOpened), FrameType.LinkOpened);
        LinkOpenedFrame opened = LinkOpenedFrame.Read(ref parser);
        connection.Send(new SenderStateFrame(1, 0, 0, 0, 0).Write);
        SenderPage* ours = (SenderPage*)block.Pointer;
        ReceiverPage* theirs = (ReceiverPage*)(connection.Segments.Find(opened.PageSegment)!.Pointer + opened.PageOffset);
        return new Meeting(connection, block, 1, &ours->Signal, &theirs->Signal, &theirs->Waiting);
    }

    /// <summary>One node for each, since the victim dials each once.</summary>
    private Meeting MeetSender()
    {
        LocalDirectory directory = another().Directory;
        BlockingCollection<HostileConnection> accepted = [];
        UnixListener listener = new(directory.SocketPath, socket => accepted.Add(new HostileConnection(new PolledTransport(socket, "hostile"))), directory.SocketMode);
        directory.Register(Victim.Find() with { SocketId = Guid.NewGuid(), NodeId = directory.NodeId });
        if (!accepted.TryTake(out HostileConnection? connection, s_patience) || !connection.Answer(directory.NodeId))
        {
            throw new InvalidOperationException("The victim does not come.");
        }

        SharedBlock block = ShareMemory(connection);
        FrameParser parser = new(Expect(connection, FrameType.OpenLink), FrameType.OpenLink);
        OpenLinkFrame open = OpenLinkFrame.Read(ref parser);
        connection.Send(new LinkOpenedFrame { LinkId = open.LinkId, PageSegment = 1 }.Write);
        ReceiverPage* ours = (ReceiverPage*)block.Pointer;
        SenderPage* theirs = (SenderPage*)(connection.Segments.Find(open.SenderPageSegment)!.Pointer + open.SenderPageOffset);
        byte* ring = connection.Segments.Find(open.RingSegment)!.Pointer + open.RingOffset;
        return new Meeting(connection, block, open.LinkId, &ours->Signal, &theirs->Signal, &theirs->Waiting, ring, open.RingSize) { Listener = listener, Directory = directory };
    }

    private static SharedBlock ShareMemory(HostileConnection connection)
    {
        SharedBlock block = SharedBlock.Create(1, 1 << 20);
        connection.Send(new SegmentFrame(1, (ulong)block.Length).Write, block.Descriptor);
        return block;
    }

    private static byte[] Expect(HostileConnection connection, FrameType type) =>
        connection.Expect(type) ?? throw new InvalidOperationException($"The victim sends no {type}.");

    /// <summary>A link, its connection, the word on which the victim sleeps, and the victim's own two.</summary>
    protected sealed class Meeting(
        HostileConnection connection, SharedBlock block, int link, uint* signal, uint* theirSignal, uint* theirWaiting, byte* ring = null, int ringSize = 0) : IDisposable
    {
        private int _offset;
        private ulong _consumed;

        public HostileConnection Connection => connection;

        public int Link => link;

        public uint* Signal => signal;

        public uint* TheirSignal => theirSignal;

        public uint* TheirWaiting => theirWaiting;

        /// <summary>Where the victim was awaited, if it was.</summary>
        public UnixListener? Listener { get; init; }

        /// <summary>The node that the victim was awaited at.</summary>
        public LocalDirectory? Directory { get; init; }

        /// <summary>Consumes what has come, as a sound receiver does.</summary>
        public void Consume()
        {
            if (ring != null)
            {
                ReceiverPage* page = (ReceiverPage*)block.Pointer;
                Follow(ring, ringSize, ref _offset, ref _consumed);
                Volatile.Write(ref page->Released, _consumed);
                Volatile.Write(ref page->Consumed, _consumed);
            }
        }

        public void Dispose()
        {
            connection.Close();
            Listener?.Dispose();
            Directory?.Dispose();
            ((IDisposable)block).Dispose();
        }
    }
}
