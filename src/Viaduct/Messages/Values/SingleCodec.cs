using System.Runtime.InteropServices;

namespace Viaduct.Messages;

/// <summary>Numbers of single precision. Whole lists are copied as they lie.</summary>
internal sealed class SingleCodec : ValueCodec<float>
{
    public static readonly SingleCodec Instance = new();

    public override WireKind Kind => WireKind.Fixed32;

    public override string TypeName => "f32";

    public override bool IsAbsent(in float value) => BitConverter.SingleToUInt32Bits(value) == 0;

    public override float Absent(string field) => 0;

    public override void WriteValue(ref WireWriter writer, in float value) => writer.WriteFixed32(BitConverter.SingleToUInt32Bits(value));

    public override float ReadValue(ref WireReader reader) => reader.ReadSingle();

    internal override void WriteAll(ref WireWriter writer, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            writer.WriteRaw(MemoryMarshal.AsBytes(values));
            return;
        }

        base.WriteAll(ref writer, values);
    }

    internal override void ReadAll(ref WireReader reader, Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            reader.Take(values.Length * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        base.ReadAll(ref reader, values);
    }
}
