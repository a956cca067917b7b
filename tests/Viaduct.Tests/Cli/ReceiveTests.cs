using System.Globalization;
using System.Text.Json;

namespace Viaduct.Tests.Cli;

/// <summary>The options of <c>viaduct receive</c>, and its ends.</summary>
public sealed class ReceiveTests : ProgramTests
{
    [Fact]
    public async Task Count_takes_so_many_and_leaves_the_rest_to_others()
    {
        RunningProgram send = Viaduct("send", "x");
        await FeedAsync(send, Numbers(100));
        RunningProgram first = Viaduct("receive", "x", "--count", "10");
        await first.SucceedAsync();
        Assert.Equal(Numbers(10), first.Output);
        RunningProgram rest = Viaduct("receive", "x");
        await rest.SucceedAsync();
        await send.SucceedAsync();

        // What lay ready for the first goes to the next, perhaps after what was sent later.
        string[] lines = rest.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(11, 90), lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public async Task Follow_stays_for_the_next_sender()
    {
        RunningProgram receive = Viaduct("receive", "x", "--follow");
        foreach (string word in new[] { "one\n", "two\n", "three\n" })
        {
            RunningProgram send = Viaduct("send", "x");
            await FeedAsync(send, Bytes(word));
            await send.SucceedAsync();
        }

        await receive.UntilAsync(program => program.OutputText == "one\ntwo\nthree\n");
        Assert.False(receive.HasExited);
        receive.Signal("TERM");
        Assert.Equal(143, await receive.EndAsync());
    }

    [Fact]
    public async Task Json_tells_each_message_in_a_line()
    {
        RunningProgram receive = Viaduct("receive", "x", "--json");
        RunningProgram send = Viaduct("send", "x", "--json");
        await FeedAsync(send, [.. "say \"hello\"\n"u8, 255, 10]);
        await send.SucceedAsync();
        await receive.SucceedAsync();

        JsonElement[] messages = [.. receive.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(2, messages.Length);
        Assert.Equal("say \"hello\"\n", messages[0].GetProperty("text").GetString());
        Assert.Equal(12, messages[0].GetProperty("bytes").GetInt32());
        Assert.Equal(1, messages[0].GetProperty("attempt").GetInt32());
        Assert.Equal([255, 10], messages[1].GetProperty("base64").GetBytesFromBase64());

        JsonElement summary = JsonDocument.Parse(send.OutputText).RootElement;
        Assert.Equal(2, summary.GetProperty("messages").GetInt64());
        Assert.Equal(14, summary.GetProperty("bytes").GetInt64());
        Assert.Equal(0, summary.GetProperty("not_consumed").GetInt64());
    }

    [Fact]
    public async Task It_ends_quietly_when_nobody_reads_its_output()
    {
        RunningProgram receive = Shell("set -o pipefail; $VIADUCT receive x | head -n 1; echo ${PIPESTATUS[0]}");
        RunningProgram send = Viaduct("send", "x");
        await send.WriteAsync(Bytes("y\n"));
        await receive.UntilAsync(program => program.OutputText == "y\n");
        await send.WriteAsync(Numbers(10_000));
        Assert.Equal(0, await receive.EndAsync());
        Assert.Equal("y\n141\n", receive.OutputText);
        Assert.Empty(receive.Error);

        // What it could not write is still there for another one.
        RunningProgram next = Viaduct("receive", "x");
        send.CloseInput();
        await next.SucceedAsync();
        await send.SucceedAsync();
        Assert.Equal(10_000, next.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
    }

    [Fact]
    public async Task Several_receivers_share_the_messages()
    {
        RunningProgram send = Viaduct("send", "x");
        RunningProgram[] receivers = [Viaduct("receive", "x"), Viaduct("receive", "x")];

        // Both must have found the sender before it ends, however long a program takes to start.
        int first = 0;
        for (; !receivers.All(static receiver => receiver.Output.Length > 0); first++)
        {
            Assert.True(first < 600, "one of the receivers gets nothing");
            await send.WriteAsync(Numbers(1));
            await Task.Delay(50);
        }

        await FeedAsync(send, Numbers(20_000));
        await send.SucceedAsync();
        await receivers[0].SucceedAsync();
        await receivers[1].SucceedAsync();
        string[] all = [.. receivers.SelectMany(receiver => receiver.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal(20_000 + first, all.Length);
        Assert.Equal(20_000, all.Distinct().Count());
    }

    [Fact]
    public async Task A_receiver_that_is_killed_loses_nothing_that_it_had_not_written()
    {
        // Nobody reads the first receiver's output, so it stops in a write when the pipe is full, with messages leased.
        RunningProgram stuck = StartFile(BuiltProgram.PathOf(BuiltProgram.Tool), readOutput: false, "receive", "x");
        RunningProgram send = Viaduct("send", "x");
        Task feeding = FeedAsync(send, Numbers(50_000));
        await UntilStuckAsync();
        Assert.False(send.HasExited);
        RunningProgram other = Viaduct("receive", "x");
        await other.UntilAsync(program => program.Output.Length > 0 || !feeding.IsCompleted);
        stuck.Kill();
        await feeding;
        await send.SucceedAsync();
        await other.SucceedAsync();

        // What the killed one had written lies in a pipe of 64 KiB at most, and comes first.
        HashSet<string> lines = [.. other.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        int missing = Enumerable.Range(1, 50_000).TakeWhile(number => !lines.Contains($"{number}")).Count();
        Assert.InRange(missing, 1, 20_000);
        Assert.Equal(50_000 - missing, lines.Count);
    }

    /// <summary>Waits until the sender of "x" has sent something and does not get on any more.</summary>
    private async Task UntilStuckAsync()
    {
        long before = -1;
        for (int attempt = 0; attempt < 100; attempt++)
        {
            RunningProgram channels = Viaduct("channels", "x", "--json");
            await channels.SucceedAsync();
            long sent = JsonDocument.Parse(channels.OutputText).RootElement.EnumerateArray().Sum(socket => socket.GetProperty("sent").GetInt64());
            if (sent > 1000 && sent == before)
            {
                return;
            }

            before = sent;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"The sender is not stuck; it has sent {before} messages.");
    }

    [Fact]
    public async Task A_sender_that_is_killed_is_an_error_after_what_it_had_sent()
    {
        RunningProgram receive = Viaduct("receive", "x");
        RunningProgram send = Viaduct("send", "x");
        await send.WriteAsync(Numbers(100));
        await receive.UntilAsync(program => program.Output.AsSpan().SequenceEqual(Numbers(100)));
        send.Kill();
        Assert.Equal(3, await receive.EndAsync());
        Assert.Contains("viaduct: ", receive.Error);
        Assert.Contains("'x'", receive.Error);
    }
}
