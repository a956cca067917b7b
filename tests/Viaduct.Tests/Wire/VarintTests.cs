using Viaduct.Wire;

namespace Viaduct.Tests.Wire;

public sealed class VarintTests
{
    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(1UL, "01")]
    [InlineData(127UL, "7f")]
    [InlineData(128UL, "8001")]
    [InlineData(16383UL, "ff7f")]
    [InlineData(16384UL, "808001")]
    [InlineData(131071UL, "ffff07")]
    [InlineData(131072UL, "808008")]
    [InlineData(131073UL, "818008")]
    [InlineData(2147483647UL, "ffffffff07")]
    [InlineData(2147483648UL, "8080808008")]
    [InlineData(4294967296UL, "8080808010")]
    [InlineData(1UL << 34, "8080808040")]
    [InlineData(1UL << 40, "808080808020")]
    [InlineData(1UL << 62, "808080808080808040")]
    [InlineData(1UL << 63, "80808080808080808001")]
    [InlineData(ulong.MaxValue, "ffffffffffffffffff01")]
    public void A_value_has_one_encoding_that_reads_back(ulong value, string hex)
    {
        byte[] expected = Convert.FromHexString(hex);
        byte[] written = new byte[Varint.MaxLength];

        int length = Varint.Write(written, value);

        Assert.Equal(expected, written[..length]);
        Assert.Equal(length, Varint.Length(value));
        Assert.Equal(VarintStatus.Ok, Varint.TryRead([.. expected, 0xFF], out ulong read, out int taken));
        Assert.Equal(value, read);
        Assert.Equal(length, taken);
    }

    [Theory]
    [InlineData("8000")]
    [InlineData("ff00")]
    [InlineData("808000")]
    [InlineData("80808080808080808000")]
    [InlineData("80808080808080808002")]
    [InlineData("ffffffffffffffffff02")]
    [InlineData("ffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffff81")]
    [InlineData("ffffffffffffffffffff")]
    [InlineData("ffffffffffffffffffff01")]
    [InlineData("8080808080808080808001")]
    public void A_longer_form_or_more_than_64_bits_is_malformed(string hex)
    {
        Assert.Equal(VarintStatus.Malformed, Varint.TryRead(Convert.FromHexString(hex), out ulong value, out int length));
        Assert.Equal(0UL, value);
        Assert.Equal(0, length);
    }

    [Fact]
    public void The_beginning_of_a_value_needs_more()
    {
        foreach (ulong value in Bounds())
        {
            byte[] bytes = new byte[Varint.MaxLength];
            int length = Varint.Write(bytes, value);
            for (int cut = 0; cut < length; cut++)
            {
                Assert.Equal(VarintStatus.NeedMore, Varint.TryRead(bytes.AsSpan(0, cut), out _, out int taken));
                Assert.Equal(0, taken);
            }
        }
    }

    [Fact]
    public void Every_bound_of_every_length_reads_back()
    {
        byte[] bytes = new byte[Varint.MaxLength];
        foreach (ulong value in Bounds())
        {
            int length = Varint.Write(bytes, value);

            Assert.Equal(Varint.Length(value), length);
            Assert.Equal(VarintStatus.Ok, Varint.TryRead(bytes.AsSpan(0, length), out ulong read, out int taken));
            Assert.Equal((value, length), (read, taken));
        }
    }

    [Fact]
    public void Whatever_reads_writes_the_same_bytes_again()
    {
        Random random = new(20240);
        byte[] source = new byte[12];
        byte[] again = new byte[Varint.MaxLength];
        for (int i = 0; i < 200_000; i++)
        {
            random.NextBytes(source);
            int run = random.Next(12);
            for (int j = 0; j < run; j++)
            {
                source[j] |= 0x80;
            }

            if (Varint.TryRead(source, out ulong value, out int length) == VarintStatus.Ok)
            {
                Assert.Equal(length, Varint.Write(again, value));
                Assert.True(source.AsSpan(0, length).SequenceEqual(again.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void Writing_into_too_little_room_throws_and_never_writes_beyond()
    {
        byte[] bytes = new byte[4];

        Assert.Throws<IndexOutOfRangeException>(() => Varint.Write(bytes.AsSpan(0, 2), 1 << 20));
        Assert.Equal(0, bytes[2]);
    }

    private static IEnumerable<ulong> Bounds()
    {
        for (int bit = 0; bit < 64; bit++)
        {
            yield return 1UL << bit;
            yield return (1UL << bit) - 1;
            yield return (1UL << bit) + 1;
        }

        yield return ulong.MaxValue;
    }
}
