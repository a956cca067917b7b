using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

public sealed class ConfinementReportTests
{
    [Fact]
    public async Task What_is_reached_is_reported_part_by_part()
    {
        Confinement asked = Confinement.Strict with { Memory = 1L << 30, OwnNetwork = false };

        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("true") { Confinement = asked });

        Assert.Equal(asked.Asked, child.Confinement.Reached | child.Confinement.Missing);
        Assert.Equal(asked.Asked.HasFlag(ConfinementParts.Ports), child.Confinement.Results.Any(result => result.Part == ConfinementParts.Ports));
        Assert.All(child.Confinement.Results, result => Assert.NotEmpty(result.Detail));
        Assert.Contains("RLIMIT_DATA = 1073741824", child.Confinement.ToString(), StringComparison.Ordinal);
        await child.Exited.Within("the end of the child");
    }

    [Fact]
    public async Task An_unconfined_child_has_an_empty_report()
    {
        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("true"));

        Assert.Equal(ConfinementParts.None, child.Confinement.Reached);
        Assert.Empty(child.Confinement.Results);
    }

    [Fact]
    public async Task Whoever_may_not_have_a_part_gets_the_rest_and_is_told_or_gets_an_error_before_there_is_a_child()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string mark = Path.Combine(directory.Path, "mark");

        // A child without capabilities can't give its own children a network.
        ChildProcessOptions options = Peers.Own("lesser", mark);
        options.Confinement = Confinement.None with { DropCapabilities = true };
        (ExitReason exit, string[] lines) = await Peers.Run(options);

        Assert.True(exit.IsNormal, string.Join('\n', lines));
        Assert.Equal("missing NetworkNamespace", lines[0]);
        Assert.Equal("refused NetworkNamespace", lines[1]);
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public void A_path_that_is_allowed_and_not_there_is_an_error_that_names_it()
    {
        ChildProcessOptions options = new("true") { Confinement = Confinement.Strict.AllowReading("/no/such/path") };

        Assert.Contains("/no/such/path", Assert.Throws<ChildStartException>(() => ChildProcess.Start(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_cannot_be_executed_is_named_as_without_confinement()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string path = Path.Combine(directory.Path, "program");
        File.WriteAllText(path, "neither script nor program");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        ChildProcessOptions options = new(path) { Confinement = Confinement.Strict };

        Assert.Contains("no program that this kernel knows", Assert.Throws<ChildStartException>(() => ChildProcess.Start(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Start(Confinement.None with { Memory = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Start(Confinement.None with { ProcessorTime = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Start(Confinement.None with { ConnectPorts = [65536] }));

        static void Start(Confinement confinement) => ChildProcess.Start(new ChildProcessOptions("true") { Confinement = confinement });
    }
}
