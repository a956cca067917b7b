using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>samples/CrashyPrintf.</summary>
public sealed class CrashyPrintfTests : ProgramTests
{
    [Fact]
    public async Task Every_call_is_answered_although_one_in_forty_kills_whoever_takes_it()
    {
        RunningProgram sample = Start("CrashyPrintf", "400");
        await sample.SucceedAsync();
        Assert.Matches(@"^400 calls in .* s, 0 wrong, \d+ processes died of them\n", sample.OutputText);
        Assert.DoesNotContain(", 0 processes", sample.OutputText, StringComparison.Ordinal);
        Assert.EndsWith("\nThe answer is 42 (16 characters)\n", sample.OutputText, StringComparison.Ordinal);
    }
}
