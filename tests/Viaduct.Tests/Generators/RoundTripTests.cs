using System.Text.Json;
using Viaduct.Messages;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Generators;

/// <summary>What is written is read again, by whichever codec was generated.</summary>
public sealed class RoundTripTests
{
    private static readonly ChannelSpec<Tree<string?>> s_trees = new("trees");
    private static readonly ChannelSpec<Page<string>> s_pages = new("pages");
    private static readonly ChannelSpec<Page<Point>> s_points = new("points");
    private static readonly ChannelSpec<List<(int, string?)>> s_tuples = new("tuples");
    private static readonly ChannelSpec<Dictionary<string, Order>> s_orders = new("orders");

    [Fact]
    public void Values_of_every_type_come_back() => Repeat(values =>
    {
        Scalars sent = values.Scalars();
        Assert.Equal(sent, Wire.Read<Scalars>(Wire.Write(sent)));
    });

    [Fact]
    public void What_may_be_null_comes_back() => Repeat(values =>
    {
        Nullables sent = values.Nullables();
        Nullables read = Wire.Read<Nullables>(Wire.Write(sent));
        Assert.Equal(sent.Bytes, read.Bytes);
        Assert.Equal(sent with { Bytes = null }, read with { Bytes = null });
    });

    [Fact]
    public void Lists_of_every_kind_come_back() => Repeat(values =>
    {
        Lists sent = values.Lists();
        Lists read = Wire.Read<Lists>(Wire.Write(sent));
        Assert.Equal(sent.Array, read.Array);
        Assert.Equal(sent.Doubles, read.Doubles);
        Assert.Equal(sent.List, read.List);
        Assert.Equal(sent.IList, read.IList);
        Assert.Equal(sent.ICollection, read.ICollection);
        Assert.Equal(sent.IReadOnlyList, read.IReadOnlyList);
        Assert.Equal(sent.IReadOnlyCollection, read.IReadOnlyCollection);
        Assert.Equal(sent.IEnumerable, read.IEnumerable);
        Assert.Equal(sent.ImmutableArray, read.ImmutableArray);
        Assert.Equal(sent.HashSet, read.HashSet);
        Assert.Equal(sent.ISet, read.ISet);
        Assert.Equal(sent.IReadOnlySet, read.IReadOnlySet);
        Assert.Equal(sent.Dictionary, read.Dictionary);
        Assert.Equal(sent.IDictionary, read.IDictionary);
        Assert.Equal(sent.IReadOnlyDictionary.OrderBy(entry => entry.Key), read.IReadOnlyDictionary.OrderBy(entry => entry.Key));
        Assert.Equal(sent.MaybeStrings, read.MaybeStrings);
        Assert.Equal(sent.MaybeNumbers, read.MaybeNumbers);
        Assert.Equal(sent.Nested, read.Nested);
        Assert.Equal(sent.Bytes, read.Bytes);
        Assert.Equal(sent.ReadOnlyMemory.ToArray(), read.ReadOnlyMemory.ToArray());
        Assert.Equal(sent.Memory.ToArray(), read.Memory.ToArray());
        Assert.Equal(sent.Tuple.Pairs, read.Tuple.Pairs);
        Assert.Equal((sent.Tuple.Number, sent.Tuple.Text), (read.Tuple.Number, read.Tuple.Text));
        Assert.Equal(sent.MaybeLines, read.MaybeLines);
    });

    [Fact]
    public void Messages_in_messages_and_unions_come_back() => Repeat(values =>
    {
        Order order = values.Order();
        Order read = Wire.Read<Order>(Wire.Write(order));
        Assert.Equal(order.Lines, read.Lines);
        Assert.Equal(order with { Lines = [] }, read with { Lines = [] });
        Shape shape = values.Shape();
        Assert.Equal(shape, Wire.Read<Shape>(Wire.Write(shape)));
        Point point = values.Point();
        Assert.Equal(point, Wire.Read<Point>(Wire.Write(point)));
    });

