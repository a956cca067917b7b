using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>samples/ThreeLayerCake.</summary>
public sealed class ThreeLayerCakeTests : ProgramTests
{
    [Fact]
    public async Task All_layers_together_count_what_one_thread_counts()
    {
        RunningProgram sample = Start("ThreeLayerCake", "512");
        await sample.SucceedAsync();
        Assert.Matches(@"\nall three layers +\d+\.\d+ s  \d+\.\d times as fast ", sample.OutputText);
        Assert.Matches(@"\nall three counted \d{6,} steps\n$", sample.OutputText);
    }
}
