using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

public sealed class ChildProcessTests
{
    private const int SIGSEGV = 11;
    private const int SIGTERM = 15;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public async Task An_exit_code_is_told(int code)
    {
        (ExitReason exit, _) = await Peers.Run(new ChildProcessOptions("sh", "-c", $"exit {code}"));

        Assert.Equal(ExitKind.Exited, exit.Kind);
        Assert.Equal(code, exit.ExitCode);
        Assert.Equal(code == 0, exit.IsNormal);
        Assert.Null(exit.SignalName);
    }

    [Theory]
    [InlineData(SIGSEGV, "SIGSEGV")]
    [InlineData(6, "SIGABRT")]
    [InlineData(9, "SIGKILL")]
    public async Task A_signal_is_told_by_name_and_the_last_words_are_kept(int signal, string name)
    {
        (ExitReason exit, string[] lines) = await Peers.Run(Peers.Own("die", signal.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(ExitKind.Signaled, exit.Kind);
        Assert.Equal((signal, name), (exit.Signal, exit.SignalName));
        Assert.False(exit.CoreDumped);
        Assert.False(exit.IsNormal);
        Assert.InRange(exit.PeakMemory, 1 << 20, 1L << 32);
        Assert.Contains(name, exit.ToString(), StringComparison.Ordinal);
        Assert.Equal(["last words"], lines);
    }

    /// <summary>The runtime removes its pipes and its socket itself, unless it has no time for it.</summary>
    [Fact]
    public async Task A_child_that_is_killed_leaves_nothing_in_the_temporary_directory()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        ChildProcessOptions options = Peers.Own("stubborn");
        options.Environment["TMPDIR"] = directory.Path;
        await using ChildProcess child = ChildProcess.Start(options);
        await child.Says();
        Assert.Contains(Directory.EnumerateFileSystemEntries(directory.Path), file => file.Contains($"-{child.Id}-", StringComparison.Ordinal));
        string others = Path.Combine(directory.Path, $"dotnet-diagnostic-{child.Id}-1-socket");
        await File.WriteAllTextAsync(others, "that of another process, which had the number before", Patience.Token);

        child.Kill();
        await child.Exited.Within();

        await Waiting.Until(() => Directory.EnumerateFileSystemEntries(directory.Path).SequenceEqual([others]));
    }

    [Fact]
    public async Task A_child_has_no_descriptor_but_its_own()
    {
        // Descriptors of other libraries are not close-on-exec, and no file action names them.
        int leaky = Posix.OpenLeaky("/dev/null");
        try
        {
            ChildProcessOptions options = new("ls", "/proc/self/fd") { ConnectSocket = true };

            (_, string[] lines) = await Peers.Run(options);

            // The fifth is the directory that is listed.
            Assert.Equal(["0", "1", "2", "3", "4", "5"], lines.Order(StringComparer.Ordinal));
        }
        finally
        {
            Posix.Close(leaky);
        }
    }

    [Fact]
    public async Task Children_started_at_the_same_time_inherit_nothing_of_each_other()
    {
        // A sibling that held the other end of a socket would hide that end's death.
        await Parallel.ForAsync(0, 48, async (index, cancellation) =>
        {
            if (index % 3 == 0)
            {
                using Process plain = Process.Start(new ProcessStartInfo("ls", "/proc/self/fd") { RedirectStandardOutput = true })!;
                string output = await plain.StandardOutput.ReadToEndAsync(cancellation);
                Assert.Equal(["0", "1", "2", "3"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(IsLow));
            }
            else
            {
                ChildProcessOptions options = new("ls", "/proc/self/fd") { ConnectSocket = true };
                Assert.Equal(6, (await Peers.Run(options)).Lines.Length);
            }
        });

        // What else a plain child inherits from whoever started the tests is not ours.
        static bool IsLow(string line) => int.Parse(line, CultureInfo.InvariantCulture) < 4;
    }

    [Fact]
    public async Task A_child_has_the_environment_and_the_directory_that_it_was_given()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        ChildProcessOptions options = new("sh", "-c", "pwd; env") { WorkingDirectory = directory.Path, InheritEnvironment = false };
        options.Environment["A"] = "ä=1";
        options.Environment["B"] = null;

        (_, string[] lines) = await Peers.Run(options);

        Assert.Equal(directory.Path, lines[0]);
        Assert.Contains("A=ä=1", lines);
        Assert.Equal(["A", "PWD", "VIADUCT_LIFELINE"], Names(lines[1..]));

        static IEnumerable<string> Names(string[] variables) =>
            variables.Select(variable => variable.Split('=')[0]).Where(name => name is not ("SHLVL" or "_" or "OLDPWD")).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_variables_of_the_inheritance_are_not_passed_on()
    {
        ChildProcessOptions options = Peers.Own("environment");
        options.ConnectSocket = true;

        (_, string[] lines) = await Peers.Run(options);

        Assert.NotEmpty(lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("VIADUCT_LIFELINE", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("VIADUCT_SOCKET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ChildGroup.Group)]
    [InlineData(ChildGroup.Session)]
    public async Task A_child_leads_its_group_or_session(ChildGroup group)
    {
        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("sleep", "1000") { Group = group });

        // Behind the name: state, parent, group, session.
        string status = await File.ReadAllTextAsync($"/proc/{child.Id}/stat");
        string[] fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');

        Assert.Equal(child.Id, int.Parse(fields[2], CultureInfo.InvariantCulture));
        Assert.Equal(group == ChildGroup.Session, int.Parse(fields[3], CultureInfo.InvariantCulture) == child.Id);
    }

    [Fact]
    public async Task A_child_begins_with_no_signal_blocked_or_ignored()
    {
        (_, string[] lines) = await Peers.Run(new ChildProcessOptions("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"));

        // But for two that the C library keeps for itself, and that cannot be sent to a thread by anybody else.
        const ulong Internal = 0x1_8000_0000;
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal(0UL, ulong.Parse(line.Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~Internal));
    }

    [Fact]
    public async Task The_socket_carries_bytes_and_its_end_is_seen()
    {
        ChildProcessOptions options = Peers.Own("echo");
        options.ConnectSocket = true;
        await using ChildProcess child = ChildProcess.Start(options);
        using Socket socket = new(child.TakeSocket()!);
        Assert.Null(child.TakeSocket());

        await socket.SendAsync("hello"u8.ToArray());
        byte[] answer = new byte[5];
        Assert.Equal(5, await socket.ReceiveAsync(answer).Within("the echo"));
        Assert.Equal("hello"u8.ToArray(), answer);

        socket.Shutdown(SocketShutdown.Both);
        ExitReason exit = await child.Exited.Within("the end of the child");
        Assert.True(exit.ExitCode == 7, $"{exit}: {string.Join('\n', child.LastOutput)}");
    }

    [Fact]
    public async Task The_death_of_a_child_ends_its_socket()
    {
        ChildProcessOptions options = Peers.Own("echo");
        options.ConnectSocket = true;
        await using ChildProcess child = ChildProcess.Start(options);
        using Socket socket = new(child.TakeSocket()!);

        child.Kill();

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).Within("the end of the socket"));
        Assert.Equal("SIGKILL", (await child.Exited.Within("the end of the child")).SignalName);
    }

    [Fact]
    public async Task A_child_that_closed_its_socket_and_lives_is_stopped_all_the_same()
    {
        ChildProcessOptions options = Peers.Own("silent");
        options.ConnectSocket = true;
        await using ChildProcess child = ChildProcess.Start(options);
        using Socket socket = new(child.TakeSocket()!);

        Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).Within("the end of the socket"));
        await child.Says();
        Assert.False(child.HasExited);

        Assert.Equal("SIGTERM", (await child.StopAsync().Within("stop")).SignalName);
    }

    [Fact]
    public async Task A_child_that_ignores_the_request_is_killed_after_the_grace()
    {
        await using ChildProcess child = await Peers.Ready("stubborn");

        ValueTask stop = child.StopAsync(TimeSpan.FromMilliseconds(100));

        await stop.Within("stop");
        Assert.Equal("SIGKILL", (await child.Exited).SignalName);
    }

    [Fact]
    public async Task A_stopped_child_is_killed_with_its_group()
    {
        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("sh", "-c", "trap '' TERM; sleep 1000 & echo $!; wait; sleep 1000"));
        int grandchild = int.Parse(await child.Says(), CultureInfo.InvariantCulture);
        child.Signal(Posix.SIGSTOP);

        await child.StopAsync(TimeSpan.Zero).Within("stop");

        await Waiting.Until(() => !Peers.Lives(grandchild));
    }

