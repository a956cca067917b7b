using Viaduct.Tests.Cli;

namespace Viaduct.Tests.Samples;

/// <summary>tests/Viaduct.NativeProgram, which <c>./build.sh native</c> compiles ahead of time: here as it is built with everything else.</summary>
public sealed class NativeProgramTests : ProgramTests
{
    [Fact]
    public async Task The_program_that_is_compiled_ahead_of_time_does_what_it_should()
    {
        RunningProgram program = Start("Viaduct.NativeProgram");
        await program.SucceedAsync();
        Assert.Equal(4, program.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("Wrong", program.OutputText, StringComparison.Ordinal);
    }
}
