using Viaduct.Messages;
using Viaduct.Tests.Fuzz;

namespace Viaduct.Tests.Generators;

/// <summary>Messages and schemas come from other programs: whatever their bytes are, they are read or refused, in bounded time and memory.</summary>
public sealed class HostileMessageTests
{
    private static readonly ChannelSpec<Tree<string?>> s_trees = new("trees");

    [Fact]
    public void Any_bytes_are_values_of_every_type_or_a_violation() => Fuzz("scalars", GeneratedCodecs.Get<Scalars>(), static values => values.Scalars(), least: 40);

    [Fact]
    public void Any_bytes_are_lists_of_every_kind_or_a_violation() => Fuzz("lists", GeneratedCodecs.Get<Lists>(), static values => values.Lists(), least: 40);

    [Fact]
    public void Any_bytes_are_a_tree_or_a_violation() => Fuzz("tree", s_trees.EffectiveCodec, static values => values.Tree(), least: 15);

    [Fact]
    public void Any_bytes_are_a_union_or_a_violation() => Fuzz("union", GeneratedCodecs.Get<Shape>(), static values => values.Shape(), least: 15);

    [Fact]
    public void Any_text_is_a_schema_or_a_violation()
    {
        string[] schemas = [GeneratedCodecs.Get<Lists>().Schema, GeneratedCodecs.Get<Shape>().Schema, ((MessageCodec<Tree<string?>>)s_trees.EffectiveCodec).Schema, "service S { A(1 a:i32, 2 b:bytes ref, 3 c:service S?) -> stream i32? idempotent; B() oneway }"];
        FuzzTests.Fuzz(new SchemaTarget(schemas), 51, 20_000, least: 30);
    }

    [Fact]
    public void Deep_nesting_is_refused_before_the_stack_ends()
    {
        byte[] objects = [.. Enumerable.Repeat((byte)0x0B, 100_000)];
        Assert.Throws<ProtocolViolationException>(() => Wire.Read<Point>([0x1B, .. objects]));
        Assert.Throws<ProtocolViolationException>(() => Wire.Read<Shape>([.. Enumerable.Repeat<byte[]>([0x13, 0x1B], 50_000).SelectMany(static tag => tag)]));
        Assert.Throws<ProtocolViolationException>(() => SchemaText.Parse("message A { 1 a:" + new string('[', 100_000)));
        string chain = string.Join('\n', Enumerable.Range(0, 20_000).Select(static number => $"struct A{number} {{ 1 a:A{number + 1} }}"));
        Assert.NotNull(SchemaText.FindBreak(chain, "struct A0 { 2 b:i32 }"));
        Assert.Null(SchemaText.FindBreak(chain, chain));
    }

    [Fact]
    public void A_count_that_is_merely_claimed_allocates_nothing()
    {
        // Field 1 of Lists, a list of 2^28 integers, and field 21, as many objects, with a few bytes behind them.
        foreach (byte[] claim in (byte[][])[[0x0C, 0xFF, 0xFF, 0xFF, 0x7F, 0, 1, 2, 3], [0x9C, 0x01, 0xFF, 0xFF, 0xFF, 0x7F, 3, 0, 0]])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ProtocolViolationException>(() => Wire.Read<Lists>(claim));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }
    }

    [Theory]
    [InlineData("0802 10")]
    [InlineData("08")]
    [InlineData("0880 00")]
    [InlineData("06")]
    [InlineData("0e00")]
    [InlineData("00")]
    [InlineData("0a01 61")]
    [InlineData("08ffffffffff01")]
    [InlineData("1b")]
    public void What_is_no_point_is_refused(string hex) =>
        Assert.Throws<ProtocolViolationException>(() => Wire.Read<Point>(Tests.Wire.WireDocument.Bytes(hex)));

    private static void Fuzz<T>(string name, ICodec<T> codec, Func<MessageValues, T> one, int least)
    {
        MessageValues values = new(new Random(3));
        FuzzTests.Fuzz(new MessageTarget<T>($"message-{name}", codec, [.. Enumerable.Range(0, 12).Select(_ => one(values))]), 51, 20_000, least);
    }
}
