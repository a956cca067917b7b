using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Viaduct.Tests.Codecs;

public sealed class CodecTests
{
    [Fact]
    public void Bytes_are_copied_as_they_are()
    {
        byte[] source = [1, 2, 3];

        ReadOnlyMemory<byte> back = RoundTrip(Codec.Bytes, source.AsMemory());
        source[0] = 9;

        Assert.Equal("bytes", Codec.Bytes.Schema);
        Assert.Equal<byte>([1, 2, 3], back.ToArray());
        Assert.True(RoundTrip(Codec.Bytes, ReadOnlyMemory<byte>.Empty).IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("Zürich, ブリッジ, 💡\0")]
    public void Text_is_utf8(string text)
    {
        Assert.Equal("text", Codec.Text.Schema);
        Assert.Equal(text, RoundTrip(Codec.Text, text));
        Assert.Equal(Encoding.UTF8.GetBytes(text), Encode(Codec.Text, text));
    }

    [Fact]
    public void Text_that_is_not_valid_is_refused_in_both_directions()
    {
        Assert.Throws<EncoderFallbackException>(() => Encode(Codec.Text, "\uD800"));
        Assert.Throws<ProtocolViolationException>(() => Codec.Text.Decode([0x61, 0xFF]));
        Assert.Throws<ProtocolViolationException>(() => Codec.Text.Decode([0xED, 0xA0, 0x80]));
    }

    [Fact]
    public void A_struct_is_its_own_bytes()
    {
        ICodec<Hit> codec = Codec.Unmanaged<Hit>();
        var hit = new Hit(7, -1.5);

        Assert.Equal("struct Hit, 16 bytes", codec.Schema);
        Assert.Same(codec, Codec.Unmanaged<Hit>());
        Assert.Equal(MemoryMarshal.AsBytes([hit]).ToArray(), Encode(codec, hit));
        Assert.Equal(hit, RoundTrip(codec, hit));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public void A_struct_of_another_size_is_a_violation(int size)
    {
        ProtocolViolationException error =
            Assert.Throws<ProtocolViolationException>(() => Codec.Unmanaged<Hit>().Decode(new byte[size]));

        Assert.Contains("struct Hit, 16 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_struct_may_lie_at_any_address()
    {
        byte[] bytes = [0, .. Encode(Codec.Unmanaged<Hit>(), new Hit(1, 2))];

        Assert.Equal(new Hit(1, 2), Codec.Unmanaged<Hit>().Decode(bytes.AsSpan(1)));
    }

    [Fact]
    public void Json_goes_by_generated_metadata()
    {
        ICodec<Order> codec = Codec.Json(OrderContext.Default.Order);

        Assert.Equal("json Order", codec.Schema);
        Assert.Equal("""{"Id":7,"Lines":["a","b"]}""", Encoding.UTF8.GetString(Encode(codec, new Order(7, ["a", "b"]))));
        Order back = RoundTrip(codec, new Order(8, ["c"]));
        Assert.Equal(8, back.Id);
        Assert.Equal(["c"], back.Lines);
    }

    [Fact]
    public void Bytes_that_are_not_the_json_expected_are_a_violation()
    {
        ICodec<Order> codec = Codec.Json(OrderContext.Default.Order);

        Assert.Throws<ProtocolViolationException>(() => codec.Decode([]));
        Assert.Throws<ProtocolViolationException>(() => codec.Decode("{"u8));
        Assert.Throws<ProtocolViolationException>(() => codec.Decode("""{"Id":"x"}"""u8));
    }

    [Fact]
    public void A_failed_json_encoding_leaves_nothing_for_the_next()
    {
        ICodec<JsonElement> codec = Codec.Json(OrderContext.Default.JsonElement);

        Assert.Throws<InvalidOperationException>(() => Encode(codec, default));
        Assert.Equal("1"u8.ToArray(), Encode(codec, JsonElement.Parse("1")));
    }

    [Fact]
    public void Json_without_metadata_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => Codec.Json<Order>(null!));
    }

    private static byte[] Encode<T>(ICodec<T> codec, T message)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Encode(message, output);
        return output.WrittenSpan.ToArray();
    }

    private static T RoundTrip<T>(ICodec<T> codec, T message) => codec.Decode(Encode(codec, message));
}
