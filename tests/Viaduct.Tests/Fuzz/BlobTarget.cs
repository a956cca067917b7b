using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Tests.Fuzz;

/// <summary>What stands before a message with blobs: any bytes are a prefix whose blobs lie within their memory, none, or a violation, and nothing stays held.</summary>
internal sealed class BlobTarget : FuzzTarget
{
    private static readonly ChunkShare s_share = new(new ChunkPool(static size => new PinnedBlock(size) { SegmentId = 7 }, static _ => { }, 1 << 24), 1 << 24);

    /// <inheritdoc/>
    public override string Name => "blob-prefix";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => [[], Write(byReference: true, 1), Write(byReference: false, 1), Write(byReference: true, 3), Write(byReference: false, 3), Write(byReference: true, 1, 1), Write(byReference: true, 3, 2)];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } =
        [[0xFA, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [1], [7, 0, 0, 0], [0, 0x10, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0x80], [0xFF, 0xFF]];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        var segments = new Segments();
        using var blobs = new BlobList();
        try
        {
            bool hasAll = BlobPrefix.HasAll(input, segments);
            if (!BlobPrefix.TryMeasure(input, out int prefix))
            {
                return "none";
            }

            BlobPrefix.Read(input[..prefix], segments, blobs);
            Assert.True(hasAll);
            long sum = 0;
            for (int i = 0; i < blobs.Count; i++)
            {
                Assert.InRange(blobs.LengthOf(i), 0, blobs.PieceOf(i).Size);
                foreach (byte one in blobs.PieceOf(i).GetSpan()[..blobs.LengthOf(i)])
                {
                    sum += one;
                }
            }

            return $"{blobs.Count} blobs, {blobs.CountBeside} beside, {Math.Sign(sum)}";
        }
        catch (ProtocolViolationException error)
        {
            return Outcome(error);
        }
        finally
        {
            blobs.Clear();
            Assert.Equal(0, segments.Users);
        }
    }

    private static byte[] Write(bool byReference, int count, int beside = 0)
    {
        using var blobs = new BlobList();
        for (int i = 0; i < count; i++)
        {
            Assert.True(s_share.TryRent(100, out Chunk chunk));
            int number = blobs.AddHeld(chunk, 10 * i);
            if (i < beside)
            {
                blobs.SetPlace(number, 5 * i);
            }
        }

        byte[] bytes = new byte[BlobPrefix.Measure(blobs, byReference)];
        BlobPrefix.Write(blobs, byReference, bytes);
        return [.. bytes, 1, 2, 3];
    }

    /// <summary>A peer's memory: one file of blobs, and one of others.</summary>
    private sealed class Segments : ISegments
    {
        private static readonly PinnedBlock s_blobs = new(1 << 16) { SegmentId = 7 };
        private static readonly PinnedBlock s_others = new(1 << 16) { SegmentId = 8 };

        private readonly List<Held> _pieces = [];

        public int Users => _pieces.Count(static piece => piece.Users != 0);

        public MemoryBlock? Find(int segmentId) => segmentId switch { 7 => s_blobs, 8 => s_others, _ => null };

        public Piece? Hold(in ChunkReference reference)
        {
            if (reference.Segment != 7)
            {
                return null;
            }

            ForeignSegment.Check(reference, s_blobs);
            var piece = new Held(reference.Offset);
            _pieces.Add(piece);
            return piece;
        }

        private sealed unsafe class Held(long offset) : Piece
        {
            public int Users { get; private set; } = 1;

            public override byte* Pointer => s_blobs.Pointer + offset;

            public override int Size => (int)(s_blobs.Length - offset);

            public override int Segment => 7;

            public override long Offset => offset;

            public override bool IsExposed => false;

            public override bool IsOurs => false;

            public override bool HasOneUser => Users == 1;

            public override bool TryHold() => Users++ > 0;

            public override void Release() => Users--;

            public override void Expose()
            {
            }

            public override void Free()
            {
            }

            public override Span<byte> GetSpan() => new(Pointer, Size);
        }
    }
}
