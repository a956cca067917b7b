using System.Reflection;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Model.Running;
using Viaduct.Rings;

namespace Viaduct.Model.Scenarios;

/// <summary>A sender (process 0) and one or two receivers over shared memory, put together as sessions put them together.</summary>
/// <typeparam name="T">The messages.</typeparam>
internal abstract unsafe class LinkScenario<T> : Scenario
{
    /// <summary>What is used of a chunk.</summary>
    private const int ChunkBytes = 64;

    /// <summary>What a chunk claims to have: a block of its own.</summary>
    private const int ChunkSize = 1 << 20;

    /// <summary>The number of the first chunk's block.</summary>
    private const int FirstChunk = 2;

    private readonly int _window;
    private readonly int _ring;
    private readonly int _sender;
    private readonly int _chunks;
    private readonly int _chunkCount;
    private readonly int[] _receivers;
    private readonly ChannelSpec<T> _channel;

    private readonly Func<MessageFormat<T>> _format;

    /// <summary>Lays out the memory.</summary>
    /// <param name="format">How messages become bytes; each socket has one of its own.</param>
    /// <param name="capacity">Messages that may be unconsumed.</param>
    /// <param name="window">Positions of the ring.</param>
    /// <param name="ringBytes">Bytes of the ring.</param>
    /// <param name="receivers">One, or for broadcasting two.</param>
    /// <param name="chunks">Chunks that messages can lie in.</param>
    protected LinkScenario(Func<MessageFormat<T>> format, int capacity, int window, int ringBytes, int receivers = 1, int chunks = 0)
    {
        _format = format;
        _window = window;
        _chunkCount = chunks;
        RingBytes = ringBytes;
        _channel = new ChannelSpec<T>("model") { Capacity = capacity };
        _sender = Layout.Add("sender", 0, SenderPage.Size, typeof(SenderPage));
        _ring = Layout.Add("ring", 0, ringBytes);
        _receivers = new int[receivers];
        for (int receiver = 0; receiver < receivers; receiver++)
        {
            _receivers[receiver] = Layout.Add(receivers == 1 ? "receiver" : $"receiver{receiver + 1}", receiver + 1, ReceiverPage.SizeFor(Math.Max(window, 32)), typeof(ReceiverPage));
        }

        _chunks = chunks == 0 ? -1 : Layout.Add("chunks", 0, chunks * ChunkBytes);
        Journal = Layout.Add("journal", receivers == 1 ? 1 : 0, 64);
        SenderJournal = Layout.Add("sender's journal", 0, 64);
    }

    /// <inheritdoc/>
    public override int Processes => 1 + _receivers.Length;

    /// <summary>Messages that may be unconsumed.</summary>
    protected int Capacity => _channel.Capacity;

    /// <summary>Bytes of the ring.</summary>
    protected int RingBytes { get; }

    /// <summary>Whether anybody sleeps; else nobody rings.</summary>
    protected virtual bool Sleeps => true;

    /// <summary>Where the receiver notes what it does, for the sender to compare when the receiver is dead.</summary>
    protected int Journal { get; }

    /// <summary>Where the sender notes what it does.</summary>
    protected int SenderJournal { get; }

    /// <summary>What happens when a receiver is full.</summary>
    protected virtual FullMode WhenFull(int receiver) => FullMode.Wait;

    /// <inheritdoc/>
    public sealed override Course Start(int process, byte* memory) =>
        process == 0 ? Send(StartSender(memory), memory) : Receive(StartReceiver(process - 1, memory), process - 1, memory);

    /// <summary>What the sender does.</summary>
    protected abstract Course Send(Outbox<T> outbox, byte* memory);

    /// <summary>What a receiver does.</summary>
    protected abstract Course Receive(Inbox<T> inbox, int receiver, byte* memory);

