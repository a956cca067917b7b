using System.Buffers;
using System.Buffers.Binary;

namespace Viaduct.Tests.Adapters;

/// <summary>Numbers of which one can't be read.</summary>
internal sealed class UnluckyNumberCodec : ICodec<long>
{
    public const long Unlucky = 13;

    public string Schema => "number without thirteen";

    public void Encode(in long message, IBufferWriter<byte> output)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), message);
        output.Advance(sizeof(long));
    }

    public long Decode(ReadOnlySpan<byte> message) =>
        BinaryPrimitives.ReadInt64LittleEndian(message) is not Unlucky and var number ? number : throw new FormatException("thirteen");
}
