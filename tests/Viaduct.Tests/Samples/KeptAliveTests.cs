using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>samples/KeptAlive, whose files docs/supervision.md and docs/confinement.md show.</summary>
public sealed class KeptAliveTests : ProgramTests
{
    [Fact]
    public async Task The_programs_of_the_pages_about_supervision_and_confinement_do_what_they_say()
    {
        RunningProgram sample = Start("KeptAlive");
        await sample.SucceedAsync();
        Assert.Contains("Exited\nRestarting\n", sample.OutputText);
        Assert.Contains("SIGKILL\n", sample.OutputText);
        Assert.Contains("worker: ready\n", sample.OutputText);
        Assert.Contains("read 4 characters of", sample.OutputText);
        Assert.Contains("Access to the path '/etc/passwd' is denied.", sample.OutputText);
        Assert.Empty(sample.Error);
    }
}
