using Viaduct.Blobs;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Tests.Memory;

/// <summary>A message that can't be written after room for it was taken: nothing of it stays in use.</summary>
public sealed class ThrowingFormatTests : IDisposable
{
    private const int Size = 1 << 16;

    /// <summary>There is memory for one message that does not fit into the ring.</summary>
    private const int Large = 40_000;

    private readonly ThrowingFormat _format = new();
    private readonly ChunkPool _pool = new(static size => new PinnedBlock(size), static _ => { }, 1 << 20);
    private readonly RecordRing _ring;
    private readonly RecordLane<int> _lane;

    public ThrowingFormatTests()
    {
        _ring = new RecordRing(
            new Allocation(new PinnedBlock(SenderPage.Size), 0, SenderPage.Size), new Allocation(new PinnedBlock(Size), 0, Size), Size, 8, new ChunkShare(_pool, Size));
        _lane = new RecordLane<int>(_ring, _format, new ChannelSpec<int>("throwing"), isShared: true);
    }

    public void Dispose()
    {
        _lane.Close();
        _format.Dispose();
        _pool.Dispose();
    }

    [Theory]
    [InlineData(10, ThrowingStep.Write)]
    [InlineData(10, ThrowingStep.Measure)]
    [InlineData(Large, ThrowingStep.Write)]
    [InlineData(Large, ThrowingStep.Measure)]
    public void Its_memory_comes_back_at_once_and_the_next_goes(int length, ThrowingStep step)
    {
        Chunk blob = new ChunkShare(_pool, Size).Rent(5000);
        for (int i = 0; i < 20; i++)
        {
            _format.Begin(length, step, blob);
            Assert.Throws<FormatException>(() => _lane.TryPut(1, handOver: false, 1, 1));
            Assert.True(_format.IsForgotten);
            Assert.Equal((0ul, 0), (_lane.Sent, _lane.ChunksHeld));

            // Nobody uses it but the one who has it, and the memory for large ones is free.
            Assert.True(blob.HasOneUser);
        }

        _format.Begin(Large, ThrowingStep.None, blob);
        Assert.True(_lane.TryPut(7, handOver: false, 1, 1));
        Assert.False(blob.HasOneUser);
        ReadOnlySpan<byte> written = _ring.Read(0, out ulong sequence, out _, out _);
        Assert.Equal((Large, 7, 1ul), (written.Length, (int)written[^1], sequence));
        _lane.Reclaim(1);
        Assert.True(blob.HasOneUser);
        blob.Release();
    }

    [Fact]
    public void Of_several_together_those_before_it_are_sent_and_those_behind_it_can_be()
    {
        _format.Begin(100, ThrowingStep.Write, null);
        _format.Unlucky = 3;
        Assert.Equal(2, _lane.TryPutMany([1, 2, 3, 4], 1, out long bytes));
        Assert.Equal((2ul, 200L), (_lane.Sent, bytes));
        Assert.Equal(1, _lane.TryPutMany([4], 3, out _));
        Assert.Equal(4, _ring.Read(2, out _, out _, out _)[^1]);
    }

    [Fact]
    public void Blobs_of_which_one_is_gone_leave_the_others_as_they_were()
    {
        Chunk there = new ChunkShare(_pool, 1 << 20).Rent(5000);
        using (var blobs = new BlobList())
        {
            there.TryHold();
            blobs.AddHeld(there, 1);
            blobs.AddHeld(new GonePiece(), 1);
            Assert.Throws<InvalidOperationException>(blobs.HoldAll);
        }

        Assert.True(there.HasOneUser);
        there.Release();
    }

    /// <summary>Where a message fails.</summary>
    public enum ThrowingStep
    {
        None,
        Measure,
        Write,
    }

    /// <summary>Memory that nobody can use any more.</summary>
    private sealed unsafe class GonePiece : Piece
    {
        public override byte* Pointer => null;

        public override int Size => 4096;

        public override int Segment => 0;

        public override long Offset => 0;

        public override bool IsExposed => false;

        public override bool IsOurs => true;

        public override bool HasOneUser => false;

        public override bool TryHold() => false;

        public override void Release()
        {
        }

        public override void Expose()
        {
        }

        public override void Free()
        {
        }

        public override Span<byte> GetSpan() => default;
    }

    private sealed class ThrowingFormat : MessageFormat<int>, IDisposable
    {
        private readonly BlobList _blobs = new();
        private int _length;
        private ThrowingStep _step;

        /// <summary>The message that fails; 1 unless said.</summary>
        public int Unlucky { get; set; } = 1;

        public bool IsForgotten { get; private set; }

        public override bool CarriesBlobs => true;

        public override BlobList? Blobs => _blobs;

        public void Dispose() => _blobs.Dispose();

        public void Begin(int length, ThrowingStep step, Chunk? blob)
        {
            (_length, _step, IsForgotten) = (length, step, false);
            _blobs.Clear();
            if (blob is not null)
            {
                blob.TryHold();
                _blobs.AddHeld(blob, 5000);
            }
        }

        public override int Measure(in int message)
        {
            Throw(ThrowingStep.Measure, message);
            return _length;
        }

        public override void Write(in int message, Span<byte> destination)
        {
            Throw(ThrowingStep.Write, message);
            destination[^1] = (byte)message;
            _blobs.Clear();
        }

        public override void Forget()
        {
            IsForgotten = true;
            _blobs.Clear();
        }

        public override int Read(ReadOnlySpan<byte> bytes, ISegments? segments) => bytes[^1];

        private void Throw(ThrowingStep step, int message)
        {
            if (step == _step && message == Unlucky)
            {
                throw new FormatException("no");
            }
        }
    }
}
