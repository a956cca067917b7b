using System.Numerics;
using System.Runtime.CompilerServices;

namespace Viaduct.Messages;

/// <summary>Signed integers of up to 64 bits.</summary>
internal sealed class SignedCodec<T> : ValueCodec<T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static readonly SignedCodec<T> Instance = new();

    public override WireKind Kind => WireKind.Varint;

    public override string TypeName { get; } = $"i{8 * Unsafe.SizeOf<T>()}";

    public override bool IsAbsent(in T value) => T.IsZero(value);

    public override T Absent(string field) => default;

    public override void WriteValue(ref WireWriter writer, in T value) => writer.WriteZigZag(long.CreateTruncating(value));

    public override T ReadValue(ref WireReader reader)
    {
        long value = reader.ReadZigZag();
        T narrow = T.CreateTruncating(value);
        return long.CreateTruncating(narrow) == value
            ? narrow
            : throw new ProtocolViolationException($"{value} was found where {T.MinValue} to {T.MaxValue} was expected.");
    }

    internal override void WriteAll(ref WireWriter writer, ReadOnlySpan<T> values)
    {
        foreach (T value in values)
        {
            writer.WriteZigZag(long.CreateTruncating(value));
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
