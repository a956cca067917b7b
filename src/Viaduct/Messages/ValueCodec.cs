using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Messages;

/// <summary>The codecs of the usual types, and what puts them together; generated code uses them. All are immutable and thread-safe.</summary>
[EditorBrowsable(EditorBrowsableState.Advanced)]
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "Each is named after the type that it is of.")]
public static partial class ValueCodec
{
    /// <summary>Of <see cref="bool"/>.</summary>
    public static ValueCodec<bool> Boolean { get; } = new BooleanCodec();

    /// <summary>Of <see cref="sbyte"/>.</summary>
    public static ValueCodec<sbyte> SByte { get; } = new SignedCodec<sbyte>("i8");

    /// <summary>Of <see cref="short"/>.</summary>
    public static ValueCodec<short> Int16 { get; } = new SignedCodec<short>("i16");

    /// <summary>Of <see cref="int"/>.</summary>
    public static ValueCodec<int> Int32 { get; } = new SignedCodec<int>("i32");

    /// <summary>Of <see cref="long"/>.</summary>
    public static ValueCodec<long> Int64 { get; } = new SignedCodec<long>("i64");

    /// <summary>Of <see cref="byte"/>.</summary>
    public static ValueCodec<byte> Byte { get; } = new UnsignedCodec<byte>("u8");

    /// <summary>Of <see cref="ushort"/>.</summary>
    public static ValueCodec<ushort> UInt16 { get; } = new UnsignedCodec<ushort>("u16");

    /// <summary>Of <see cref="uint"/>.</summary>
    public static ValueCodec<uint> UInt32 { get; } = new UnsignedCodec<uint>("u32");

    /// <summary>Of <see cref="ulong"/>.</summary>
    public static ValueCodec<ulong> UInt64 { get; } = new UnsignedCodec<ulong>("u64");

    /// <summary>Of <see cref="char"/>.</summary>
    public static ValueCodec<char> Char { get; } = new UnsignedCodec<char>("char");

    /// <summary>Of <see cref="Half"/>.</summary>
    public static ValueCodec<Half> Half { get; } = new HalfCodec();

    /// <summary>Of <see cref="float"/>.</summary>
    public static ValueCodec<float> Single { get; } = new SingleCodec();

    /// <summary>Of <see cref="double"/>.</summary>
    public static ValueCodec<double> Double { get; } = new DoubleCodec();

    /// <summary>Of <see cref="Viaduct.Blob"/>.</summary>
    public static ValueCodec<Blob> Blob { get; } = new BlobCodec();

    /// <summary>Of <see cref="decimal"/>.</summary>
    public static ValueCodec<decimal> Decimal { get; } = new DecimalCodec();

    /// <summary>Of <see cref="Int128"/>.</summary>
    public static ValueCodec<Int128> Int128 { get; } = new Int128Codec();

    /// <summary>Of <see cref="UInt128"/>.</summary>
    public static ValueCodec<UInt128> UInt128 { get; } = new UInt128Codec();

    /// <summary>Of <see cref="Guid"/>.</summary>
    public static ValueCodec<Guid> Guid { get; } = new GuidCodec();

    /// <summary>Of <see cref="DateTime"/>. Local times become UTC.</summary>
    public static ValueCodec<DateTime> DateTime { get; } = new DateTimeCodec();

    /// <summary>Of <see cref="DateTimeOffset"/>.</summary>
    public static ValueCodec<DateTimeOffset> DateTimeOffset { get; } = new DateTimeOffsetCodec();

    /// <summary>Of <see cref="TimeSpan"/>.</summary>
    public static ValueCodec<TimeSpan> TimeSpan { get; } = new TimeSpanCodec();

    /// <summary>Of <see cref="DateOnly"/>.</summary>
    public static ValueCodec<DateOnly> DateOnly { get; } = new DateOnlyCodec();

    /// <summary>Of <see cref="TimeOnly"/>.</summary>
    public static ValueCodec<TimeOnly> TimeOnly { get; } = new TimeOnlyCodec();

    /// <summary>Of <see cref="string"/>.</summary>
    public static ValueCodec<string> String { get; } = new StringCodec();

    /// <summary>Of arrays of bytes.</summary>
    public static ValueCodec<byte[]> Bytes { get; } = new ByteArrayCodec();

    /// <summary>Of memory with bytes to be read.</summary>
    public static ValueCodec<ReadOnlyMemory<byte>> ReadOnlyMemory { get; } = new ReadOnlyMemoryCodec();

    /// <summary>Of memory with bytes.</summary>
    public static ValueCodec<Memory<byte>> Memory { get; } = new MemoryCodec();

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
