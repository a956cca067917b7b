using System.Runtime.InteropServices;

namespace Viaduct.Rings;

/// <summary>What the sender of a ring tells its readers. Written by the sender alone; its layout is part of the handshake's version.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct SenderPage
{
    /// <summary>Bytes a page takes: two pairs of cache lines.</summary>
    public const int Size = 256;

    /// <summary>The oldest message still whole in the ring, as a <see cref="RingMark"/>: readers that may be overtaken check it after copying.</summary>
    [FieldOffset(0)]
    public ulong Oldest;

    /// <summary>The last message, as a <see cref="RingMark"/>, once some reader wants only that; the end mark is none.</summary>
    [FieldOffset(8)]
    public ulong Newest;

    /// <summary>The sender's waiting epoch: see <see cref="WaitEpoch"/>.</summary>
    [FieldOffset(128)]
    public uint Waiting;

    /// <summary>Counts the wake-ups that the sender gave; readers sleep on it.</summary>
    [FieldOffset(192)]
    public uint Signal;

    /// <summary>1 once the sender's process takes the machine's barriers, so that a reader may be <see cref="WaitEpoch.Awake"/>.</summary>
    [FieldOffset(196)]
    public uint Barriers;
}
