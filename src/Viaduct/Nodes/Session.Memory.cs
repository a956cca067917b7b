using Microsoft.Win32.SafeHandles;
using Viaduct.Blobs;
using Viaduct.Linux;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <content>The memory files that pass over this session, and the peer's sign of life.</content>
internal sealed partial class Session
{
    /// <summary>Rings and pages of one pair lie together in blocks of this size.</summary>
    private const int PairBlock = 1 << 20;

    private readonly SegmentTable _segments = new();

    /// <summary>Which of the peer's blobs this process uses.</summary>
    private HoldTable? _holds;

    private volatile bool _released;
    private volatile bool _judged;

    /// <summary>Milliseconds of checks since the peer was marked as dying; the heartbeat's only.</summary>
    private long _dyingFor;

    /// <summary>Whether the peer's mark is not believed: it may live on.</summary>
    private volatile bool _disbelieved;

    /// <summary>The peer as one that uses ours; null until it said where it says so.</summary>
    private BlobPeer? _blobPeer;
    private Arena? _arena;

    /// <summary>
    /// The end of a process that is marked as dying follows within this time. It takes a loaded machine some tens of milliseconds, and some seconds where tens of gigabytes are
    /// torn down. A process that takes longer is no worse off than one whose connection breaks: it is not known then how far it had come.
    /// </summary>
    internal static readonly TimeSpan DyingBound = TimeSpan.FromSeconds(10);

    /// <summary>Whether the peer is marked as dying: it is sent nothing more, and its end follows, or it is ended.</summary>
    public bool IsDying { get; private set; }

    /// <summary>Hands one of our memory files to the peer.</summary>
    internal void Share(SharedBlock block, SegmentKind kind = SegmentKind.Messages)
    {
        if (SharesMemory)
        {
            SendSegment(block.SegmentId, block.Descriptor!, block.Length, kind);
        }
    }

    /// <summary>Hands another process's blobs on.</summary>
    internal void ShareRelayed(int id, ForeignSegment segment) => SendSegment(id, segment.Descriptor, segment.Block.Length, SegmentKind.RelayedBlobs);

    /// <summary>Tells the peer that one of our memory files is not used any more.</summary>
    internal void Retire(int segmentId)
    {
        if (SharesMemory)
        {
            Send(new SegmentRetiredFrame(segmentId).Write);
        }
    }

    /// <summary>Bytes of the peer's memory files that are mapped here.</summary>
    internal long MappedBytes => _segments.Bytes;

    /// <summary>Where the peer's large messages lie that came over a stream.</summary>
    internal ChunkPool StreamChunks => _streams.Lanes.Chunks;

    /// <summary>Memory for rings that this peer alone reads, and for pages.</summary>
    private Arena PairArena()
    {
        lock (_lock)
        {
            return _arena ??= new Arena(
                size =>
                {
                    SharedBlock block = SharedBlock.Create(NodeMemory.NextSegment(), size);
                    Share(block);
                    return block;
                },
                PairBlock);
        }
    }

    private void SendSegment(int id, SafeFileHandle descriptor, long size, SegmentKind kind = SegmentKind.Messages)
    {
        FrameBuilder builder = new();
        new SegmentFrame(id, (ulong)size, kind).Write(builder);
        _transport.Send(builder.Written, descriptor);
    }

    private unsafe void OnSegment(in SegmentFrame frame, ref ReceivedDescriptors descriptors)
    {
        if (!SharesMemory)
        {
            throw new ProtocolViolationException("A memory file came over a connection that shares no memory.");
        }

        _segments.Add(frame.SegmentId, descriptors.Take(), frame.Size, frame.Kind, _holds, PeerName);
        if (frame.SegmentId == 0)
        {
            WatchLife();
            return;
        }

        // Messages that lie in it may have been seen before it came.
        WakeReceivers();
    }

    /// <summary>Tells the peer where this process says which of its blobs it uses: before that the peer hands none over.</summary>
    private void OfferHolds()
    {
        _holds = new HoldTable(PairArena().Allocate(HoldTable.Size));
        Send(new HoldsFrame(_holds.Place.Block.SegmentId, (ulong)_holds.Place.Offset).Write);
    }

    private unsafe void OnHolds(in HoldsFrame frame)
    {
        if (!SharesMemory || _blobPeer is not null)
        {
            throw new ProtocolViolationException("A table of blobs in use came twice, or over a connection that shares no memory.");
        }

        byte* table = PeerMemory(frame.SegmentId, frame.Offset, HoldTable.Size, out MemoryBlock block);
        BlobPeer peer = new(this, block, table);
        lock (_lock)
        {
            if (State != SessionState.Open)
            {
                return;
            }

            _blobPeer = peer;
        }

        BlobMemory.Join(peer);
    }

    /// <summary>The connection has ended: what the peer used of our blobs comes back, and what we use of its is judged.</summary>
    private void LeaveBlobs()
    {
        BlobPeer? peer;
        lock (_lock)
        {
            peer = _blobPeer;
            _blobPeer = null;
        }

        if (peer is not null)
        {
            BlobMemory.Leave(peer, PeerHasDied());
        }

        _judged = !_segments.HasBlobs;
        if (!_judged)
        {
            _ = JudgeBlobsAsync();
        }
    }

