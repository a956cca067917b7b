namespace Viaduct.Tests.Support;

/// <summary>One thing that a process did with a message, and with which of several sockets.</summary>
public readonly record struct LedgerEntry(LedgerMark Mark, long Id, int Attempt, int Socket = 0)
{
    public static LedgerEntry Unpack(long packed) => new((LedgerMark)(packed & 0xff), packed >> 24, (byte)(packed >> 8), (byte)(packed >> 16));

    public long Pack() => (Id << 24) | ((long)(byte)Socket << 16) | ((long)(byte)Attempt << 8) | (byte)Mark;
}
