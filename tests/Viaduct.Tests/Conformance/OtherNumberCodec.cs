using System.Buffers;
using System.Buffers.Binary;

namespace Viaduct.Tests.Conformance;

/// <summary>Numbers in another format than the default one, so that the schemas differ.</summary>
public sealed class OtherNumberCodec : ICodec<long>
{
    public string Schema => "number, big endian";

    public void Encode(in long message, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), message);
        output.Advance(sizeof(long));
    }

    public long Decode(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadInt64BigEndian(message);
}
