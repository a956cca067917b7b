using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

public sealed class FrameSplitterTests
{
    [Fact]
    public void Any_chunking_gives_the_same_frames()
    {
        FrameGenerator generator = new(71);
        FrameBuilder output = new();
        List<DecodedFrame> sent = [];
        for (int i = 0; i < 300; i++)
        {
            if (generator.Random.Next(5) == 0)
            {
                output.Begin((FrameType)(0x80 + generator.Random.Next(0x80)));
                output.Bytes(new byte[generator.Random.Next(300)]);
                output.End();
            }

            sent.Add(generator.Next());
            sent[^1].Write(output);
        }

        byte[] stream = output.Written.ToArray();
        foreach (int largest in (int[])[1, 2, 3, 7, 100, 5000, 1_000_000])
        {
            Random random = new(largest);
            int start = 0;
            int end = 0;
            int read = 0;
            while (end < stream.Length)
            {
                end = Math.Min(stream.Length, end + random.Next(1, largest + 1));
                bool found = true;
                while (found)
                {
                    ReadOnlySpan<byte> received = stream.AsSpan(start..end);
                    found = FrameSplitter.TryRead(received, out FrameType type, out ReadOnlySpan<byte> body, out int consumed);
                    start += consumed;
                    if (found)
                    {
                        Assert.True(sent[read++].IsSame(DecodedFrame.Read(type, body)));
                    }
                }
            }

            Assert.Equal(sent.Count, read);
            Assert.Equal(stream.Length, start);
        }
    }

    [Theory]
    [InlineData("818008")]
    [InlineData("808009")]
    [InlineData("ffff7f")]
    [InlineData("808080")]
    [InlineData("ffffff")]
    [InlineData("ffffffff07")]
    [InlineData("8080808008")]
    [InlineData("8080808010")]
    [InlineData("8080808040")]
    [InlineData("808080808020")]
    [InlineData("808080808080808040")]
    [InlineData("80808080808080808001")]
    [InlineData("ffffffffffffffffff01")]
    [InlineData("8000")]
    [InlineData("808000")]
    [InlineData("00 00")]
    [InlineData("00 17")]
    [InlineData("00 7f")]
    [InlineData("808008 17")]
    public void A_hostile_length_or_type_is_refused_as_soon_as_it_shows(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        byte[] shown = bytes[..Math.Min(bytes.Length, WireLimits.MaxLengthPrefix + 1)];
        if (bytes.Length > WireLimits.MaxLengthPrefix + 1)
        {
            shown = bytes[..WireLimits.MaxLengthPrefix];
        }

        Assert.Throws<ProtocolViolationException>(() => FrameSplitter.TryRead(shown, out _, out _, out _));
        Assert.False(FrameSplitter.TryRead(shown.AsSpan(0, 1), out _, out _, out int consumed));
        Assert.Equal(0, consumed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(WireLimits.MaxFrame - 1)]
    [InlineData(WireLimits.MaxFrame)]
    public void A_frame_up_to_the_limit_is_found(int length)
    {
        FrameBuilder output = new();
        output.Begin(FrameType.Report);
        output.Bytes(new byte[length]);
        output.End();
        Assert.InRange(output.Length, length + 2, WireLimits.MaxWholeFrame);

        Assert.False(FrameSplitter.TryRead(output.Written[..^1], out _, out _, out _));
        Assert.True(FrameSplitter.TryRead(output.Written, out FrameType type, out ReadOnlySpan<byte> body, out int consumed));
        Assert.Equal(FrameType.Report, type);
        Assert.Equal(length, body.Length);
        Assert.Equal(output.Length, consumed);
    }

    [Fact]
    public void Unknown_optional_frames_are_consumed_even_when_nothing_follows()
    {
        FrameBuilder output = new();
        for (int i = 0; i < 10_000; i++)
        {
            output.Begin((FrameType)0xFE);
            output.Byte(1);
            output.End();
        }

        Assert.False(FrameSplitter.TryRead(output.Written, out _, out _, out int consumed));
        Assert.Equal(output.Length, consumed);
        new PingFrame(3).Write(output);
        Assert.True(FrameSplitter.TryRead(output.Written, out FrameType type, out _, out consumed));
        Assert.Equal((FrameType.Ping, output.Length), (type, consumed));
    }

    [Fact]
    public void Every_type_is_known_optional_or_refused()
    {
        for (int value = 0; value < 256; value++)
        {
            byte[] bytes = [0, (byte)value];
            if (Enum.IsDefined((FrameType)value))
            {
                Assert.True(FrameSplitter.TryRead(bytes, out FrameType type, out _, out _));
                Assert.Equal((FrameType)value, type);
            }
            else if (value >= 0x80)
            {
                Assert.False(FrameSplitter.TryRead(bytes, out _, out _, out int consumed));
                Assert.Equal(2, consumed);
            }
            else
            {
                Assert.Throws<ProtocolViolationException>(() => FrameSplitter.TryRead(bytes, out _, out _, out _));
            }
        }
    }
}