    /// <summary>Adds a receiver that is not in the model.</summary>
    /// <param name="outbox">Whose receiver.</param>
    /// <param name="memory">The sender's.</param>
    /// <param name="isRung">Whether it takes at once what comes.</param>
    protected Heir AttachHeir(Outbox<T> outbox, byte* memory, bool isRung = true)
    {
        const int Window = 64;
        const int Bytes = 4096;
        PinnedBlock block = new(SenderPage.Size + Bytes + ReceiverPage.SizeFor(Window));
        RecordRing ring = new(new Allocation(block, 0, SenderPage.Size), new Allocation(block, SenderPage.Size, Bytes), Bytes, Window, NoChunks());
        RecordLane<T> lane = new(ring, outbox.Format, outbox.Channel, isShared: false);
        ReceiverPage* page = (ReceiverPage*)(block.Pointer + SenderPage.Size + Bytes);
        RecordReader reader = new(block, SenderPage.Size, Bytes, ring.PagePointer, SegmentsOf(memory), ChunkSize, overtakable: false);
        Heir heir = new(block, reader, page, IsWhole);
        outbox.AttachRecords(lane, new LinkSetup { Peer = Identity(9), Memory = block, Bell = isRung ? heir.Bell : Bell.Silent }, page, static _ => { });
        return heir;
    }

    /// <summary>Whether what an heir reads is what was sent.</summary>
    protected virtual bool IsWhole(RecordReader reader) => true;

    /// <summary>The receiver does something to a message that its death would show: noted before anything of it can be seen, and when all of it is done.</summary>
    protected void Noted(byte* memory, ulong number, Action release)
    {
        // It is this process's own, so reading it is no step.
        ulong bit = 1UL << (int)number;
        ulong* journal = (ulong*)(memory + Journal);
        Shared.Release(journal, journal[0] | bit);
        Shared.WriteFence();
        release();
        Shared.Release(journal + 1, journal[1] | bit);
    }

    /// <summary>Compares what an heir has with what the dead receiver noted.</summary>
    protected void Compare(Heir heir, byte* memory, int messages)
    {
        ulong* journal = (ulong*)(memory + Journal);
        ulong begun = Shared.Acquire(journal);
        heir.Compare(begun, Shared.Acquire(journal + 1), messages);
    }

    /// <summary>The receiver's only link, as the session knows it.</summary>
    protected ReceiveLink? Link { get; private set; }

    /// <summary>The sender's link to its first receiver, as the session knows it.</summary>
    protected SendLink? Target { get; private set; }

    /// <summary>Where the sender's chunks come from.</summary>
    protected ChunkPool? Pool { get; private set; }

    /// <summary>Takes a message, waiting until the time is over (negative: for ever).</summary>
    protected static TakeStatus Take(Inbox<T> inbox, bool lease, out Received<T> received, TimeSpan timeout)
    {
        TakeAttempt<T> attempt = new(inbox, lease);
        inbox.Block(ref attempt, timeout, CancellationToken.None);
        received = attempt.Received;
        return attempt.Status;
    }

    /// <summary>A process says that it takes barriers.</summary>
    protected void SayBarriers(byte* memory, bool sender) =>
        Shared.Release(sender ? &((SenderPage*)(memory + _sender))->Barriers : &((ReceiverPage*)(memory + _receivers[0]))->Barriers, 1);

