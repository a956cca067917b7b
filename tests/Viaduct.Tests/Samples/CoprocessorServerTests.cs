using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>samples/CoprocessorServer.</summary>
public sealed class CoprocessorServerTests : ProgramTests
{
    [Fact]
    public async Task Clients_get_right_results_by_turns_and_one_that_is_killed_leaves_nothing()
    {
        RunningProgram sample = Start("CoprocessorServer", "200");
        await sample.SucceedAsync();
        Assert.Matches(@"\nmodest-1 +20 +0 .* at most \d\n", sample.OutputText);
        Assert.Matches(@"\ndoomed: killed after \d+ jobs; [1-9]\d* calls cancelled, 0 left; ", sample.OutputText);
        Assert.EndsWith("\nall results are right\n", sample.OutputText, StringComparison.Ordinal);
    }
}
