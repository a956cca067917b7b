namespace Viaduct.Wire;

/// <summary>Unsigned LEB128 integers of up to 64 bits, in their one shortest (canonical) form.</summary>
internal static class Varint
{
    /// <summary>The longest encoding of a 64-bit value, in bytes.</summary>
    internal const int MaxLength = 10;

    /// <summary>The bytes that <paramref name="value"/> takes.</summary>
    internal static int Length(ulong value)
    {
        // Seven bits a byte: ceil(bits / 7), and zero takes one byte like every value below 128.
        int bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(value | 1);
        return (bits + 6) / 7;
    }

    /// <summary>Writes <paramref name="value"/> and returns its length; the span must hold <see cref="Length"/> bytes.</summary>
    internal static int Write(Span<byte> destination, ulong value)
    {
        int length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads one value from the front; <paramref name="length"/> is what it took, zero unless the status is Ok.</summary>
    internal static VarintStatus TryRead(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        length = 0;
        int available = Math.Min(source.Length, MaxLength);
        ulong result = 0;
        for (int i = 0; i < available; i++)
        {
            byte current = source[i];
            if (i == MaxLength - 1 && current > 1)
            {
                // Nine bytes carry 63 bits: the tenth may add one, and nothing may follow it.
                return VarintStatus.Malformed;
            }

            result |= (ulong)(current & 0x7F) << (7 * i);
            if (current >= 0x80)
            {
                continue;
            }

            if (current == 0 && i > 0)
            {
                // A last group of zeros adds nothing: the same value has a shorter form, and only that one is accepted.
                return VarintStatus.Malformed;
            }

            value = result;
            length = i + 1;
            return VarintStatus.Ok;
        }

        return VarintStatus.NeedMore;
    }
}
