using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

public sealed class FrameParserTests
{
    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("8000")]
    [InlineData("ffffffffffffffffff02")]
    public void A_number_that_is_no_varint_is_refused(string hex)
    {
        Refuses(hex, static input => input.Varint());
        Refuses(hex, static input => input.VarintInt());
    }

    [Theory]
    [InlineData("8080808008")]
    [InlineData("8080808010")]
    [InlineData("8080808040")]
    [InlineData("808080808020")]
    [InlineData("808080808080808040")]
    [InlineData("80808080808080808001")]
    [InlineData("ffffffffffffffffff01")]
    public void A_number_above_its_range_is_refused_without_wrapping(string hex)
    {
        Refuses(hex, static input => input.VarintInt());
        Refuses(hex, static input => input.Text());
        Refuses(hex, static input => input.Text(int.MaxValue));
    }

    [Theory]
    [InlineData("01ff")]
    [InlineData("02c080")]
    [InlineData("03eda080")]
    [InlineData("04f4908080")]
    [InlineData("02e282")]
    [InlineData("0180")]
    public void A_text_that_is_no_utf8_is_refused(string hex) => Refuses(hex, static input => input.Text());

    [Fact]
    public void A_text_longer_than_its_field_or_its_frame_is_refused()
    {
        Refuses("0161", static input => input.Text(0));
        Refuses("0261", static input => input.Text());
        Refuses("8120" + new string('6', 2 * 4097), static input => input.Text());
        FrameParser fits = new(Convert.FromHexString("8020" + string.Concat(Enumerable.Repeat("61", 4096))));
        Assert.Equal(4096, fits.Text().Length);
        fits.End();
    }

    [Fact]
    public void A_byte_or_flag_or_identity_outside_its_range_is_refused()
    {
        Refuses("", static input => input.Byte());
        Refuses("03", static input => input.Byte(2));
        Refuses("02", static input => input.Flag());
        Refuses(new string('0', 30), static input => input.Guid());
        Refuses("0102", static input => input.Bytes(3));
        Refuses("0102", static input => input.Bytes(-1));
        Refuses("00", static input => input.End());
    }

    [Fact]
    public void A_side_that_is_neither_sender_nor_receiver_is_refused()
    {
        (FrameType Type, byte[] Behind)[] frames = [(FrameType.CloseLink, [0]), (FrameType.LinkClosed, []), (FrameType.Doorbell, [])];
        foreach ((FrameType type, byte[] behind) in frames)
        {
            DecodedFrame.Read(type, [3, 0, .. behind]);
            DecodedFrame.Read(type, [3, 1, .. behind]);
            Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(type, [3, 2, .. behind]));
        }
    }

    [Fact]
    public void An_identity_travels_in_the_order_in_which_it_reads()
    {
        FrameParser input = new(Convert.FromHexString("00112233445566778899aabbccddeeff"));

        Assert.Equal(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), input.Guid());
    }

    [Fact]
    public void An_error_names_the_frame_the_field_and_both_values()
    {
        ProtocolViolationException error = Assert.Throws<ProtocolViolationException>(
            () => DecodedFrame.Read(FrameType.Announce, [.. new byte[16], 0, 0, 9, 0, 0, 0]));

        Assert.Contains("Announce", error.Message, StringComparison.Ordinal);
        Assert.Contains("pattern is 9, more than 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hello_of_another_version_gives_its_version_and_nothing_else()
    {
        byte[] body = [7, .. "viaduct"u8, 2, 0xFF, 0xFF, 0xFF];

        HelloFrame hello = (HelloFrame)DecodedFrame.Read(FrameType.Hello, body).Fields;

        Assert.Equal(new HelloFrame { Version = 2, NodeName = "", Domain = "" }, hello);
        Assert.Equal(0, ((HelloFrame)DecodedFrame.Read(FrameType.Hello, [7, .. "viaduct"u8, 0]).Fields).Version);
    }

    [Fact]
    public void A_hello_with_other_magic_is_refused()
    {
        Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(FrameType.Hello, [7, .. "viadukt"u8, 1]));
        Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(FrameType.Hello, [6, .. "viaduct"u8, 1]));
        Assert.Throws<ProtocolViolationException>(() => DecodedFrame.Read(FrameType.Hello, "GET / HTTP/1.1\r\n\r\n"u8));
    }

    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(10, 0, 11)]
    [InlineData(10, 11, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(int.MaxValue, int.MaxValue, 1)]
    [InlineData(10, 0, 0)]
    [InlineData(WireLimits.MaxFragment + 1, 0, WireLimits.MaxFragment + 1)]
    public void A_payload_outside_its_message_is_refused(int total, int offset, int payload)
    {
        FrameBuilder output = new();
        output.Begin(FrameType.Data);
        output.Bytes([1, 2, 3, 1, 0]);
        output.VarintInt(total);
        output.VarintInt(offset);
        output.Bytes(new byte[payload]);
        output.End();
        byte[] bytes = output.Written.ToArray();

        Assert.Throws<ProtocolViolationException>(() => WireBytes.ReadAll(bytes));
    }

    [Theory]
    [InlineData("010000000000 00", true)]
    [InlineData("010500000000 020103", true)]
    [InlineData("010000000000 0100", false)]
    [InlineData("010000000000 02 01", false)]
    [InlineData("010000000000 01 0101", false)]
    [InlineData("01ffffffffffffffffff0100000000 0101", false)]
    [InlineData("01feffffffffffffffff0100000000 0101", true)]
    [InlineData("01feffffffffffffffff0100000000 020101", false)]
    [InlineData("010000000000 818004", false)]
    public void Released_positions_must_rise_and_be_as_many_as_announced(string hex, bool valid)
    {
        byte[] body = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        if (valid)
        {
            DecodedFrame.Read(FrameType.ReceiverState, body);
        }
        else
        {
            // The head's own Read refuses: nobody has to walk the positions for that.
            Assert.Throws<ProtocolViolationException>(() =>
            {
                FrameParser input = new(body);
                ReceiverStateFrame.Read(ref input);
            });
        }
    }

    private delegate void Use(FrameParser input);

    private static void Refuses(string hex, Use use)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Throws<ProtocolViolationException>(() => use(new FrameParser(bytes)));
    }
}
