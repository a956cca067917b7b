using System.Runtime.InteropServices;

namespace Viaduct.Rings;

/// <summary>Where the bytes of a message lie that was too large for the ring: the record's payload.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct ChunkReference
{
    /// <summary>The sender's segment.</summary>
    [FieldOffset(0)]
    public int Segment;

    /// <summary>The chunk's size, a power of two (the sender's own note; readers ignore it).</summary>
    [FieldOffset(4)]
    public int ChunkLength;

    /// <summary>The first byte's offset in the segment.</summary>
    [FieldOffset(8)]
    public long Offset;

    /// <summary>Bytes of the message.</summary>
    [FieldOffset(16)]
    public int Length;
}
