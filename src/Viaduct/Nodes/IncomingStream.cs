using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Wire.Frames;

namespace Viaduct.Nodes;

/// <summary>
/// The receiving half of a stream: puts messages together in a private ring, which the socket reads as if the sender were in this
/// process. Used under the lock of the session's input.
/// </summary>
internal sealed unsafe class IncomingStream
{
    /// <summary>A message that claims to be longer gets more memory only as its bytes come.</summary>
    private const int TrustedLength = 1 << 20;

    private readonly ChannelSpec _channel;
    private readonly RecordRing _ring;
    private readonly ChunkShare _share;
    private readonly ReceiverPage* _page;
    private readonly bool _overtakes;

    /// <summary>Messages that are kept where the oldest are let go.</summary>
    private readonly ulong _kept;

    /// <summary>Where the next bytes of a message under way go; null between messages.</summary>
    private byte* _message;
    private int _length;
    private int _received;

    /// <summary>Holds the message under way while it grows; null where its record is reserved.</summary>
    private Chunk? _growing;

    /// <summary>What the wire's positions are ahead of ours: messages that a publisher let go before it sent them.</summary>
    private ulong _shift;

    /// <summary>A ring with what a channel of that size needs.</summary>
    public IncomingStream(ChannelSpec channel, LaneMemory memory, int fixedSize, int window, ReceiverPage* page, FullMode whenFull)
    {
        int size = RingSize.For(channel.Positions, fixedSize);
        _channel = channel;
        _page = page;
        _overtakes = whenFull != FullMode.Wait;

        // Who is disconnected rather than let messages go has all that is unconsumed.
        _kept = (ulong)(whenFull == FullMode.Disconnect ? Math.Max(1, channel.Capacity) + channel.History : channel.Kept);
        _share = new ChunkShare(memory.Chunks, long.MaxValue);
        (Allocation senderPage, Allocation records) = memory.AllocateRing(size);
        _ring = new RecordRing(senderPage, records, size, window, _share);
        if (_overtakes)
        {
            _ring.AllowOvertaking();
        }

        if (whenFull == FullMode.Latest)
        {
            _ring.ShowNewest();
        }

        Memory = memory;
    }

    /// <summary>Where the ring lies.</summary>
    public LaneMemory Memory { get; }

    /// <summary>The ring.</summary>
    public RecordRing Ring => _ring;

    /// <summary>The position on the wire of the first message.</summary>
    public ulong Start { get; private set; }

    /// <summary>The position on the wire of the next message.</summary>
    public ulong Next => Start + _ring.Sent + _shift;

    /// <summary>Begins at a position.</summary>
    public void Begin(ulong position) => Start = position;

    /// <summary>A position of ours as the wire counts it.</summary>
    public ulong ToWire(ulong position) => Start + position + _shift;

    /// <summary>A position on the wire as we count it.</summary>
    public ulong FromWire(ulong position) => position - Start - _shift;

    /// <summary>Forgets what was received of a message that the broken connection cut off.</summary>
    public void DropPartial()
    {
        if (_message != null)
        {
            if (_growing is { } chunk)
            {
                chunk.Release();
                _growing = null;
            }
            else
            {
                _ring.Abandon();
            }

            _message = null;
        }
    }

    /// <summary>Takes back what was consumed of a link that is idle.</summary>
    public void Sweep()
    {
        if (_ring.ChunksHeld > 0 && _message == null)
        {
            MakeRoom(coming: 0);
        }

        _share.Flush();
    }

    /// <summary>Gives the memory back; the link is not used again.</summary>
    public void Close()
    {
        DropPartial();
        _ring.Close();
        _share.Close();
        Memory.Rings.Free(_ring.Ring);
        Memory.Rings.Free(_ring.Page);
    }

    /// <summary>
    /// Notes that the sender let messages go before it sent them, and tells how many: to be called, and counted, before <see cref="Add"/>.
    /// </summary>
    /// <exception cref="ProtocolViolationException">The sender may not.</exception>
    public ulong PassGap(in DataFrame frame)
    {
        ulong gap = frame.Position - Next;
        if (gap == 0)
        {
            return 0;
        }

        if (frame.Position < Next || !_overtakes)
        {
            throw Violation($"message {frame.Position} where {Next} comes next");
        }

        // A message that was overwritten half-way ends with the gap.
        DropPartial();
        _shift += gap;
        return gap;
    }

