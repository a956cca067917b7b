using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

public sealed class FrameBuilderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(WireLimits.MaxFrame)]
    public void The_length_is_canonical_whatever_was_expected(int length)
    {
        byte[] body = new byte[length];
        new Random(length).NextBytes(body);
        foreach (int hint in (int[])[0, 1, 127, 128, 20_000, WireLimits.MaxFrame, length, int.MaxValue, -1])
        {
            FrameBuilder output = new();
            new PingFrame(7).Write(output);
            output.Begin(FrameType.Report, hint);
            output.Bytes(body);
            output.End();
            new PingFrame(8).Write(output);

            byte[] prefix = new byte[Varint.Length((uint)length)];
            Varint.Write(prefix, (uint)length);
            Assert.Equal([1, 15, 7, .. prefix, 18, .. body, 1, 15, 8], output.Written.ToArray());
        }
    }

    [Fact]
    public void A_body_above_the_limit_is_dropped_and_the_frames_before_it_stay()
    {
        FrameBuilder output = new();
        new PingFrame(1).Write(output);
        output.Begin(FrameType.Report);
        output.Bytes(new byte[WireLimits.MaxFrame + 1]);

        Assert.Throws<InvalidOperationException>(output.End);
        new PingFrame(2).Write(output);
        Assert.Equal([1, 15, 1, 1, 15, 2], output.Written.ToArray());
    }

    [Fact]
    public void An_open_frame_is_not_part_of_what_was_written()
    {
        FrameBuilder output = new();
        new PingFrame(1).Write(output);
        output.Begin(FrameType.Pong);
        output.Varint(5);

        Assert.Equal(3, output.Length);
        Assert.Equal(3, output.WrittenMemory.Length);
        Assert.Throws<InvalidOperationException>(() => output.Begin(FrameType.Ping));
        Assert.Throws<InvalidOperationException>(() => output.Append([1, 15, 9]));
        output.Cancel();
        Assert.Throws<InvalidOperationException>(output.End);
        output.Append([1, 15, 9]);
        Assert.Equal([1, 15, 1, 1, 15, 9], output.Written.ToArray());
    }

    [Fact]
    public void A_name_that_cannot_travel_is_refused_and_its_frame_dropped()
    {
        FrameBuilder output = new();

        Assert.Throws<ArgumentException>(() => new RefusedFrame("bad \uD800", "").Write(output));
        Assert.Throws<ArgumentException>(() => new RefusedFrame(new string('x', WireLimits.MaxText + 1), "").Write(output));
        Assert.Throws<ArgumentException>(() => new RefusedFrame(new string('é', (WireLimits.MaxText / 2) + 1), "").Write(output));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinkClosedFrame(-1, 0).Write(output));
        new RefusedFrame(new string('é', WireLimits.MaxText / 2), "").Write(output);
        DecodedFrame read = Assert.Single(WireBytes.ReadAll(output.Written));
        Assert.Equal(new RefusedFrame(new string('é', WireLimits.MaxText / 2), ""), read.Fields);
    }

    [Fact]
    public void A_text_for_people_is_cut_between_characters_and_never_throws()
    {
        FrameBuilder output = new();
        new ByeFrame("x" + new string('é', WireLimits.MaxText)).Write(output);
        new ByeFrame("a\uD800b").Write(output);
        new ByeFrame(null!).Write(output);

        List<DecodedFrame> read = WireBytes.ReadAll(output.Written);
        Assert.Equal(new ByeFrame("x" + new string('é', (WireLimits.MaxText - 1) / 2)), read[0].Fields);
        Assert.Equal(new ByeFrame("a\uFFFDb"), read[1].Fields);
        Assert.Equal(new ByeFrame(""), read[2].Fields);
    }

    [Fact]
    public void A_payload_can_be_written_in_place()
    {
        FrameBuilder output = new();
        DataFrame head = new() { LinkId = 3, Position = 9, Sequence = 10, Attempt = 1, Kind = 0, TotalLength = 500, Offset = 100 };
        head.Begin(output, 300);
        Span<byte> payload = output.Reserve(300);
        payload.Fill(0xAB);
        output.Advance(300);
        output.End();

        FrameBuilder copied = new();
        head.Write(copied, Enumerable.Repeat((byte)0xAB, 300).ToArray());
        Assert.Equal(copied.Written.ToArray(), output.Written.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => head.Begin(output, WireLimits.MaxFragment + 1));
    }

    [Fact]
    public void A_reused_builder_does_not_allocate()
    {
        FrameBuilder output = new();
        byte[] payload = new byte[4000];
        DataFrame head = new() { LinkId = 3, Position = 9, Sequence = 10, Attempt = 1, Kind = 0, TotalLength = 4000, Offset = 0 };
        Fill();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Fill();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Fill()
        {
            output.Clear();
            head.Write(output, payload);
            new ByeFrame("the end").Write(output);
            new WithdrawFrame(Guid.Empty).Write(output);
        }
    }

    [Fact]
    public void A_trimmed_builder_gives_its_buffer_back()
    {
        FrameBuilder output = new();
        output.Append(new byte[10_000]);
        output.Trim(100_000);
        Assert.True(output.Capacity >= 10_000);
        output.Trim(1000);
        Assert.Equal(0, output.Capacity);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void Released_positions_that_do_not_fit_are_left_for_the_next_frame()
    {
        ulong step = 1UL << 40;
        ulong[] released = [.. Enumerable.Range(1, 60_000).Select(i => (ulong)i * step)];
        ReceiverStateFrame head = new() { LinkId = 1, Consumed = 0, Taken = 0, Demand = 0, RevokeAnswer = 0, Missed = 0 };
        FrameBuilder output = new();

        int written = head.Write(output, released);

        Assert.InRange(written, 20_000, released.Length - 1);
        DecodedFrame read = Assert.Single(WireBytes.ReadAll(output.Written));
        Assert.Equal(DecodedFrame.ToTail(released.AsSpan(0, written)), read.Tail);
        Assert.Throws<ArgumentException>(() => head.Write(output, [5, 5]));
        Assert.Throws<ArgumentException>(() => head.Write(output, [0]));
        Assert.Equal(65536, head.Write(output, [.. Enumerable.Range(1, 70_000).Select(i => (ulong)i)]));
    }
}
