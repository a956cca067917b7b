namespace Viaduct.Tests.Support;

/// <summary>One thing that a process did with a message.</summary>
public readonly record struct LedgerEntry(LedgerMark Mark, long Id, int Attempt)
{
    public static LedgerEntry Unpack(long packed) => new((LedgerMark)(packed & 0xff), packed >> 16, (byte)(packed >> 8));

    public long Pack() => (Id << 16) | ((long)(byte)Attempt << 8) | (byte)Mark;
}
