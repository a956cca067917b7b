using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>A sound receiver of the same sender, which checks every byte that it gets.</summary>
internal sealed unsafe class HonestReceiver : ISegments
{
    private readonly Func<int, MemoryBlock?> _find;
    private RecordReceiveLink<ReadOnlyMemory<byte>> _link = null!;

    public HonestReceiver(Func<int, MemoryBlock?> find)
    {
        _find = find;
    }

    /// <summary>The identities of the messages received, in their order.</summary>
    public List<long> Received { get; } = [];

    /// <summary>Becomes a receiver.</summary>
    public SendLink Attach(Outbox<ReadOnlyMemory<byte>> outbox, object lane, RecordRing ring, bool rendezvous = false)
    {
        PinnedBlock memory = new(ReceiverPage.SizeFor(ring.Window));
        ReceiverPage* page = (ReceiverPage*)memory.Pointer;
        PeerIdentity peer = new(Guid.NewGuid(), "honest", 1, Guid.NewGuid(), Route.SharedMemory, "a test");
        RecordReader reader = new(ring.Ring.Block, ring.Ring.Offset, ring.Size, ring.PagePointer, this, 1 << 20, overtakable: false);
        void Begin(LinkStart start)
        {
            reader.Seek(start.Position, start.Offset);
            _link = new RecordReceiveLink<ReadOnlyMemory<byte>>(reader, new BytesFormat(), peer, memory, page, ring.Window, start.Position, rendezvous, FullMode.Wait);
        }

        SendLink? link = outbox.AttachRecords(lane, new LinkSetup { Peer = peer, Memory = memory }, page, Begin);
        Assert.NotNull(link);
        return link;
    }

    /// <summary>Takes what is there.</summary>
    public void Drain()
    {
        while (_link.TryTake(lease: false, out Received<ReadOnlyMemory<byte>> received))
        {
            Received.Add(Payload.Read(received.Value.Span));
        }
    }

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => _find(segmentId);
}
