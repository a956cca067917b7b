using System.Globalization;
using System.Text.RegularExpressions;
using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Demo;

/// <summary>The demo with its processes killed by hand.</summary>
public sealed partial class DemoDeathTests : ProgramTests
{
    [Theory]
    [InlineData("process")]
    [InlineData("machine")]
    public async Task Workers_killed_at_any_moment_lose_nothing(string distance)
    {
        string input = DemoInput.Write(Folder, files: 60);
        RunningProgram demo = StartDemo(input, distance, passes: 30);
        Random random = new(11);
        HashSet<int> killed = [];
        await demo.UntilAsync(program => program.Error.Contains("workers "));
        for (int round = 0; round < 12 && !demo.HasExited; round++)
        {
            await Task.Delay(random.Next(150), TestContext.Current.CancellationToken);
            int worker = WorkersOf(demo).Except(killed).OrderBy(_ => random.Next()).FirstOrDefault();
            if (worker != 0 && IsAlive(worker))
            {
                RunningProgram.SignalTo(worker, "KILL");
                killed.Add(worker);
            }
        }

        await demo.SucceedAsync(90);
        Assert.Contains($"distance={distance} ", demo.OutputText);
        Assert.Contains(" lost=0 ", demo.OutputText);
        Assert.NotEmpty(killed);
        AssertNothingLeft(demo);
    }

    [Theory]
    [InlineData("process", "reader")]
    [InlineData("process", "merger")]
    [InlineData("machine", "reader")]
    [InlineData("machine", "merger")]
    public async Task The_reader_or_the_merger_killed_ends_the_demo_with_a_clear_error(string distance, string role)
    {
        string input = DemoInput.Write(Folder, files: 60);

        // Long enough that it is not over before the kill, however busy the machine is; the kill ends it.
        RunningProgram demo = StartDemo(input, distance, passes: 60);
        await demo.UntilAsync(program => program.Error.Contains("replaced by process"), 60);
        int process = int.Parse(Regex.Match(demo.Error, role + @" (\d+),").Groups[1].Value, CultureInfo.InvariantCulture);
        RunningProgram.SignalTo(process, "KILL");

        Assert.Equal(1, await demo.EndAsync());
        Assert.Contains($"the {role} (process {process}) was killed (SIGKILL)", demo.Error);
        Assert.DoesNotContain("distance=", demo.OutputText);
        AssertNothingLeft(demo);
    }

    [Fact]
    public async Task Interrupted_it_leaves_nothing_behind()
    {
        string input = DemoInput.Write(Folder, files: 60);
        RunningProgram demo = StartDemo(input, "machine", passes: 20);
        await demo.UntilAsync(program => program.Error.Contains("workers "), 30);
        demo.Signal("INT");
        Assert.Equal(130, await demo.EndAsync());
        AssertNothingLeft(demo);
    }

    [Fact]
    public async Task Killed_itself_it_leaves_no_process_and_the_next_start_cleans_up()
    {
        string input = DemoInput.Write(Folder, files: 60);
        RunningProgram demo = StartDemo(input, "machine", passes: 20);
        await demo.UntilAsync(program => program.Error.Contains("workers "), 30);
        demo.Kill();
        Assert.Equal(137, await demo.EndAsync());
        await demo.UntilAsync(program => !ProcessesOf(program).Any(IsAlive));
        Assert.Single(Directory.EnumerateDirectories(Folder, "viaduct-demo-*"));

        RunningProgram next = Viaduct("demo", "--input", input, "--distance", "thread");
        await next.SucceedAsync();
        AssertNothingLeft(demo);
    }

    private RunningProgram StartDemo(string input, string distance, int passes)
    {
        return Viaduct("demo", "--input", input, "--distance", distance, "--passes", passes.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<int> WorkersOf(RunningProgram demo)
    {
        string first = Regex.Match(demo.Error, @"workers ([\d, ]+)").Groups[1].Value;
        return Numbers().Matches(first).Concat(Replacements().Matches(demo.Error)).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static IEnumerable<int> ProcessesOf(RunningProgram demo)
    {
        Match roles = Regex.Match(demo.Error, @"reader (\d+), merger (\d+)");
        Assert.True(roles.Success, demo.Error);
        return WorkersOf(demo).Concat(roles.Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)));
    }

    private static bool IsAlive(int process)
    {
        // The number may have been given to another program since.
        string commandLine = $"/proc/{process}/cmdline";
        try
        {
            return File.ReadAllText(commandLine).Contains("demo-");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void AssertNothingLeft(RunningProgram demo)
    {
        Assert.DoesNotContain(ProcessesOf(demo), IsAlive);
        Assert.Empty(Directory.EnumerateDirectories(Folder, "viaduct-demo-*"));
    }

    [GeneratedRegex(@"(\d+)")]
    private static partial Regex Numbers();

    [GeneratedRegex(@"replaced by process (\d+)")]
    private static partial Regex Replacements();
}