    private unsafe void WatchLife()
    {
        MemoryBlock file = _segments.FindKept(0)!;
        if (_peerLifeSlot > 0 && _peerLifeSlot <= LifeWords.Count && _peerLifeSlot * LifeWords.Stride <= file.Length)
        {
            _deathWatch = LifeWords.Watch((uint*)(file.Pointer + ((_peerLifeSlot - 1) * LifeWords.Stride)), OnLifeWord);
        }
    }

    /// <summary>Whether the kernel has marked the peer's process as dying; false also where that can't be known.</summary>
    private unsafe bool PeerHasDied() =>
        !_disbelieved
        && (IsDying
            || (_peerLifeSlot > 0 && _peerLifeSlot <= LifeWords.Count && _segments.FindKept(0) is { } file && _peerLifeSlot * LifeWords.Stride <= file.Length
                && LifeWords.IsMark(Volatile.Read(ref *(uint*)(file.Pointer + ((_peerLifeSlot - 1) * LifeWords.Stride))))));

    /// <summary>The peer's word is not what it was.</summary>
    private void OnLifeWord(uint value)
    {
        if (LifeWords.IsMark(value))
        {
            OnDying();
            return;
        }

        Disbelieve($"{PeerName} wrote 0x{value:x8} over its life word, which only the kernel writes, and only to mark its death; the peer is faulty or hostile.");
    }

    /// <summary>Called again and again: notices a peer that is marked as dying and goes on living, which only its connection can tell.</summary>
    private void CheckDeath(long sinceLast)
    {
        if (IsDying && !_disbelieved && State == SessionState.Open && (_dyingFor += sinceLast) > DyingBound.TotalMilliseconds)
        {
            Disbelieve(
                $"{PeerName} (process {PeerProcess}) was marked as dying {DyingBound.TotalSeconds:0} s ago, and its connection has not ended. Either it wrote the mark itself, and is faulty or hostile, or its end takes that long.");
        }
    }

    private void Disbelieve(string why)
    {
        _disbelieved = true;
        _transport.Close(new ProtocolViolationException(why));
    }

    /// <summary>The peer's process is marked as dying: milliseconds before its socket ends, where the kernel has done it.</summary>
    private void OnDying()
    {
        IsDying = true;
        foreach (OutgoingLink link in OutgoingSnapshot())
        {
            if (link.Link is { } end)
            {
                link.Outbox.MarkDying(end);
            }
        }

        WakeAll();
    }

    private unsafe SenderPage* SenderPageAt(int segment, ulong offset) => (SenderPage*)PeerMemory(segment, offset, SenderPage.Size, out _);

    private unsafe byte* PeerMemory(int segment, ulong offset, int length, out MemoryBlock block)
    {
        block = _segments.FindKept(segment)
            ?? throw new ProtocolViolationException($"The peer refers to memory file {segment}, which it never handed over.");
        if ((offset & 127) != 0 || offset > (ulong)block.Length || (ulong)length > (ulong)block.Length - offset)
        {
            throw new ProtocolViolationException($"The peer refers to {length} bytes at {offset} of memory file {segment}, which has {block.Length}.");
        }

        return block.Pointer + offset;
    }

    private void WakeReceivers()
    {
        foreach (IncomingLink link in IncomingSnapshot())
        {
            link.Inbox.Wake();
        }
    }

    private void WakeAll()
    {
        WakeReceivers();
        foreach (OutgoingLink link in OutgoingSnapshot())
        {
            link.Outbox.Wake();
        }
    }

    private OutgoingLink[] OutgoingSnapshot()
    {
        lock (_lock)
        {
            return [.. _outgoing.Values];
        }
    }

    private IncomingLink[] IncomingSnapshot()
    {
        lock (_lock)
        {
            return [.. _incoming.Values];
        }
    }

    /// <summary>Gives the pair's memory back once nobody of ours uses it any more.</summary>
    private void ReleaseMemory()
    {
        lock (_lock)
        {
            if (State != SessionState.Closed || _incoming.Count > 0 || _outgoing.Count > 0)
            {
                return;
            }
        }

        _segments.Close();
        _released = true;
        EndWatch();
        if (_holds is { } holds)
        {
            _holds = null;
            _arena!.Free(holds.Place);
        }

        _arena?.Close();
    }

    /// <summary>
    /// Of a process that has ended blobs stay readable; of one that lives on they are lost before it writes there. A process that leaves in order is given the time to end.
    /// </summary>
    private async Task JudgeBlobsAsync()
    {
        await Task.Delay(BlobMemory.Grace).ConfigureAwait(false);
        _segments.Judge(PeerHasDied());
        _judged = true;
        EndWatch();
    }

    private void EndWatch()
    {
        if (_released && _judged)
        {
            _deathWatch?.Dispose();
            _life?.Dispose();
            _segments.CloseLife();
        }
    }
}
