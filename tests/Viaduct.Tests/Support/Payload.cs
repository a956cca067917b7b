using System.Buffers.Binary;

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

        for (int i = size >= MinimumSize ? MinimumSize : 0; i < size; i++)
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
        for (int i = message.Length >= MinimumSize ? MinimumSize : 0; i < message.Length; i++)
        {
            if (message[i] != Filler(id, i))
            {
                throw new InvalidDataException($"Message {id} of {message.Length} bytes differs at byte {i}.");
            }
        }
    }

    private static byte Filler(long id, int index) => (byte)((id * 131) + index + (index >> 8));
}
