using System.Buffers.Binary;

namespace Viaduct.Benchmarks.Http;

/// <summary>
/// A message as gRPC frames it (a byte that says it is not compressed, four of its length), whose fields are protobuf's: <c>int32</c>s 1 and 2, or <c>bytes</c> 1.
/// </summary>
internal static class GrpcFrame
{
    public const int HeadBytes = 5;

    /// <summary>A frame's head, and two numbers with their tags.</summary>
    public const int MostOfNumbers = HeadBytes + (2 * (1 + 5));

    private const byte FirstNumber = 1 << 3;
    private const byte SecondNumber = 2 << 3;
    private const byte FirstBytes = (1 << 3) | 2;

    public static int WriteNumbers(Span<byte> frame, int first, int second)
    {
        int end = HeadBytes;
        frame[end++] = FirstNumber;
        end += WriteVarint(frame[end..], (uint)first);
        frame[end++] = SecondNumber;
        end += WriteVarint(frame[end..], (uint)second);
        WriteHead(frame, end - HeadBytes);
        return end;
    }

    /// <summary>The second is 0 where it is not there.</summary>
    public static (int First, int Second) ReadNumbers(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> message = Message(frame);
        (uint first, int end) = ReadVarint(message, 1);
        uint second = end < message.Length ? ReadVarint(message, end + 1).Value : 0;
        return ((int)first, (int)second);
    }

    /// <summary>How many bytes stand before the bytes themselves.</summary>
    public static int HeadOfBytes(int size) => HeadBytes + 1 + VarintBytes((uint)size);

    /// <summary>Writes what stands before the bytes, and returns how much that is.</summary>
    public static int WriteHeadOfBytes(Span<byte> frame, int size)
    {
        int head = HeadOfBytes(size);
        WriteHead(frame, head - HeadBytes + size);
        frame[HeadBytes] = FirstBytes;
        WriteVarint(frame[(HeadBytes + 1)..], (uint)size);
        return head;
    }

    public static ReadOnlySpan<byte> ReadBytes(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> message = Message(frame);
        (uint length, int start) = ReadVarint(message, 1);
        return message.Slice(start, (int)length);
    }

    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> frame) =>
        frame.Slice(HeadBytes, (int)BinaryPrimitives.ReadUInt32BigEndian(frame[1..]));

    private static void WriteHead(Span<byte> frame, int length)
    {
        frame[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(frame[1..], (uint)length);
    }

    private static int WriteVarint(Span<byte> target, uint value)
    {
        int count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[count++] = (byte)(value | 0x80);
        }

        target[count++] = (byte)value;
        return count;
    }

    private static (uint Value, int End) ReadVarint(ReadOnlySpan<byte> source, int start)
    {
        uint value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte one = source[start++];
            value |= (uint)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return (value, start);
            }
        }
    }

    private static int VarintBytes(uint value) => value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : value < 1 << 28 ? 4 : 5;
}
