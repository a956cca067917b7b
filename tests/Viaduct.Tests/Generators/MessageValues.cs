using System.Collections.Immutable;
using System.Text;

namespace Viaduct.Tests.Generators;

/// <summary>Messages by chance: the extremes of every type more often than what lies between.</summary>
internal sealed class MessageValues(Random random)
{
    internal Scalars Scalars() => new()
    {
        Boolean = Coin(),
        Char = (char)Unsigned(16),
        SByte = (sbyte)Signed(8),
        Int16 = (short)Signed(16),
        Int32 = (int)Signed(32),
        Int64 = Signed(64),
        Byte = (byte)Unsigned(8),
        UInt16 = (ushort)Unsigned(16),
        UInt32 = (uint)Unsigned(32),
        UInt64 = Unsigned(64),
        Half = BitConverter.UInt16BitsToHalf((ushort)Unsigned(16)),
        Single = BitConverter.UInt32BitsToSingle((uint)Unsigned(32)),
        Double = BitConverter.UInt64BitsToDouble(Unsigned(64)),
        Decimal = Decimal(),
        Int128 = new Int128(Unsigned(64), Unsigned(64)),
        UInt128 = new UInt128(Unsigned(64), Unsigned(64)),
        Guid = Guid(),
        DateTime = DateTime(),
        DateTimeOffset = new DateTimeOffset(DateTime().Ticks / 2 + TimeSpan.TicksPerDay, TimeSpan.FromMinutes(random.Next(-840, 841))),
        TimeSpan = new TimeSpan(Signed(64)),
        DateOnly = DateOnly.FromDayNumber(Pick(0, DateOnly.MaxValue.DayNumber, random.Next(DateOnly.MaxValue.DayNumber))),
        TimeOnly = new TimeOnly(Pick<long>(0, TimeSpan.TicksPerDay - 1, random.NextInt64(TimeSpan.TicksPerDay))),
        String = Text(),
        Color = (Color)Unsigned(8),
        Grade = (Grade)Signed(64),
    };

    internal Nullables Nullables() => new(
        Maybe((int)Signed(32)), Maybe(Coin()), MaybeNot(Text()), Maybe(Decimal()), Maybe((Color)Unsigned(8)), Maybe((Grade)Signed(64)), Maybe(DateTime()),
        Maybe(Point()), MaybeNot(Line()), MaybeNot(Bytes()));

    internal Lists Lists() => new()
    {
        Array = Many(() => (int)Signed(32)),
        Doubles = Many(random.NextDouble),
        List = [.. Many(Text)],
        IList = [.. Many(() => Signed(64))],
        ICollection = [.. Many(() => (Color)Unsigned(8))],
        IReadOnlyList = Many(Point),
        IReadOnlyCollection = Many(Coin),
        IEnumerable = Many(random.NextSingle).Select(static value => value * 2),
        ImmutableArray = [.. Many(Guid)],
        HashSet = [.. Many(Text)],
        ISet = new HashSet<int>(Many(() => (int)Signed(32))),
        IReadOnlySet = new HashSet<char>(Many(() => (char)Unsigned(16))),
        Dictionary = Many(Text).Distinct().ToDictionary(static key => key, _ => (int)Signed(32)),
        IDictionary = Many(() => (int)Signed(32)).Distinct().ToDictionary(static key => key, _ => MaybeNot(Text())),
        IReadOnlyDictionary = Many(Guid).Distinct().ToImmutableDictionary(static key => key, _ => Line()),
        MaybeStrings = [.. Many(() => MaybeNot(Text()))],
        MaybeNumbers = Many(() => Maybe((int)Signed(32))),
        Nested = [.. Many<List<int[]>>(() => [.. Many(() => Many(() => (int)Signed(32)))])],
        Bytes = Bytes(),
        ReadOnlyMemory = Bytes(),
        Memory = Bytes(),
        Tuple = ((int)Signed(32), Text(), Many(() => (Coin(), Point()))),
        MaybeLines = Coin() ? null : Many(() => MaybeNot(Line())),
    };

    internal Order Order() => new((int)Signed(32), Text(), Many(Line), MaybeNot(Text()));

    internal Line Line() => new(Text(), Decimal(), (int)Signed(32), Text());

    internal Point Point() => new((int)Signed(32), (int)Signed(32));

    internal Shape Shape(int depth = 0) => random.Next(3) switch
    {
        0 => new Circle(Text(), random.NextDouble()),
        1 => new Ring(Text(), random.NextDouble(), random.NextDouble()),
        _ => new Square(Text(), random.NextDouble(), depth < 5 && Coin() ? Shape(depth + 1) : null),
    };

    internal Tree<string?> Tree(int depth = 0) => new(MaybeNot(Text()), depth < 4 ? [.. Many(() => Tree(depth + 1))] : []);

    internal Settings Settings() => new() { Title = Text(), Theme = Text(), @class = (int)Signed(32), Hidden = MaybeNot(Text()), Cached = 3 };

    internal string Text()
    {
        var text = new StringBuilder();
        for (int rest = Pick(0, 3, random.Next(100)); rest > 0; rest--)
        {
            text.Append(Pick("a", "ß", "…", "😀", "\0"));
        }

        return text.ToString();
    }

    internal byte[] Bytes()
    {
        byte[] bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return bytes;
    }

    private T[] Many<T>(Func<T> one)
    {
        T[] items = new T[random.Next(4)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = one();
        }

        return items;
    }

    private bool Coin() => random.Next(2) == 0;

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    private T? Maybe<T>(T value)
        where T : struct => Coin() ? null : value;

    private T? MaybeNot<T>(T value)
        where T : class => Coin() ? null : value;

    private Guid Guid() => Pick(System.Guid.Empty, System.Guid.NewGuid());

    private DateTime DateTime() =>
        new(Pick<long>(0, System.DateTime.MaxValue.Ticks, random.NextInt64(System.DateTime.MaxValue.Ticks)), Pick(DateTimeKind.Utc, DateTimeKind.Unspecified));

    private decimal Decimal() => Pick(
        0m, -0.0m, decimal.MaxValue, decimal.MinValue, new decimal((int)Signed(32), (int)Signed(32), (int)Signed(32), Coin(), (byte)random.Next(29)));

    private ulong Unsigned(int bits)
    {
        ulong all = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1;
        return Pick<ulong>(0, 1, 127, 128, all, all >> 1, (all >> 1) + 1, (ulong)random.NextInt64() << random.Next(3)) & all;
    }

    private long Signed(int bits) => (long)(Unsigned(bits) << (64 - bits)) >> (64 - bits);
}
