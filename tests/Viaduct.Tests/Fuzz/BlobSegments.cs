using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Tests.Fuzz;

/// <summary>A peer's memory: one file of blobs, and one of others.</summary>
internal sealed class BlobSegments : ISegments
{
    private static readonly PinnedBlock s_blobs = new(1 << 16) { SegmentId = 7 };
    private static readonly PinnedBlock s_others = new(1 << 16) { SegmentId = 8 };

    private readonly List<Held> _pieces = [];

    /// <summary>Pieces that are used still.</summary>
    public int Users => _pieces.Count(static piece => piece.Users != 0);

    /// <inheritdoc/>
    public MemoryBlock? Find(int segmentId) => segmentId switch { 7 => s_blobs, 8 => s_others, _ => null };

    /// <inheritdoc/>
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
