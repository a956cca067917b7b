using System.Buffers.Binary;

namespace Viaduct.Tests.Cli;

/// <summary><c>viaduct send</c> and <c>viaduct receive</c> between real processes with real pipes.</summary>
public sealed class PipeTests : ProgramTests
{
    public static TheoryData<string, byte[]> Inputs => new()
    {
        { "lines", Numbers(1000) },
        { "no line feed at the end", Bytes("one\ntwo\nthree") },
        { "empty lines", Bytes("\n\n\na\n\n") },
        { "carriage returns and zero bytes", [13, 10, 0, 0, 10, 255, 254, 10, 0] },
        { "nothing", [] },
        { "a long line", [.. Enumerable.Repeat((byte)'x', 3_000_000), 10, .. "end"u8] },
        { "many lines", Numbers(200_000) },
    };

    [Theory]
    [MemberData(nameof(Inputs), DisableDiscoveryEnumeration = true)]
    public async Task What_comes_out_is_byte_for_byte_what_went_in(string name, byte[] input)
    {
        Assert.NotEmpty(name);
        RunningProgram receive = Viaduct("receive", "x");
        RunningProgram send = Viaduct("send", "x");
        await FeedAsync(send, input);
        await send.SucceedAsync();
        await receive.SucceedAsync();
        Assert.Equal(input.Length, receive.Output.Length);
        Assert.True(input.AsSpan().SequenceEqual(receive.Output));
        Assert.Empty(receive.Error);
    }

    [Fact]
    public async Task The_longest_line_may_be_the_last_without_a_line_feed()
    {
        RunningProgram receive = Viaduct("receive", "x");
        RunningProgram send = Viaduct("send", "x");
        byte[] input = new byte[64 << 20];
        await FeedAsync(send, input);
        await send.SucceedAsync();
        await receive.SucceedAsync();
        Assert.True(input.AsSpan().SequenceEqual(receive.Output));
    }

    [Theory]
    [InlineData(0)]
    [InlineData((byte)'\n')]
    public async Task A_line_that_is_longer_than_the_longest_is_refused(byte last)
    {
        RunningProgram send = Viaduct("send", "x");
        byte[] input = new byte[(64 << 20) + 1];
        input[^1] = last;
        await FeedAsync(send, input);
        Assert.Equal(1, await send.EndAsync());
        Assert.Contains("line 1 of the input is longer than 67108864 bytes", send.Error);
    }

    [Fact]
    public async Task The_sender_may_start_long_before_the_receiver()
    {
        RunningProgram send = Viaduct("send", "x");
        await FeedAsync(send, Numbers(1000));
        await send.UntilAsync(program => program.Error.Contains("nobody receives 'x'"));
        RunningProgram receive = Viaduct("receive", "x");
        await receive.SucceedAsync();
        await send.SucceedAsync();
        Assert.Equal(Numbers(1000), receive.Output);
    }

    [Fact]
    public async Task The_receiver_may_start_long_before_the_sender()
    {
        RunningProgram receive = Viaduct("receive", "x");
        await receive.UntilAsync(program => program.Error.Contains("nobody sends on 'x'"));
        RunningProgram send = Viaduct("send", "x");
        await FeedAsync(send, Numbers(1000));
        await receive.SucceedAsync();
        await send.SucceedAsync();
        Assert.Equal(Numbers(1000), receive.Output);
    }

    [Fact]
    public async Task It_works_in_shell_pipelines()
    {
        RunningProgram receive = Shell("$VIADUCT receive x | wc -l");
        RunningProgram send = Shell("seq 5000 | $VIADUCT send x");
        await send.SucceedAsync();
        await receive.SucceedAsync();
        Assert.Equal("5000", receive.OutputText.Trim());
    }

    [Fact]
    public async Task A_line_is_passed_on_while_the_input_stays_open()
    {
        RunningProgram receive = Viaduct("receive", "x");
        RunningProgram send = Viaduct("send", "x");
        await send.WriteAsync(Bytes("first\n"));
        await receive.UntilAsync(program => program.OutputText == "first\n");
        await send.WriteAsync(Bytes("second\n"));
        await receive.UntilAsync(program => program.OutputText == "first\nsecond\n");
        send.CloseInput();
        await send.SucceedAsync();
        await receive.SucceedAsync();
    }

    [Fact]
    public async Task Frames_of_any_bytes_pass_unchanged()
    {
        byte[] input = [.. Frame([]), .. Frame([10, 10]), .. Frame([.. Enumerable.Range(0, 256).Select(value => (byte)value)]), .. Frame(new byte[300_000])];
        RunningProgram receive = Viaduct("receive", "x", "--frames");
        RunningProgram send = Viaduct("send", "x", "--frames");
        await FeedAsync(send, input);
        await send.SucceedAsync();
        await receive.SucceedAsync();
        Assert.Equal(input, receive.Output);
    }

    [Fact]
    public async Task An_input_that_ends_within_a_frame_is_an_error()
    {
        RunningProgram receive = Viaduct("receive", "x", "--frames");
        RunningProgram send = Viaduct("send", "x", "--frames");
        await FeedAsync(send, [.. Frame([1]), 5, 0, 0, 0, 1]);
        Assert.Equal(1, await send.EndAsync());
        Assert.Contains("ends within frame 2: 1 of 5 bytes", send.Error);
        await receive.UntilAsync(program => program.Output.AsSpan().SequenceEqual(Frame([1])));
    }

    [Fact]
    public async Task Text_channels_carry_lines_without_their_line_feeds()
    {
        RunningProgram receive = Viaduct("receive", "x", "--text");
        RunningProgram send = Viaduct("send", "x", "--text");
        await FeedAsync(send, Bytes("grüße\n\nend"));
        await send.SucceedAsync();
        await receive.SucceedAsync();
        Assert.Equal("grüße\n\nend\n", receive.OutputText);
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_refused_with_its_line()
    {
        RunningProgram receive = Viaduct("receive", "x", "--text");
        RunningProgram send = Viaduct("send", "x", "--text");
        await FeedAsync(send, [.. "fine\n"u8, 255, 10]);
        Assert.Equal(1, await send.EndAsync());
        Assert.Contains("line 2 of the input is not UTF-8", send.Error);
        await receive.UntilAsync(program => program.OutputText == "fine\n");
    }

    [Fact]
    public async Task Capacity_zero_is_a_rendezvous()
    {
        RunningProgram receive = Viaduct("receive", "x", "--capacity", "0");
        RunningProgram send = Viaduct("send", "x", "--capacity", "0");
        await FeedAsync(send, Numbers(500));
        await send.SucceedAsync();
        await receive.SucceedAsync();
        Assert.Equal(Numbers(500), receive.Output);
    }

    [Fact]
    public async Task Tcp_leads_to_a_receiver_without_a_common_directory()
    {
        string port = FreePort();
        RunningProgram receive = Viaduct("receive", "x", "--listen", port, "--runtime-directory", Path.Combine(Folder, "a"));
        RunningProgram send = Viaduct("send", "x", "--peer", "127.0.0.1:" + port, "--runtime-directory", Path.Combine(Folder, "b"));
        await FeedAsync(send, Numbers(20_000));
        await send.SucceedAsync();
        await receive.SucceedAsync();
        Assert.Equal(Numbers(20_000), receive.Output);
    }

    private static byte[] Frame(byte[] content)
    {
        byte[] frame = new byte[sizeof(int) + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        content.CopyTo(frame, sizeof(int));
        return frame;
    }
}
