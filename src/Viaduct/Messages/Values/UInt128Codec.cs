using System.Buffers.Binary;

namespace Viaduct.Messages;

/// <summary>Unsigned integers of 128 bits: 16 bytes, the lowest first.</summary>
internal sealed class UInt128Codec : ValueCodec<UInt128>
{
    public static readonly UInt128Codec Instance = new();

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "u128";

    public override bool IsAbsent(in UInt128 value) => value == UInt128.Zero;

    public override UInt128 Absent(string field) => UInt128.Zero;

    public override void WriteValue(ref WireWriter writer, in UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, value);
        writer.WriteBytes(bytes);
    }

    public override UInt128 ReadValue(ref WireReader reader) => BinaryPrimitives.ReadUInt128LittleEndian(SixteenBytes.Read(ref reader, TypeName));
}