    /// <summary>Fails unless something holds.</summary>
    protected static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ModelFailureException(what);
        }
    }

    private static PeerIdentity Identity(int process) =>
        new(new Guid(process, 0, 0, new byte[8]), "model", process, new Guid(process, 1, 0, new byte[8]), Route.SharedMemory, "");

    private static ChunkPool NoPool() =>
        new(static _ => throw new ModelFailureException("a message went to a chunk"), static _ => { }, ChunkSize);

    private static ChunkShare NoChunks() => new(NoPool(), ChunkSize);

    private static FieldInfo FieldOf(object owner, string name) => owner.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!;

    private Outbox<T> StartSender(byte* memory)
    {
        Target = null;
        LetterBlock block = new(memory, Layout.Words * sizeof(ulong)) { SegmentId = 1 };
        MessageFormat<T> format = _format();
        Outbox<T> outbox = _receivers.Length == 1 && WhenFull(0) == FullMode.Wait
            ? new QueueOutbox<T>(
                _channel, new ProducerOptions { Wait = WaitMode.Sleep }, format, Distribution.RoundRobin, 5, null, redelivers: true, _channel.Capacity)
            : new BroadcastOutbox<T>(_channel, new PublisherOptions { Wait = WaitMode.Sleep }, format, new LaneMemory(null!, NoPool(), IsShared: false));
        ChunkShare chunks = _chunks < 0 ? NoChunks() : Chunks(memory + _chunks);
        Pool = chunks.Pool;
        RecordRing ring = new(
            new Allocation(block, _sender, SenderPage.Size), new Allocation(block, _ring, RingBytes), RingBytes, _window, chunks);
        RecordLane<T> lane = new(ring, format, _channel, isShared: false);
        if (outbox is BroadcastOutbox<T> broadcast)
        {
            // A smaller ring than it would choose itself, so that a lap is a few messages.
            object lanes = FieldOf(broadcast, "_lanes").GetValue(broadcast)!;
            FieldOf(lanes, "<RecordLane>k__BackingField").SetValue(lanes, lane);
            FieldOf(lanes, "_records").SetValue(lanes, new BroadcastLane<T>(lane, _channel));

            // A session holds it, so closing leaves the memory, which is the model's.
            FieldOf(lanes, "_recordUsers").SetValue(lanes, 1);
        }

        for (int receiver = 0; receiver < _receivers.Length; receiver++)
        {
            ReceiverPage* page = (ReceiverPage*)(memory + _receivers[receiver]);
            LinkSetup setup = new()
            {
                Peer = Identity(receiver + 1),
                Memory = block,
                WhenFull = WhenFull(receiver),
                Bell = Sleeps ? new SharedBell(&page->Waiting, &ring.PagePointer->Signal, Doorbell) : Bell.Silent,
                Waiting = ring.Waiting,
                Watched = &page->Signal,
            };
            SendLink? link = outbox.AttachRecords(lane, setup, page, static _ => { });
            Target ??= link;
        }

        return outbox;
    }

    private Inbox<T> StartReceiver(int receiver, byte* memory)
    {
        LetterBlock block = new(memory, Layout.Words * sizeof(ulong)) { SegmentId = 1 };
        SenderPage* senderPage = (SenderPage*)(memory + _sender);
        ReceiverPage* page = (ReceiverPage*)(memory + _receivers[receiver]);
        Inbox<T> inbox = new(_channel, new ConsumerOptions { Wait = WaitMode.Sleep }, _format(), WhenFull(receiver));
        RecordReader reader = new(
            block, _ring, RingBytes, senderPage, SegmentsOf(memory), ChunkSize, WhenFull(receiver) != FullMode.Wait);
        reader.Seek(0, 0);
        LinkSetup setup = new()
        {
            Peer = Identity(0),
            Memory = block,
            Bell = Sleeps ? new SharedBell(&senderPage->Waiting, &page->Signal, Doorbell) : Bell.Silent,
            Waiting = new WaitingWord(&page->Waiting),
            Watched = &senderPage->Signal,
        };
        Link = inbox.AttachRecords(reader, setup, page, _window, default);
        return inbox;
    }

    private static void Doorbell() => throw new ModelFailureException("a doorbell rang though nobody awaits");

    private Segments SegmentsOf(byte* memory) => new(_chunks < 0 ? null : memory + _chunks, _chunkCount);

    private ChunkShare Chunks(byte* memory)
    {
        int blocks = 0;
        LetterBlock Create(int size)
        {
            Require(size == ChunkSize && blocks < _chunkCount, $"block {blocks} of {size} bytes was wanted");
            return new LetterBlock(memory + (blocks * ChunkBytes), size) { SegmentId = FirstChunk + blocks++ };
        }

        return new ChunkShare(new ChunkPool(Create, static _ => { }, (long)_chunkCount * ChunkSize), (long)_chunkCount * ChunkSize);
    }

    /// <summary>The sender's chunks as the receiver maps them.</summary>
    private sealed class Segments(byte* chunks, int count) : ISegments
    {
        public MemoryBlock? Find(int segmentId) => segmentId >= FirstChunk && segmentId < FirstChunk + count
            ? new LetterBlock(chunks + ((segmentId - FirstChunk) * ChunkBytes), ChunkSize) { SegmentId = segmentId }
            : null;
    }
}
