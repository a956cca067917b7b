using System.Text.Json;
using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Demo;

/// <summary>What <c>viaduct demo</c> comes to, on small inputs and with real processes.</summary>
public sealed class DemoResultTests : ProgramTests
{
    [Fact]
    public async Task All_distances_come_to_the_result_that_is_computed_here()
    {
        string input = DemoInput.Write(Folder, files: 150);
        (long events, string digest) = DemoInput.Expect(input);
        RunningProgram demo = Viaduct("demo", "--input", input, "--workers", "2");
        await demo.SucceedAsync(60);

        string[] lines = demo.OutputText.TrimEnd('\n').Split('\n')[^3..];
        string[] routes = ["distance=thread route=in-process", "distance=process route=shared-memory", "distance=machine route=tcp"];
        for (int i = 0; i < routes.Length; i++)
        {
            Assert.Matches($@"^{routes[i]} messages={events} result=sha256:{digest} lost=0 redelivered=\d+$", lines[i]);
        }

        Assert.Contains("identical: all runs have the reference's result", demo.OutputText);
        Assert.Contains("killing worker 1", demo.Error);
        Assert.Contains("replaced by process", demo.Error);
        AssertNothingLeft();
    }

    [Fact]
    public async Task The_third_run_works_over_loopback_too()
    {
        string input = DemoInput.Write(Folder, files: 40);
        RunningProgram demo = Viaduct("demo", "--input", input, "--distance", "machine", "--loopback", "--json", "--workers", "3");
        await demo.SucceedAsync(60);

        JsonElement report = JsonDocument.Parse(demo.OutputText).RootElement;
        Assert.True(report.GetProperty("identical").GetBoolean());
        JsonElement run = Assert.Single(report.GetProperty("runs").EnumerateArray());
        Assert.Equal("tcp", run.GetProperty("route").GetString());
        Assert.Equal(3, run.GetProperty("workers").GetInt32());
        Assert.Equal(1, run.GetProperty("killed").GetInt32());
        Assert.Equal(0, run.GetProperty("lost").GetInt64());
        Assert.Equal(DemoInput.Expect(input).Digest, run.GetProperty("result").GetString());
        Assert.Contains("loopback", run.GetProperty("place").GetString());
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("table.csv", "rows of CSV", 1)]
    [InlineData("words.txt", "lines of text", 0)]
    public async Task Lines_and_rows_are_events(string name, string kind, int head)
    {
        string[] lines = [.. Enumerable.Range(0, 3000).Select(i => $"{i},value {i % 17}\n"), "last,without line feed"];
        string file = Path.Combine(Folder, name);
        await File.WriteAllTextAsync(file, string.Concat(lines), TestContext.Current.CancellationToken);
        (long events, string digest) = DemoInput.ExpectLines(lines.Skip(head));
        RunningProgram demo = Viaduct("demo", "--input", file, "--distance", "thread", "process");
        await demo.SucceedAsync(60);
        Assert.Contains(kind, demo.Error);
        Assert.Contains($"distance=thread route=in-process messages={events} result=sha256:{digest} lost=0 redelivered=0", demo.OutputText);
        Assert.Contains($"distance=process route=shared-memory messages={events} result=sha256:{digest} lost=0 ", demo.OutputText);
    }

    [Fact]
    public async Task One_event_is_enough()
    {
        string file = Path.Combine(Folder, "one.txt");
        await File.WriteAllTextAsync(file, "the only line", TestContext.Current.CancellationToken);
        RunningProgram demo = Viaduct("demo", "--input", file, "--distance", "process");
        await demo.SucceedAsync(60);
        Assert.Contains("messages=1 ", demo.OutputText);
    }

    private void AssertNothingLeft() => Assert.Empty(Directory.EnumerateDirectories(Folder, "viaduct-demo-*"));
}
