using System.Runtime.InteropServices;

namespace Viaduct.Messages;

/// <summary>Numbers of double precision. Whole lists are copied as they lie.</summary>
internal sealed class DoubleCodec : ValueCodec<double>
{
    public static readonly DoubleCodec Instance = new();

    public override WireKind Kind => WireKind.Fixed64;

    public override string TypeName => "f64";

    public override bool IsAbsent(in double value) => BitConverter.DoubleToUInt64Bits(value) == 0;

    public override double Absent(string field) => 0;

    public override void WriteValue(ref WireWriter writer, in double value) => writer.WriteFixed64(BitConverter.DoubleToUInt64Bits(value));

    public override double ReadValue(ref WireReader reader) => reader.ReadDouble();

    internal override void WriteAll(ref WireWriter writer, ReadOnlySpan<double> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            writer.WriteRaw(MemoryMarshal.AsBytes(values));
            return;
        }

        base.WriteAll(ref writer, values);
    }

    internal override void ReadAll(ref WireReader reader, Span<double> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            reader.Take(values.Length * sizeof(double)).CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        base.ReadAll(ref reader, values);
    }
}
