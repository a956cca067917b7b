using Viaduct.Tests.Wire;

namespace Viaduct.Tests.Generators;

/// <summary>docs/wire-format.md says what messages look like.</summary>
public sealed class VectorTests
{
    private static readonly ChannelSpec<(int, string?)> s_tuple = new("tuple");
    private static readonly ChannelSpec<int?[]> s_numbers = new("numbers");
    private static readonly ChannelSpec<Dictionary<string, long>> s_map = new("map");
    private static readonly ChannelSpec<List<double>> s_doubles = new("doubles");

    private static readonly DateTime s_time = new(2024, 2, 29, 12, 34, 56, DateTimeKind.Utc);

    [Fact]
    public void The_vectors_of_messages_are_what_the_codecs_write_and_read()
    {
        Dictionary<string, (string Value, byte[] Bytes)> vectors = WireDocument.Rows(WireDocument.Section("### Vectors of messages"))[1..]
            .ToDictionary(static row => row[0], static row => (row[1], WireDocument.Bytes(row[2])));
        Dictionary<string, Func<byte[]>> written = new()
        {
            ["Order"] = () => Both(new Order(300, "Ada", [new Line("nail", 0.25m, 100), new Line("", 0, 0, "kg")])),
            ["Point"] = () => Both(new Point(-1, 64)),
            ["Point of zeros"] = () => Both(new Point(0, 0)),
            ["Shape"] = () => Both<Shape>(new Circle("c", 1.5)),
            ["Scalars"] = () => Both(Scalars()),
            ["Nullables"] = () => Both(new Nullables(0, false, "", null, Color.None, null, null, new Point(0, 0), null, null)),
            ["Tuple"] = () => Both((7, (string?)null), s_tuple.EffectiveCodec),
            ["Numbers"] = () => Both([1, null, 0], s_numbers.EffectiveCodec),
            ["Map"] = () => Both(new() { ["a"] = -1, ["b"] = 0 }, s_map.EffectiveCodec),
            ["Doubles"] = () => Both([0, -2.5], s_doubles.EffectiveCodec),
        };

        Assert.Equal(written.Keys, vectors.Keys);
        Assert.All(written, one => Assert.Equal(Convert.ToHexStringLower(vectors[one.Key].Bytes), Convert.ToHexStringLower(one.Value())));
    }

    private static Scalars Scalars() => new()
    {
        Boolean = true,
        Char = 'ß',
        SByte = -128,
        Int16 = -2,
        Int32 = int.MaxValue,
        Int64 = long.MinValue,
        Byte = 255,
        UInt16 = 65535,
        UInt32 = 1,
        UInt64 = ulong.MaxValue,
        Half = (Half)1,
        Single = 1,
        Double = -0.0,
        Decimal = -1.5m,
        Int128 = -1,
        UInt128 = 258,
        Guid = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        DateTime = s_time,
        DateTimeOffset = new DateTimeOffset(s_time).ToOffset(TimeSpan.FromHours(-2)),
        TimeSpan = TimeSpan.FromTicks(-1),
        DateOnly = new DateOnly(2024, 2, 29),
        TimeOnly = new TimeOnly(1),
        String = "größe",
        Color = Color.Green,
        Grade = Grade.Low,
    };

    /// <summary>What a codec writes, after it was read and written again.</summary>
    private static byte[] Both<T>(T message, ICodec<T>? codec = null)
    {
        byte[] bytes = Generators.Wire.Write(message, codec);
        Assert.Equal(bytes, Generators.Wire.Write(Generators.Wire.Read(bytes, codec), codec));
        return bytes;
    }
}