    [Fact]
    public void Generic_messages_and_plain_types_come_back_by_the_codecs_of_their_channels() => Repeat(values =>
    {
        Tree<string?> tree = values.Tree();
        Assert.Equal(JsonSerializer.Serialize(tree), JsonSerializer.Serialize(Wire.Read(Wire.Write(tree, s_trees.EffectiveCodec), s_trees.EffectiveCodec)));
        Page<string> page = new(3, ["a", values.Text()], values.Text(), values.Text());
        Page<string> read = Wire.Read(Wire.Write(page, s_pages.EffectiveCodec), s_pages.EffectiveCodec);
        Assert.Equal(page.Items, read.Items);
        Assert.Equal(page with { Items = [] }, read with { Items = [] });
        Page<Point> points = new(0, [values.Point()], values.Point(), values.Point());
        Assert.Equal(points.Items, Wire.Read(Wire.Write(points, s_points.EffectiveCodec), s_points.EffectiveCodec).Items);
        List<(int, string?)> tuples = [(1, null), (0, values.Text())];
        Assert.Equal(tuples, Wire.Read(Wire.Write(tuples, s_tuples.EffectiveCodec), s_tuples.EffectiveCodec));
        Dictionary<string, Order> orders = new() { [values.Text()] = values.Order() };
        Assert.Equal(orders.Keys, Wire.Read(Wire.Write(orders, s_orders.EffectiveCodec), s_orders.EffectiveCodec).Keys);
    });

    [Fact]
    public void Numbers_of_their_own_names_of_their_own_and_setters_of_every_kind_work() => Repeat(values =>
    {
        Settings sent = values.Settings();
        Settings read = Wire.Read<Settings>(Wire.Write(sent));
        Assert.Equal((sent.Title, sent.Theme, sent.@class, sent.Hidden), (read.Title, read.Theme, read.@class, read.Hidden));
        Assert.Equal(0, read.Cached);
        Assert.Equal("settings", GeneratedCodecs.Get<Settings>().TypeName);
        Assert.Equal(5, Wire.Read<Settings.Nested.Inner>(Wire.Write(new Settings.Nested.Inner(5))).A);
    });

    [Fact]
    public void Local_times_become_UTC()
    {
        var local = new DateTime(2024, 2, 29, 12, 0, 0, DateTimeKind.Local);

        Nullables read = Wire.Read<Nullables>(Wire.Write(new Nullables(null, null, null, null, null, null, local, null, null, null)));

        Assert.Equal(local.ToUniversalTime(), read.DateTime);
        Assert.Equal(DateTimeKind.Utc, read.DateTime!.Value.Kind);
    }

    [Fact]
    public void A_null_where_the_type_has_none_is_refused_by_the_members_name()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Wire.Write(new Order(1, null!, [])));
        Assert.Contains("Order.Customer", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Wire.Write(new Order(1, "c", [null!])));
        Assert.Throws<ArgumentNullException>(() => Wire.Write<Order>(null!));
    }

    [Fact]
    public void An_object_of_a_derived_type_is_not_cut_down()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Wire.Write<Circle>(new Ring("r", 2, 1)));
        Assert.Contains("Ring", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_with_a_cycle_is_refused_before_the_stack_ends()
    {
        Tree<string?> tree = new("a", []);
        tree.Children.Add(tree);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Wire.Write(tree, s_trees.EffectiveCodec));

        Assert.Contains("tree", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unpaired_surrogate_is_refused() => Assert.Throws<ArgumentException>(() => Wire.Write(new Order(1, "\ud800", [])));

    [Fact]
    public void Writing_allocates_nothing_and_reading_what_the_message_is()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(1024);
        MessageCodec<Point> codec = GeneratedCodecs.Get<Point>();
        Point read = default;
        for (int i = 0; i < 100; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            output.ResetWrittenCount();
            codec.Encode(new Point(i, -i), output);
            read = codec.Decode(output.WrittenSpan);
            if (i > 50)
            {
                Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            }
        }

        Assert.Equal(new Point(99, -99), read);
    }

    private static void Repeat(Action<MessageValues> test)
    {
        MessageValues values = new(new Random(Effort.Seed(71)));
        for (int i = Effort.Cases(500); i > 0; i--)
        {
            test(values);
        }
    }
}
