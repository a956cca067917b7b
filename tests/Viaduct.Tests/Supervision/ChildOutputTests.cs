using System.Collections.Concurrent;
using System.Globalization;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

public sealed class ChildOutputTests
{
    [Fact]
    public async Task Every_line_arrives_in_order_and_the_last_ones_are_kept()
    {
        ConcurrentQueue<OutputLine> lines = new();
        ChildProcessOptions options = Peers.Own("lines", "200000");
        options.OutputReceived = lines.Enqueue;
        options.KeptLines = 3;
        await using ChildProcess child = ChildProcess.Start(options);

        await child.OutputEnded.Within("the output");

        Assert.Equal(Enumerable.Range(0, 200_000), lines.Select(line => int.Parse(line.Text, CultureInfo.InvariantCulture)));
        Assert.Equal(["199997", "199998", "199999"], child.LastOutput.Select(line => line.Text));
    }

    [Fact]
    public async Task A_child_that_writes_faster_than_it_is_read_waits()
    {
        using ManualResetEventSlim gate = new();
        int lines = 0;
        ChildProcessOptions options = Peers.Own("flood");
        options.OutputReceived = _ =>
        {
            gate.Wait();
            Interlocked.Increment(ref lines);
        };
        await using ChildProcess child = ChildProcess.Start(options);

        // It sleeps in its write once the pipe is full; without a bound it would go on.
        await Waiting.Until(() => Directory.EnumerateDirectories($"/proc/{child.Id}/task")
            .Any(task => TryRead(Path.Combine(task, "wchan")).Contains("pipe_write", StringComparison.Ordinal)));
        Assert.Equal(0, Volatile.Read(ref lines));

        gate.Set();
        await Waiting.Until(() => Volatile.Read(ref lines) > 100);
        await child.StopAsync(TimeSpan.Zero).Within("stop");
        await child.OutputEnded.Within("the output");
        Assert.All(child.LastOutput, line => Assert.Equal(options.MaxLineLength, line.Text.Length));
    }

    [Fact]
    public async Task The_streams_are_told_apart_and_a_line_without_an_end_counts()
    {
        ChildProcessOptions options = new("printf", @"one\r\n\ntwo");
        await using ChildProcess output = ChildProcess.Start(options);
        await using ChildProcess error = ChildProcess.Start(new ChildProcessOptions("sh", "-c", "echo wrong >&2"));

        await output.OutputEnded.Within("the output");
        await error.OutputEnded.Within("the output");

        Assert.Equal(["one", "", "two"], output.LastOutput.Select(line => line.Text));
        Assert.Equal([new OutputLine("wrong", IsError: true)], error.LastOutput);
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_cut_between_characters()
    {
        // 10 characters of 3 bytes, cut at 16 bytes: 5, 5, and nothing that is half a character.
        ChildProcessOptions options = new("printf", "€€€€€€€€€€") { MaxLineLength = 16 };

        (_, string[] lines) = await Peers.Run(options);

        Assert.Equal(["€€€€€", "€€€€€"], lines);
    }

    [Fact]
    public async Task Output_that_is_not_captured_goes_nowhere()
    {
        ChildProcessOptions options = new("sh", "-c", "in=$(readlink /proc/$$/fd/0); out=$(readlink /proc/$$/fd/1); echo $in $out >&2") { StandardOutput = ChildOutput.Discard };

        (_, string[] lines) = await Peers.Run(options);

        Assert.Equal(["/dev/null /dev/null"], lines);
    }

    [Fact]
    public async Task A_receiver_that_throws_loses_no_line()
    {
        ChildProcessOptions options = new("printf", @"1\n2\n3\n") { OutputReceived = static _ => throw new InvalidOperationException() };

        (_, string[] lines) = await Peers.Run(options);

        Assert.Equal(["1", "2", "3"], lines);
    }

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