    [Fact]
    public async Task What_is_left_of_the_group_ends_with_the_child()
    {
        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("sh", "-c", "sleep 1000 & echo $!"));

        Assert.True((await child.Exited.Within("the end of the child")).IsNormal);

        // The background process holds the pipes, so waiting for their end would be waiting for it.
        await child.OutputEnded.Within("the output");
        int grandchild = int.Parse(child.LastOutput[0].Text, CultureInfo.InvariantCulture);
        await Waiting.Until(() => !Peers.Lives(grandchild));
    }

    [Fact]
    public async Task One_that_left_the_group_does_not_keep_the_output_open()
    {
        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("sh", "-c", "setsid sleep 1000 & echo $!"));
        await child.Exited.Within("the end of the child");
        await child.OutputEnded.Within("the output");

        Posix.Kill(int.Parse(child.LastOutput[0].Text, CultureInfo.InvariantCulture), Posix.SIGKILL);
    }

    [Fact]
    public async Task No_zombie_is_left_and_other_starts_of_the_program_are_not_disturbed()
    {
        using Process plain = Process.Start("sleep", "0.05");
        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("true"));

        await child.Exited.Within("the end of the child");
        Assert.False(Peers.Exists(child.Id));

        await plain.WaitForExitAsync().Within("the end of the plain process");
        Assert.Equal(0, plain.ExitCode);
        child.Signal(SIGTERM);
        child.Kill();
        await child.StopAsync(TimeSpan.FromSeconds(1)).Within("stop");
    }

    [Fact]
    public async Task Children_do_not_outlive_a_parent_that_is_killed()
    {
        await using ChildProcess parent = ChildProcess.Start(Peers.Own("family"));
        int[] family = [.. (await parent.Says()).Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        Assert.Equal(4, family.Length);
        Assert.All(family, member => Assert.True(Peers.Lives(member)));

        // The first is stopped, so that nothing of its own can run: it is the kernel that ends it.
        Posix.Kill(family[0], Posix.SIGSTOP);
        Posix.Kill(parent.Id, Posix.SIGKILL);

        await Waiting.Until(() => !family.Any(Peers.Lives), () => $"alive: {string.Join(' ', family.Where(Peers.Lives))}");
    }

    [Fact]
    public async Task The_childs_own_watch_ends_it_where_the_kernel_was_not_told()
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();

        // A fifo without an owner: nobody is signalled when its writer goes.
        string fifo = Path.Combine(directory.Path, "fifo");
        (ExitReason made, _) = await Peers.Run(new ChildProcessOptions("mkfifo", fifo));
        Assert.True(made.IsNormal);
        ChildProcessOptions options = new("sh", "-c", $"VIADUCT_LIFELINE=9 exec '{ChildProgram.Host()}' '{ChildProgram.Of("Viaduct.ChildPeer")}' sleep 9<'{fifo}'");
        await using ChildProcess child = ChildProcess.Start(options);
        await using (FileStream writer = await Background.Run(() => new FileStream(fifo, FileMode.Open, FileAccess.Write)).Within("the fifo's reader"))
        {
            Assert.Equal("ready", await child.Says());
            Assert.False(child.HasExited);
        }

        Assert.Equal("SIGKILL", (await child.Exited.Within("the end of the child")).SignalName);
    }
}
