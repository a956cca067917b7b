using System.Buffers;
using System.Buffers.Binary;

namespace Viaduct.Cli.Demo.Work;

/// <summary>
/// What follows an event's bytes in its message: id (8 bytes), when it was sent (8 bytes, ticks of the machine's monotonic clock), 1 if it is text
/// (1 byte), all little-endian. At the end, so that the input is read straight into the message before its size is known.
/// </summary>
/// <param name="Id">0, 1, 2 … in the order of the input.</param>
/// <param name="SentAt">See <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</param>
/// <param name="IsText">Whether there are tokens to count.</param>
internal readonly record struct EventTrailer(long Id, long SentAt, bool IsText)
{
    /// <summary>Its size in bytes.</summary>
    public const int Size = sizeof(long) + sizeof(long) + 1;

    /// <summary>Appends the trailer.</summary>
    /// <param name="output">The message.</param>
    public void Write(IBufferWriter<byte> output)
    {
        Span<byte> span = output.GetSpan(Size);
        BinaryPrimitives.WriteInt64LittleEndian(span, Id);
        BinaryPrimitives.WriteInt64LittleEndian(span[sizeof(long)..], SentAt);
        span[2 * sizeof(long)] = IsText ? (byte)1 : (byte)0;
        output.Advance(Size);
    }

    /// <summary>Takes a message apart.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="content">The event's bytes.</param>
    public static EventTrailer Read(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> content)
    {
        content = message[..^Size];
        ReadOnlySpan<byte> trailer = message[^Size..];
        return new EventTrailer(
            BinaryPrimitives.ReadInt64LittleEndian(trailer),
            BinaryPrimitives.ReadInt64LittleEndian(trailer[sizeof(long)..]),
            trailer[2 * sizeof(long)] != 0);
    }
}
