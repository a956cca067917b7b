using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Messages;

/// <summary>The codecs of the usual types, and what puts them together; generated code uses them. All are immutable and thread-safe.</summary>
/// <remarks>Each is made when it is first asked for: a process that begins loads no types that it has no use for.</remarks>
[EditorBrowsable(EditorBrowsableState.Advanced)]
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "Each is named after the type that it is of.")]
public static partial class ValueCodec
{
    /// <summary>Of <see cref="bool"/>.</summary>
    public static ValueCodec<bool> Boolean => BooleanCodec.Instance;

    /// <summary>Of <see cref="sbyte"/>.</summary>
    public static ValueCodec<sbyte> SByte => SignedCodec<sbyte>.Instance;

    /// <summary>Of <see cref="short"/>.</summary>
    public static ValueCodec<short> Int16 => SignedCodec<short>.Instance;

    /// <summary>Of <see cref="int"/>.</summary>
    public static ValueCodec<int> Int32 => SignedCodec<int>.Instance;

    /// <summary>Of <see cref="long"/>.</summary>
    public static ValueCodec<long> Int64 => SignedCodec<long>.Instance;

    /// <summary>Of <see cref="byte"/>.</summary>
    public static ValueCodec<byte> Byte => UnsignedCodec<byte>.Instance;

    /// <summary>Of <see cref="ushort"/>.</summary>
    public static ValueCodec<ushort> UInt16 => UnsignedCodec<ushort>.Instance;

    /// <summary>Of <see cref="uint"/>.</summary>
    public static ValueCodec<uint> UInt32 => UnsignedCodec<uint>.Instance;

    /// <summary>Of <see cref="ulong"/>.</summary>
    public static ValueCodec<ulong> UInt64 => UnsignedCodec<ulong>.Instance;

    /// <summary>Of <see cref="char"/>.</summary>
    public static ValueCodec<char> Char => UnsignedCodec<char>.Instance;

    /// <summary>Of <see cref="Half"/>.</summary>
    public static ValueCodec<Half> Half => HalfCodec.Instance;

    /// <summary>Of <see cref="float"/>.</summary>
    public static ValueCodec<float> Single => SingleCodec.Instance;

    /// <summary>Of <see cref="double"/>.</summary>
    public static ValueCodec<double> Double => DoubleCodec.Instance;

    /// <summary>Of <see cref="Viaduct.Blob"/>.</summary>
    public static ValueCodec<Blob> Blob => BlobCodec.Instance;

    /// <summary>Of <see cref="decimal"/>.</summary>
    public static ValueCodec<decimal> Decimal => DecimalCodec.Instance;

    /// <summary>Of <see cref="Int128"/>.</summary>
    public static ValueCodec<Int128> Int128 => Int128Codec.Instance;

    /// <summary>Of <see cref="UInt128"/>.</summary>
    public static ValueCodec<UInt128> UInt128 => UInt128Codec.Instance;

    /// <summary>Of <see cref="Guid"/>.</summary>
    public static ValueCodec<Guid> Guid => GuidCodec.Instance;

    /// <summary>Of <see cref="DateTime"/>. Local times become UTC.</summary>
    public static ValueCodec<DateTime> DateTime => DateTimeCodec.Instance;

    /// <summary>Of <see cref="DateTimeOffset"/>.</summary>
    public static ValueCodec<DateTimeOffset> DateTimeOffset => DateTimeOffsetCodec.Instance;

    /// <summary>Of <see cref="TimeSpan"/>.</summary>
    public static ValueCodec<TimeSpan> TimeSpan => TimeSpanCodec.Instance;

    /// <summary>Of <see cref="DateOnly"/>.</summary>
    public static ValueCodec<DateOnly> DateOnly => DateOnlyCodec.Instance;

    /// <summary>Of <see cref="TimeOnly"/>.</summary>
    public static ValueCodec<TimeOnly> TimeOnly => TimeOnlyCodec.Instance;

    /// <summary>Of <see cref="string"/>.</summary>
    public static ValueCodec<string> String => StringCodec.Instance;

    /// <summary>Of arrays of bytes.</summary>
    public static ValueCodec<byte[]> Bytes => ByteArrayCodec.Instance;

    /// <summary>Of memory with bytes to be read.</summary>
    public static ValueCodec<ReadOnlyMemory<byte>> ReadOnlyMemory => ReadOnlyMemoryCodec.Instance;

    /// <summary>Of memory with bytes.</summary>
    public static ValueCodec<Memory<byte>> Memory => MemoryCodec.Instance;

    /// <summary>Of an enumeration.</summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <typeparam name="TUnderlying">Its underlying type.</typeparam>
    /// <param name="underlying">The codec of its underlying type.</param>
    /// <param name="typeName">Its name in the schema.</param>
    /// <param name="members">Its members in the schema, such as <c>None = 0, All = 1</c>.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<TEnum> Enum<TEnum, TUnderlying>(ValueCodec<TUnderlying> underlying, string typeName, string members)
        where TEnum : unmanaged, Enum
        where TUnderlying : unmanaged => new EnumCodec<TEnum, TUnderlying>(underlying, typeName, members);

    /// <summary>Of values that may be null.</summary>
    /// <typeparam name="T">The type without null.</typeparam>
    /// <param name="inner">Its codec.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<T?> Nullable<T>(ValueCodec<T> inner)
        where T : struct => new NullableCodec<T>(inner);

    /// <summary>Of references that may be null.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="inner">The codec of those that are not null.</param>
    /// <returns>The codec.</returns>
    public static ValueCodec<T?> Optional<T>(ValueCodec<T> inner) =>
        (ValueCodec<T?>)(object)(typeof(T).IsValueType || inner.IsOptional ? inner : new OptionalCodec<T>(inner));

    /// <summary>Of a whole message that is one value of a type that is not a message of its own.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="inner">Its codec.</param>
    /// <returns>The codec.</returns>
    public static MessageCodec<T> Whole<T>(ValueCodec<T> inner) => new WholeCodec<T>(inner);
}
