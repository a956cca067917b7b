using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

public sealed class ChildStartTests
{
    [Theory]
    [InlineData("/no/such/program", "there is no file")]
    [InlineData("no-such-program-anywhere", "PATH")]
    [InlineData("/tmp", "is a directory")]
    [InlineData("/etc/passwd", "not marked as executable")]
    public void A_program_that_cannot_be_started_is_named(string executable, string reason)
    {
        ChildStartException error = Assert.Throws<ChildStartException>(() => ChildProcess.Start(new ChildProcessOptions(executable)));

        Assert.Equal(executable, error.Executable);
        Assert.Contains(executable, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, error.ErrorCode);
    }

    [Theory]
    [InlineData("#!/no/such/interpreter\n", "interpreter")]
    [InlineData("neither script nor program", "no program that this kernel knows")]
    public void A_file_that_is_no_program_is_refused_by_the_system_and_named(string content, string reason)
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string path = Path.Combine(directory.Path, "program");
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        ChildStartException error = Assert.Throws<ChildStartException>(() => ChildProcess.Start(new ChildProcessOptions(path)));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_working_directory_that_is_missing_is_named()
    {
        ChildProcessOptions options = new("true") { WorkingDirectory = "/no/such/directory" };

        Assert.Contains("/no/such/directory", Assert.Throws<ChildStartException>(() => ChildProcess.Start(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_system_is_not_Linux_the_error_says_what_to_use()
    {
        (_, string[] lines) = await Peers.Run(Peers.Own("portable"));

        Assert.Contains("System.Diagnostics.Process", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_that_no_program_can_get_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ChildProcess.Start(new ChildProcessOptions("true", "a\0b")));
    }

    [Fact]
    public void More_arguments_than_the_system_takes_are_refused_and_nothing_leaks()
    {
        string[] arguments = [.. Enumerable.Repeat(new string('x', 100_000), 100)];
        int before = OpenDescriptors();

        Assert.Throws<ChildStartException>(() => ChildProcess.Start(new ChildProcessOptions("true", arguments) { ConnectSocket = true }));

        // Tests beside this one open and close others; a leak of this one would be there each time.
        for (int i = 0; i < 50; i++)
        {
            Assert.Throws<ChildStartException>(() => ChildProcess.Start(new ChildProcessOptions("true", arguments) { ConnectSocket = true }));
        }

        Assert.InRange(OpenDescriptors(), 0, before + 150);
    }

    [Fact]
    public async Task A_process_without_descriptors_left_gets_an_error_that_says_so_and_can_go_on_afterwards()
    {
        ChildProcessOptions options = Peers.Own("exhausted");

        // The runtime does not survive a lack of descriptors while it compiles in the background.
        options.Environment["DOTNET_TieredCompilation"] = "0";
        options.Confinement = Confinement.None with { OpenFiles = 250 };

        (ExitReason exit, string[] lines) = await Peers.Run(options);

        Assert.True(exit.IsNormal, string.Join('\n', lines));
        Assert.Equal(["ChildStartException 24", "afterwards exited with code 0"], lines.Select(line => line.Split(" after ")[0]));
    }

    private static int OpenDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
}
