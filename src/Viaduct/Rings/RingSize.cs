using System.Numerics;

namespace Viaduct.Rings;

/// <summary>How large a ring of records is made.</summary>
internal static class RingSize
{
    /// <summary>The largest message that is put into any ring itself, in bytes.</summary>
    public const int LargestInline = 32 * 1024;

    /// <summary>Messages of one ring, consumed out of order or not, never lie further apart than this at the least.</summary>
    private const int SmallestWindow = 64;

    private const int Smallest = 4096;
    private const int Largest = 1 << (RingMark.OffsetBits + 4);
    private const int UsualLargest = 1 << 20;

    /// <summary>Bytes of a small message whose size is not known, its record included.</summary>
    private const int UsualRecord = 512;

    /// <summary>Positions a ring for capacity k keeps: k, and room for what is consumed behind a long-held lease.</summary>
    public static int WindowFor(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(SmallestWindow, capacity + 1));

    /// <summary>Ring bytes for a capacity: all messages of a fixed size fit; of others as many small ones as is usual, and always k references to chunks.</summary>
    public static int For(int capacity, int fixedSize)
    {
        long window = WindowFor(capacity);
        long least = (window * RingBooks.ChunkRecord) + 256;
        long wanted = fixedSize is >= 0 and <= LargestInline
            ? (window * Math.Max(RingBooks.ChunkRecord, RecordHeader.Occupies(fixedSize))) + RecordHeader.Occupies(fixedSize) + 256
            : window * UsualRecord;
        long size = Math.Clamp(wanted, Smallest, Math.Max(UsualLargest, least));
        return (int)Math.Min(Largest, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(size, least)));
    }
}
