namespace Viaduct.Rings;

/// <summary>A message's position and the place of its record in the ring in one word, so that both are read at once.</summary>
internal static class RingMark
{
    /// <summary>Records start at multiples of 16 bytes, so 22 bits reach 64 MiB.</summary>
    public const int OffsetBits = 22;

    private const ulong OffsetMask = (1UL << OffsetBits) - 1;

    /// <summary>Packs a position (its low 42 bits) and a byte offset within the ring.</summary>
    public static ulong Pack(ulong position, int offset) => (position << OffsetBits) | ((uint)offset >> 4);

    /// <summary>The byte offset within the ring.</summary>
    public static int Offset(ulong mark) => (int)((mark & OffsetMask) << 4);

    /// <summary>The whole position, given one less than 2^41 away from it.</summary>
    public static ulong Position(ulong mark, ulong near)
    {
        ulong low = near << OffsetBits;
        long distance = (long)((mark & ~OffsetMask) - low) >> OffsetBits;
        return near + (ulong)distance;
    }
}
