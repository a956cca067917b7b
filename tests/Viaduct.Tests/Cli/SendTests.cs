using System.Text.Json;

namespace Viaduct.Tests.Cli;

/// <summary>The options of <c>viaduct send</c>, and its ends.</summary>
public sealed class SendTests : ProgramTests
{
    [Fact]
    public async Task Linger_bounds_the_wait_for_the_rest()
    {
        // A receiver that is stopped takes messages in and consumes none.
        RunningProgram receive = Viaduct("receive", "x");
        RunningProgram send = Viaduct("send", "x", "--linger", "0.5");
        await send.WriteAsync(Bytes("one\n"));
        await receive.UntilAsync(program => program.OutputText == "one\n");
        await Consumed();
        receive.Signal("STOP");
        try
        {
            await FeedAsync(send, Bytes("two\nthree\n"));
            Assert.Equal(4, await send.EndAsync());
            Assert.Contains("2 of 3 messages sent were not consumed", send.Error);
        }
        finally
        {
            receive.Signal("CONT");
        }

        // It writes a message before it consumes it.
        async Task Consumed()
        {
            long end = Environment.TickCount64 + 30_000;
            while (true)
            {
                RunningProgram channels = Viaduct("channels", "x", "--json");
                await channels.SucceedAsync();
                if (JsonDocument.Parse(channels.OutputText).RootElement.EnumerateArray().Sum(socket => socket.GetProperty("outstanding").GetInt64()) == 0)
                {
                    return;
                }

                Assert.True(Environment.TickCount64 < end, channels.OutputText);
            }
        }
    }

    [Fact]
    public async Task Interrupted_it_ends_and_says_what_was_not_consumed()
    {
        RunningProgram send = Viaduct("send", "x");
        await FeedAsync(send, Numbers(10));
        await send.UntilAsync(program => program.Error.Contains("nobody receives"));
        send.Signal("INT");
        Assert.Equal(130, await send.EndAsync(10));
        Assert.Contains("interrupted", send.Error);
    }

    [Fact]
    public async Task Interrupted_while_it_reads_it_ends_too()
    {
        RunningProgram receive = Viaduct("receive", "x");
        RunningProgram send = Viaduct("send", "x");
        await send.WriteAsync(Numbers(10));
        await receive.UntilAsync(program => program.Output.Length == Numbers(10).Length);
        send.Signal("TERM");
        Assert.Equal(143, await send.EndAsync(10));
        await receive.SucceedAsync();
    }

    [Fact]
    public async Task A_capacity_that_differs_names_both_values()
    {
        RunningProgram receive = Viaduct("receive", "x", "--capacity", "8");
        RunningProgram send = Viaduct("send", "x");
        await FeedAsync(send, Numbers(10));
        Assert.Equal(1, await send.EndAsync());
        Assert.Contains("64", send.Error);
        Assert.Contains("8", send.Error);
        Assert.Contains("apacity", send.Error);
        receive.Signal("INT");
    }

    [Fact]
    public async Task A_second_sender_on_OneToMany_is_told_who_has_the_role()
    {
        RunningProgram first = Viaduct("send", "x", "--topology", "OneToMany", "--name", "the-first");
        await first.WriteAsync(Bytes("1\n"));
        await first.UntilAsync(program => program.Error.Contains("nobody receives"));
        RunningProgram second = Viaduct("send", "x", "--topology", "OneToMany");
        Assert.Equal(1, await second.EndAsync());
        Assert.Contains("the-first", second.Error);
    }

    [Theory]
    [InlineData("", "send")]
    [InlineData("sned x", "there is no verb 'sned'; the verbs are send, receive")]
    [InlineData("send a/../b", "'a/../b'")]
    [InlineData("send x --lisen 1", "--lisen")]
    [InlineData("send x --domain a/b", "a/b")]
    [InlineData("send", "CHANNEL")]
    [InlineData("send x --context DistributedProcess", "needs --listen or --peer")]
    [InlineData("receive x --context DistributedProcess", "needs --listen or --peer")]
    [InlineData("send x --peer foo", "'foo' is not an address")]
    [InlineData("send x --capacity -1", "--capacity must be 0 or more")]
    [InlineData("send x --capacity many", "--capacity must be 0 or more")]
    [InlineData("send x --linger soon", "--linger must be between 0 and 1000000 seconds")]
    [InlineData("receive x --count x", "--count must be 1 or more")]
    [InlineData("demo --workers x", "--workers must be between 1 and 64")]
    [InlineData("demo --passes 1.5", "--passes must be between 1 and 10000")]
    [InlineData("call x Do --timeout soon", "--timeout must be above 0 and at most 3600 seconds")]
    [InlineData("call x Do --timeout NaN", "--timeout must be above 0 and at most 3600 seconds")]
    [InlineData("call x Do --capacity 0", "--capacity must be 1 or more")]
    [InlineData("describe x --timeout -1", "--timeout must be above 0 and at most 3600 seconds")]
    [InlineData("services logs x --lines -3", "--lines must be 0 or more")]
    [InlineData("send x --lines --frames", "Give one of --lines, --frames and --text")]
    [InlineData("send x --topology Ring", "ManyToOne")]
    [InlineData("send x --listen nowhere", "127.0.0.1:7400")]
    [InlineData("receive x --count 0", "--count must be 1 or more")]
    [InlineData("demo --workers 0", "--workers must be between 1 and 64")]
    [InlineData("demo --input /no/such/file", "does not exist")]
    [InlineData("demo-worker 1", "viaduct demo")]
    public async Task A_wrong_command_line_is_explained(string line, string explanation)
    {
        RunningProgram viaduct = Viaduct(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        viaduct.CloseInput();
        Assert.Equal(2, await viaduct.EndAsync());
        Assert.Contains(explanation, viaduct.Error);
        Assert.DoesNotContain("   at ", viaduct.Error);
        Assert.DoesNotContain("(Parameter", viaduct.Error);
    }

    [Theory]
    [InlineData("--help", "Two terminals")]
    [InlineData("--help", "  serve [DESCRIPTION] ")]
    [InlineData("describe --help", "viaduct describe Acme.IClock")]
    [InlineData("call --help", "Exit codes: 0 done")]
    [InlineData("send --help", "seq 1000 | viaduct send numbers")]
    [InlineData("receive --help", "--follow")]
    [InlineData("demo --help", "distance=thread|process|machine")]
    [InlineData("--version", ".")]
    public async Task Help_is_on_standard_output(string line, string text)
    {
        RunningProgram viaduct = Viaduct(line.Split(' '));
        await viaduct.SucceedAsync();
        Assert.Contains(text, viaduct.OutputText);
    }
}
