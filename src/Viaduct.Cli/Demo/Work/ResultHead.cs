using System.Buffers.Binary;

namespace Viaduct.Cli.Demo.Work;

/// <summary>The fixed part of a result; the layout is in <see cref="EventAnalysis"/>.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Tokens">How many different tokens follow.</param>
internal readonly record struct ResultHead(long Id, long SentAt, int Length, int Tokens)
{
    /// <summary>Where the hash lies.</summary>
    public const int HashOffset = 2 * sizeof(long) + sizeof(int);

    /// <summary>The size of a SHA-256.</summary>
    public const int HashSize = 32;

    /// <summary>The size of the whole fixed part.</summary>
    public const int Size = HashOffset + HashSize + sizeof(int);

    /// <summary>Writes all but the hash.</summary>
    /// <param name="head">At least <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> head)
    {
        BinaryPrimitives.WriteInt64LittleEndian(head, Id);
        BinaryPrimitives.WriteInt64LittleEndian(head[sizeof(long)..], SentAt);
        BinaryPrimitives.WriteInt32LittleEndian(head[(2 * sizeof(long))..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[(HashOffset + HashSize)..], Tokens);
    }

    /// <summary>Reads all but the hash.</summary>
    /// <param name="head">At least <see cref="Size"/> bytes.</param>
    public static ResultHead Read(ReadOnlySpan<byte> head)
    {
        return new ResultHead(
            BinaryPrimitives.ReadInt64LittleEndian(head),
            BinaryPrimitives.ReadInt64LittleEndian(head[sizeof(long)..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[(2 * sizeof(long))..]),
            BinaryPrimitives.ReadInt32LittleEndian(head[(HashOffset + HashSize)..]));
    }
}
