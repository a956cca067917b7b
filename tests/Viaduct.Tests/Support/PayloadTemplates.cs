using System.Buffers.Binary;

namespace Viaduct.Tests.Support;

/// <summary>Messages of one size as <see cref="Payload.Create"/> makes them, but made before: a tight loop spends its time sending. Not thread-safe.</summary>
public sealed class PayloadTemplates
{
    private readonly byte[][] _messages;

    public PayloadTemplates(int size)
    {
        // The filler of an identity depends on its lowest byte alone.
        _messages = [.. Enumerable.Range(0, 256).Select(id => Payload.Create(id, size))];
    }

    /// <summary>The message with that identity, until the one that is 256 further.</summary>
    public byte[] this[long id]
    {
        get
        {
            byte[] message = _messages[id & 255];
            BinaryPrimitives.WriteInt64LittleEndian(message, id);
            return message;
        }
    }
}
