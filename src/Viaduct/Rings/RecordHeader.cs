namespace Viaduct.Rings;

/// <summary>
/// A record's first 16 bytes: a word that publishes it (length, kind, attempt; zero = not there yet) and the message's sequence
/// number. Before a record is published, the word after it is zeroed: a reader that is through with a record therefore
/// finds zero or the next record, never bytes of an earlier lap. So one cache line carries both flag and message.
/// </summary>
internal static class RecordHeader
{
    /// <summary>Bytes before the payload.</summary>
    public const int Size = 16;

    /// <summary>The payload follows.</summary>
    public const int Inline = 1;

    /// <summary>A <see cref="ChunkReference"/> follows.</summary>
    public const int Chunk = 2;

    /// <summary>Nothing here: the next record is at the ring's start.</summary>
    public const int Skip = 3;

    /// <summary>The sender has no more messages.</summary>
    public const int Complete = 4;

    /// <summary>Builds the publishing word; never zero since no kind is.</summary>
    public static ulong Pack(int length, int kind, int attempt) => (uint)length | ((ulong)(byte)kind << 32) | ((ulong)(byte)attempt << 40);

    /// <summary>Payload bytes.</summary>
    public static int Length(ulong word) => (int)(uint)word;

    /// <summary>What the record is.</summary>
    public static int Kind(ulong word) => (byte)(word >> 32);

    /// <summary>Deliveries of this message so far, this one included.</summary>
    public static int Attempt(ulong word) => (byte)(word >> 40);

    /// <summary>Bytes of ring a record with such a payload takes.</summary>
    public static int Occupies(int length) => (Size + length + 15) & ~15;
}