    /// <summary>Takes a piece of a message. True when a message became whole.</summary>
    /// <exception cref="ProtocolViolationException">The sender sends what it may not.</exception>
    public bool Add(in DataFrame frame, ReadOnlySpan<byte> bytes)
    {
        if (frame.Kind == RecordHeader.Complete)
        {
            if (_message != null)
            {
                throw Violation("an end mark in the middle of a message");
            }

            MakeRoom(coming: 0);
            return _ring.TryComplete() ? true : throw Violation("an end mark beyond its window");
        }

        if (frame.Kind != RecordHeader.Inline || frame.TotalLength > _channel.MaxMessageSize + ReplyFormat<int>.StatusLength || frame.Offset + bytes.Length > frame.TotalLength)
        {
            throw Violation($"a message of {frame.TotalLength} bytes (at most {_channel.MaxMessageSize}), of which it sends {bytes.Length} at {frame.Offset}");
        }

        if (frame.Offset == 0 && _message == null)
        {
            Begin(frame);
        }
        else if (_message == null || frame.Offset != _received || frame.TotalLength != _length)
        {
            throw Violation($"bytes {frame.Offset} of {frame.TotalLength} where {_received} of {_length} come next");
        }

        if (_growing is { } full && _received + bytes.Length > full.Size)
        {
            Grow(full);
        }

        bytes.CopyTo(new Span<byte>(_message + _received, (_growing?.Size ?? _length) - _received));
        _received += bytes.Length;
        if (_received < _length)
        {
            return bytes.Length > 0 ? false : throw Violation("an empty piece of a message");
        }

        if (_growing is { } whole)
        {
            MakeRoom(coming: 1);
            if (!_ring.TryReserve(whole, 0))
            {
                throw NoRoom(_length);
            }

            // The ring keeps it from here on.
            whole.Release();
            _growing = null;
        }

        _message = null;
        _ring.Commit(_length, frame.Sequence, frame.Attempt);
        return true;
    }

    private void Begin(in DataFrame frame)
    {
        _length = frame.TotalLength;
        _received = 0;
        if (_length > TrustedLength)
        {
            _growing = Rent(TrustedLength);
            _message = _growing.Pointer;
            return;
        }

        MakeRoom(coming: 1);
        _message = _ring.TryReserve(_length);
        if (_message == null)
        {
            throw NoRoom(_length);
        }
    }

    /// <summary>Twice the room for the message under way.</summary>
    private void Grow(Chunk full)
    {
        Chunk larger = Rent((int)Math.Min(2L * full.Size, _length));
        new ReadOnlySpan<byte>(_message, _received).CopyTo(new Span<byte>(larger.Pointer, larger.Size));
        full.Release();
        _growing = larger;
        _message = larger.Pointer;
    }

    private Chunk Rent(int length) => _share.TryRent(length, out Chunk chunk) ? chunk : throw NoRoom(_length);

    /// <summary>Lets go of what was consumed, and of as many of the oldest as must go before those that come.</summary>
    private void MakeRoom(ulong coming)
    {
        ulong upTo = Shared.Acquire(&_page->Consumed);
        if (_overtakes)
        {
            upTo = Math.Max(upTo, _ring.Sent + coming > _kept ? _ring.Sent + coming - _kept : 0);
        }

        _ring.Reclaim(Math.Min(upTo, _ring.Sent));
        if (_ring.ChunksHeld > 1 && !_overtakes)
        {
            ReleaseBeyond(upTo);
        }
    }

    /// <summary>What was consumed behind a message that is not frees its memory, if not its place. The socket sets the bits; see ReceiveLink.</summary>
    private void ReleaseBeyond(ulong consumed)
    {
        ulong* map = (ulong*)((byte*)_page + ReceiverPage.Size);
        int mask = (2 * _ring.Window) - 1;
        for (ulong position = consumed; position < _ring.Sent; position++)
        {
            int bit = (int)position & mask;
            if ((Shared.Acquire(&map[bit >> 6]) & (1UL << (bit & 63))) != 0)
            {
                _ring.Release(position);
            }
        }
    }

    private ProtocolViolationException NoRoom(int length) => Violation($"a message of {length} bytes for which there is no room within the channel's bounds");

    private ProtocolViolationException Violation(string what) => new($"Channel '{_channel.Name}': the sender sends {what}.");
}
