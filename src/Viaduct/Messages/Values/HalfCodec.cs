namespace Viaduct.Messages;

/// <summary>Numbers of half precision, as the integer that their bits are.</summary>
internal sealed class HalfCodec : ValueCodec<Half>
{
    public static readonly HalfCodec Instance = new();

    public override WireKind Kind => WireKind.Varint;

    public override string TypeName => "f16";

    public override bool IsAbsent(in Half value) => BitConverter.HalfToUInt16Bits(value) == 0;

    public override Half Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in Half value) => writer.WriteVarint(BitConverter.HalfToUInt16Bits(value));

    public override Half ReadValue(ref WireReader reader) => BitConverter.UInt16BitsToHalf(reader.ReadUInt16());
}
