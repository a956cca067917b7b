using System.Numerics;
using System.Runtime.CompilerServices;

namespace Viaduct.Messages;

/// <summary>Unsigned integers of up to 64 bits, and characters.</summary>
internal sealed class UnsignedCodec<T> : ValueCodec<T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static readonly UnsignedCodec<T> Instance = new();

    public override WireKind Kind => WireKind.Varint;

    public override string TypeName { get; } = typeof(T) == typeof(char) ? "char" : $"u{8 * Unsafe.SizeOf<T>()}";

    public override bool IsAbsent(in T value) => T.IsZero(value);

    public override T Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in T value) => writer.WriteVarint(ulong.CreateTruncating(value));

    public override T ReadValue(ref WireReader reader)
    {
        ulong value = reader.ReadVarint();
        T narrow = T.CreateTruncating(value);
        return ulong.CreateTruncating(narrow) == value
            ? narrow
            : throw new ProtocolViolationException($"{value} was found where 0 to {ulong.CreateTruncating(T.MaxValue)} was expected.");
    }

    internal override void WriteAll(ref WireWriter writer, ReadOnlySpan<T> values)
    {
        foreach (T value in values)
        {
            writer.WriteVarint(ulong.CreateTruncating(value));
        }
    }

    internal override void ReadAll(ref WireReader reader, Span<T> values)
    {
        foreach (ref T value in values)
        {
            value = ReadValue(ref reader);
        }
    }
}
