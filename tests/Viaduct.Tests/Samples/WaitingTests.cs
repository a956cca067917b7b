using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>samples/Waiting, whose files docs/waiting.md shows.</summary>
public sealed class WaitingTests : ProgramTests
{
    [Fact]
    public async Task The_loops_of_the_page_about_waiting_do_what_it_says()
    {
        RunningProgram sample = Start("Waiting");
        await sample.SucceedAsync();
        Assert.Contains("robot: report at 0.0 m/s", sample.OutputText);
        Assert.Contains("robot: stopped", sample.OutputText);
        Assert.Contains("poll: 5050", sample.OutputText);
        Assert.Contains("channels: 110", sample.OutputText);
        Assert.Empty(sample.Error);
    }
}
