using System.Text;

namespace Viaduct.Tests.Channels;

public sealed class ChannelSpecTests
{
    [Fact]
    public void The_defaults_are_those_that_are_documented()
    {
        var spec = new ChannelSpec<int>("a");

        Assert.Equal(Topology.ManyToMany, spec.Topology);
        Assert.Equal(Context.Auto, spec.Context);
        Assert.Equal(Delivery.AtLeastOnce, spec.Delivery);
        Assert.Equal(64, spec.Capacity);
        Assert.Equal(0, spec.ByteCapacity);
        Assert.Equal(64 * 1024 * 1024, spec.MaxMessageSize);
        spec.Validate();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ChannelSpec.MaxCapacity)]
    public void A_capacity_within_the_bounds_is_taken(int capacity)
    {
        new ChannelSpec<int>("a") { Capacity = capacity }.Validate();
    }

    [Fact]
    public void A_value_outside_its_range_is_refused_by_channel_property_and_range()
    {
        ChannelSpec[] wrong =
        [
            new ChannelSpec<int>("hits") { Capacity = -1 },
            new ChannelSpec<int>("hits") { Capacity = ChannelSpec.MaxCapacity + 1 },
            new ChannelSpec<int>("hits") { History = -1 },
            new ChannelSpec<int>("hits") { Capacity = 1, History = ChannelSpec.MaxCapacity },
            new ChannelSpec<int>("hits") { ByteCapacity = -1 },
            new ChannelSpec<int>("hits") { ByteCapacity = ChannelSpec.MaxBytes + 1L },
            new ChannelSpec<int>("hits") { MaxMessageSize = -1 },
            new ChannelSpec<int>("hits") { MaxMessageSize = ChannelSpec.MaxBytes + 1 },
            new ChannelSpec<int>("hits") { Topology = (Topology)4 },
            new ChannelSpec<int>("hits") { Context = (Context)(-1) },
            new ChannelSpec<int>("hits") { Delivery = (Delivery)2 },
        ];

        Assert.All(wrong, spec =>
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(spec.Validate);
            Assert.Contains($"Channel 'hits': {error.ParamName} must be ", error.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(Pattern.ProducerConsumer, 0, Directions.OneWay)]
    [InlineData(Pattern.ProducerConsumer, 64, Directions.OneWay)]
    [InlineData(Pattern.PublishSubscribe, 64, Directions.OneWay)]
    [InlineData(Pattern.ClientServer, 0, Directions.BothInTurn)]
    [InlineData(Pattern.ClientServer, 1, Directions.BothInTurn)]
    [InlineData(Pattern.ClientServer, 2, Directions.BothAtOnce)]
    public void Directions_follow_from_the_pattern_and_the_capacity(Pattern pattern, int capacity, Directions expected)
    {
        Assert.Equal(expected, new ChannelSpec<int>("a") { Capacity = capacity }.DirectionsOf(pattern));
    }

    [Fact]
    public void There_are_no_directions_of_an_unknown_pattern()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelSpec<int>("a").DirectionsOf((Pattern)3));
    }

    [Theory]
    [InlineData(Topology.ManyToMany, false, false)]
    [InlineData(Topology.OneToOne, true, true)]
    [InlineData(Topology.OneToMany, true, false)]
    [InlineData(Topology.ManyToOne, false, true)]
    public void A_topology_names_the_senders_first(Topology topology, bool oneSender, bool oneReceiver)
    {
        var spec = new ChannelSpec<int>("a") { Topology = topology };

        Assert.Equal(oneSender, spec.HasOneSender);
        Assert.Equal(oneReceiver, spec.HasOneReceiver);
    }

    [Fact]
    public void The_schema_tells_what_the_messages_are()
    {
        Assert.Equal("bytes", new ChannelSpec<ReadOnlyMemory<byte>>("a").Schema);
        Assert.Equal("text", new ChannelSpec<string>("a").Schema);
        Assert.Equal("struct Int64, 8 bytes", new ChannelSpec<long>("a").Schema);
        Assert.Equal("text -> struct Int32, 4 bytes", new CallSpec<string, int>("a").Schema);
    }

    [Theory]
    [InlineData("", 0xCBF29CE484222325)]
    [InlineData("a", 0xAF63DC4C8601EC8C)]
    [InlineData("foobar", 0x85944171F73967E8)]
    public void The_hash_is_FNV_1a_as_its_authors_published_it(string text, ulong expected)
    {
        Assert.Equal(expected, Fnv1a.Hash(text));
        Assert.Equal(expected, Fnv1a.Hash(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Specifications_of_other_messages_have_other_hashes()
    {
        Assert.Equal(new ChannelSpec<int>("a").SchemaHash, new ChannelSpec<int>("b").SchemaHash);
        Assert.NotEqual(new ChannelSpec<int>("a").SchemaHash, new ChannelSpec<uint>("a").SchemaHash);
        Assert.NotEqual(new CallSpec<int, long>("a").SchemaHash, new CallSpec<long, int>("a").SchemaHash);
    }

    [Fact]
    public void A_type_with_references_must_name_a_codec_and_the_error_says_how()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(new ChannelSpec<List<object>>("orders").Validate);
        Assert.Contains("Channel 'orders'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Codec = Codec.Json(", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<InvalidOperationException>(new CallSpec<int, object>("orders").Validate);
        Assert.Contains("ReplyCodec = Codec.Json(", error.Message, StringComparison.Ordinal);

        error = Assert.Throws<InvalidOperationException>(new ChannelSpec<byte[]>("orders").Validate);
        Assert.Contains("ReadOnlyMemory<byte>", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public void A_codec_without_a_schema_is_refused(string? schema)
    {
        Assert.Throws<ArgumentException>(new ChannelSpec<object>("a") { Codec = new NamelessCodec(schema!) }.Validate);
    }

    [Fact]
    public void A_codec_with_an_endless_schema_is_refused()
    {
        new ChannelSpec<object>("a") { Codec = new NamelessCodec(new string('x', 4096)) }.Validate();
        Assert.Throws<ArgumentException>(new ChannelSpec<object>("a") { Codec = new NamelessCodec(new string('x', 4097)) }.Validate);
    }
}
