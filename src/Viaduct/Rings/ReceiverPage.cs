using System.Runtime.InteropServices;

namespace Viaduct.Rings;

/// <summary>
/// What a receiver tells its sender: the credit, the acknowledgement and the progress, in one. Written by the receiver alone;
/// its layout is part of the handshake's version. Behind it lies the map of what was released out of order, two bits of room
/// for each position of the window, so that a bit which is still to be cleared can't be taken for one of the next lap.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ReceiverPage
{
    /// <summary>Bytes before the map.</summary>
    public const int Size = 256;

    /// <summary>Every position below this was consumed.</summary>
    [FieldOffset(0)]
    public ulong Consumed;

    /// <summary>Messages consumed in all, those beyond <see cref="Consumed"/> included.</summary>
    [FieldOffset(8)]
    public ulong Released;

    /// <summary>Every position below this was handed to the program (k = 0 only).</summary>
    [FieldOffset(16)]
    public ulong Taken;

    /// <summary>Receives are waiting for every position below this (k = 0 only).</summary>
    [FieldOffset(24)]
    public ulong Demand;

    /// <summary>The answer to the last request to give a message back: (position + 1) · 2 + (1 = given back, 0 = was taken).</summary>
    [FieldOffset(32)]
    public ulong RevokeAnswer;

    /// <summary>Messages that were overwritten before this receiver came to them.</summary>
    [FieldOffset(40)]
    public ulong Missed;

    /// <summary>The receiver's waiting epoch: see <see cref="WaitEpoch"/>.</summary>
    [FieldOffset(128)]
    public uint Waiting;

    /// <summary>Counts the wake-ups that the receiver gave; the sender sleeps on it.</summary>
    [FieldOffset(192)]
    public uint Signal;

    /// <summary>1 once the receiver's process takes the machine's barriers, so that the sender may be <see cref="WaitEpoch.Awake"/>.</summary>
    [FieldOffset(196)]
    public uint Barriers;

    /// <summary>Bytes a page with its map takes for a window of that many positions.</summary>
    public static int SizeFor(int window) => Size + (2 * window / 8);
}
