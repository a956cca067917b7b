using System.Runtime.InteropServices;

namespace Viaduct.Rings;

/// <summary>Where the bytes of a message lie that was too large for the ring, or loaned: the record's payload. With its header half a cache line.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct ChunkReference
{
    /// <summary>The sender's segment.</summary>
    [FieldOffset(0)]
    public int Segment;

    /// <summary>Bytes of the message.</summary>
    [FieldOffset(4)]
    public int Length;

    /// <summary>The first byte's offset in the segment.</summary>
    [FieldOffset(8)]
    public long Offset;
}
