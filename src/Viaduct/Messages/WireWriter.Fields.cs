using System.Runtime.CompilerServices;

namespace Viaduct.Messages;

public ref partial struct WireWriter
{
    /// <summary>Writes a field, unless it is <see langword="false"/>.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    public void WriteBoolean(int id, bool value)
    {
        if (value)
        {
            WriteTag(id, WireKind.Varint);
            WriteVarint(1);
        }
    }

    /// <summary>Writes a field of a signed type of up to 32 bits, unless it is 0.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt32(int id, int value)
    {
        if (value != 0)
        {
            WriteTag(id, WireKind.Varint);
            WriteZigZag(value);
        }
    }

    /// <summary>Writes a field of an unsigned type of up to 32 bits, unless it is 0.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt32(int id, uint value)
    {
        if (value != 0)
        {
            WriteTag(id, WireKind.Varint);
            WriteVarint(value);
        }
    }

    /// <summary>Writes a field, unless it is 0.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt64(int id, long value)
    {
        if (value != 0)
        {
            WriteTag(id, WireKind.Varint);
            WriteZigZag(value);
        }
    }

    /// <summary>Writes a field, unless it is 0.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt64(int id, ulong value)
    {
        if (value != 0)
        {
            WriteTag(id, WireKind.Varint);
            WriteVarint(value);
        }
    }

    /// <summary>Writes a field, unless all its bits are 0 (so that -0 is written).</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    public void WriteSingle(int id, float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (bits != 0)
        {
            WriteTag(id, WireKind.Fixed32);
            WriteFixed32(bits);
        }
    }

    /// <summary>Writes a field, unless all its bits are 0 (so that -0 is written).</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    public void WriteDouble(int id, double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        if (bits != 0)
        {
            WriteTag(id, WireKind.Fixed64);
            WriteFixed64(bits);
        }
    }

    /// <summary>Writes a field, unless it is <see langword="null"/>; empty text is written.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ArgumentException">It has an unpaired surrogate.</exception>
    public void WriteString(int id, string? value)
    {
        if (value is not null)
        {
            WriteTag(id, WireKind.Bytes);
            WriteString(value);
        }
    }

    /// <summary>Writes a field, empty or not.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    public void WriteBytes(int id, scoped ReadOnlySpan<byte> value)
    {
        WriteTag(id, WireKind.Bytes);
        WriteBytes(value);
    }

    /// <summary>Writes a field, empty or not.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value; not copied where it lies in memory that the reader can look at.</param>
    public void WriteBytes(int id, scoped in RentedBytes value)
    {
        WriteTag(id, WireKind.Bytes);
        WriteBytes(value.Span, value.Piece);
    }

    /// <summary>Writes a field of any type, unless the type's codec takes the value for an absent one.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="id">The field's number.</param>
    /// <param name="value">Its value.</param>
    /// <param name="codec">The type's codec.</param>
    public void Write<T>(int id, in T value, ValueCodec<T> codec)
    {
        if (!codec.IsAbsent(value))
        {
            WriteTag(id, codec.Kind);
            codec.WriteValue(ref this, value);
        }
    }
}
