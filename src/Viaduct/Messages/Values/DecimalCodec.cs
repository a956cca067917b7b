using System.Buffers.Binary;

namespace Viaduct.Messages;

/// <summary>Decimal numbers: 16 bytes, the low, middle and high 32 bits of the integer and the flags with scale and sign.</summary>
internal sealed class DecimalCodec : ValueCodec<decimal>
{
    public static readonly DecimalCodec Instance = new();

    private const int Size = 16;

    public override WireKind Kind => WireKind.Bytes;

    public override string TypeName => "decimal";

    /// <summary>Of the zeros only the one without scale and sign.</summary>
    public override bool IsAbsent(in decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        return (parts[0] | parts[1] | parts[2] | parts[3]) == 0;
    }

    public override decimal Absent(string field) => 0;

    public override void WriteValue(ref WireWriter writer, in decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        Span<byte> bytes = stackalloc byte[Size];
        for (int i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], parts[i]);
        }

        writer.WriteBytes(bytes);
    }

    public override decimal ReadValue(ref WireReader reader)
    {
        ReadOnlySpan<byte> bytes = SixteenBytes.Read(ref reader, TypeName);
        Span<int> parts = stackalloc int[4];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
        }

        // Of the flags bits 16 to 23 are the scale, at most 28, and bit 31 is the sign.
        bool isValid = (parts[3] & 0x7F00FFFF) == 0 && ((parts[3] >> 16) & 0xFF) <= 28;
        return isValid ? new decimal(parts) : throw new ProtocolViolationException($"A decimal has the flags {parts[3]:x8}, which are not valid.");
    }
}
