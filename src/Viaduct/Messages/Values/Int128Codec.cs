using System.Buffers.Binary;

namespace Viaduct.Messages;

/// <summary>Signed integers of 128 bits: 16 bytes, the lowest first.</summary>
internal sealed class Int128Codec : ValueCodec<Int128>
{
    public static readonly Int128Codec Instance = new();

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "i128";

    public override bool IsAbsent(in Int128 value) => value == Int128.Zero;

    public override Int128 Absent(string field) => Int128.Zero;

    public override void WriteValue(ref WireWriter writer, in Int128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt128LittleEndian(bytes, value);
        writer.WriteBytes(bytes);
    }

    public override Int128 ReadValue(ref WireReader reader) => BinaryPrimitives.ReadInt128LittleEndian(SixteenBytes.Read(ref reader, TypeName));
}
