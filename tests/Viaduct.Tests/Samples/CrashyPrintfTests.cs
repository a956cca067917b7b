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
        Assert.Matches(@"\n100 calls of a static method, 0 wrong, \d+ processes died of them\n", sample.OutputText);
        Assert.DoesNotMatch("^.*, 0 processes", sample.OutputText);
        Assert.EndsWith("\nThe answer is 42 (16 characters)\n", sample.OutputText, StringComparison.Ordinal);
    }
}
