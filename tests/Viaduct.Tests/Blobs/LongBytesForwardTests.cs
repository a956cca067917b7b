using Viaduct.Blobs;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Tests.Blobs;

/// <summary>A call with long bytes that goes from one receiver's ring to another's.</summary>
public sealed class LongBytesForwardTests
{
    private const int Size = 1 << 16;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Its_bytes_are_used_by_the_rings_that_they_lie_on_and_by_nobody_else(bool isShared)
    {
        RecordLane<Frame> first = Lane(isShared);
        RecordLane<Frame> second = Lane(isShared: true);
        byte[] bytes = new byte[LongBytes.Least];
        bytes.AsSpan().Fill(3);
        Frame frame = Frame.Rent();
        frame.LaysBeside = true;
        CallFrame.Begin(frame, 2);
        Assert.True(frame.TryAddBytes(bytes));
        Piece piece = frame.Blobs!.PieceOf(0);
        piece.TryHold();
        Assert.True(first.TryPut(frame, handOver: false, 1, 1));
        frame.Return();

        // In vain as long as the other has no room.
        Frame small = Frame.Rent();
        CallFrame.Begin(small, 2);
        ulong count = 0;
        while (second.TryPut(small, handOver: false, ++count, 1))
        {
        }

        Assert.False(first.TryForward(0, second));
        second.Reclaim(count - 1);
        Assert.True(first.TryForward(0, second));
        Assert.True(second.TryRead(count - 1, out Frame forwarded, out ulong sequence, out int attempt));
        Assert.Equal((1ul, 2), (sequence, attempt));
        byte[] read = new byte[forwarded.FullLength];
        forwarded.CopyTo(read);
        Assert.Equal([2, 0, 0, 0, 0, .. bytes], read);
        forwarded.Return();
        small.Return();

        first.Reclaim(1);
        Assert.Equal(!isShared, piece.HasOneUser);
        second.Reclaim(count);
        Assert.True(piece.HasOneUser);
        piece.Release();
    }

    private static RecordLane<Frame> Lane(bool isShared)
    {
        ChunkPool pool = new(static size => new PinnedBlock(size), static _ => { }, 1 << 20);
        RecordRing ring = new(
            new Allocation(new PinnedBlock(SenderPage.Size), 0, SenderPage.Size), new Allocation(new PinnedBlock(Size), 0, Size), Size, 8, new ChunkShare(pool, 1 << 20));
        return new RecordLane<Frame>(ring, new FrameFormat(), new ServiceSpec("forward", ""), isShared);
    }
}
