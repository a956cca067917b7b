using System.Buffers.Binary;
using System.Numerics;

namespace Viaduct.Tests.Support;

/// <summary>Byte messages that carry an identity and can be checked for being whole. Compiled into the child program too.</summary>
public static class Payload
{
    /// <summary>The smallest size that carries an identity.</summary>
    public const int MinimumSize = sizeof(long);

    /// <summary>A message of the given size whose every byte follows from the identity.</summary>
    public static byte[] Create(long id, int size)
    {
        byte[] message = new byte[size];
        if (size >= MinimumSize)
        {
            BinaryPrimitives.WriteInt64LittleEndian(message, id);
        }

        int i = FirstFiller(size);
        for (; i < size && !IsAligned(i); i++)
        {
            message[i] = Filler(id, i);
        }

        for (; i <= size - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Fillers(id, i).CopyTo(message, i);
        }

        for (; i < size; i++)
        {
            message[i] = Filler(id, i);
        }

        return message;
    }

    /// <summary>A size that follows from the identity: mostly small, sometimes larger than what goes through a ring in one piece.</summary>
    public static int SizeOf(long id) => (id % 97) switch
    {
        0 => 100_000,
        1 or 2 or 3 => 4096 + (int)(id % 1000),
        _ => MinimumSize + (int)(id * 31 % 500),
    };

    /// <summary>The identity; throws where the message is not exactly what <see cref="Create"/> made.</summary>
    public static long Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < MinimumSize)
        {
            throw new InvalidDataException($"A message of {message.Length} bytes carries no identity.");
        }

        long id = BinaryPrimitives.ReadInt64LittleEndian(message);
        Check(message, id);
        return id;
    }

    /// <summary>Throws where the message is not exactly what <see cref="Create"/> made for the identity.</summary>
    public static void Check(ReadOnlySpan<byte> message, long id)
    {
        int i = FirstFiller(message.Length);
        for (; i < message.Length && !IsAligned(i); i++)
        {
            CheckByte(message, id, i);
        }

        for (; i <= message.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var found = new Vector<byte>(message[i..]);
            if (found != Fillers(id, i))
            {
                int differing = 0;
                while (found[differing] == Filler(id, i + differing))
                {
                    differing++;
                }

                throw Differs(message, id, i + differing);
            }
        }

        for (; i < message.Length; i++)
        {
            CheckByte(message, id, i);
        }
    }

    private static void CheckByte(ReadOnlySpan<byte> message, long id, int index)
    {
        if (message[index] != Filler(id, index))
        {
            throw Differs(message, id, index);
        }
    }

    private static InvalidDataException Differs(ReadOnlySpan<byte> message, long id, int index) =>
        new($"Message {id} of {message.Length} bytes differs at byte {index}.");

    /// <summary>Where an identity ends, if there is one.</summary>
    private static int FirstFiller(int size) => size >= MinimumSize ? MinimumSize : 0;

    /// <summary>Whether as many bytes from here on as a vector has are of the same 256.</summary>
    private static bool IsAligned(int index) => index % Vector<byte>.Count == 0;

    /// <summary>As many of them as a vector has: tests fill and check most of what they send, so that would be most of what they do.</summary>
    private static Vector<byte> Fillers(long id, int index) => new Vector<byte>(Filler(id, index)) + Vector<byte>.Indices;

    private static byte Filler(long id, int index) => (byte)((id * 131) + index + (index >> 8));
}
