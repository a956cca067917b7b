using Viaduct.Blobs;
using Viaduct.Memory;

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
        var segments = new BlobSegments();
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
}
