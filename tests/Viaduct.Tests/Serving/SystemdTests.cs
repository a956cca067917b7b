using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Viaduct.Rpc;
using Viaduct.Tests.Cli;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Serving;

/// <summary><c>viaduct serve</c> under systemd, whose part the tests play: they pass the descriptors and the names of sockets that it would.</summary>
public sealed partial class SystemdTests : ProgramTests
{
    private readonly Recorder<string> _notices = new();

    [Fact]
    public async Task A_caller_wakes_the_services_which_tell_how_they_fare()
    {
        string runtime = Path.Combine(Folder, "run");
        string wake = Path.Combine(runtime, "default", "wake.sock");
        using Socket listener = Listen();
        using Socket notify = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        string notifyPath = Path.Combine(Folder, "notify");
        notify.Bind(new UnixDomainSocketEndPoint(notifyPath));
        using CancellationTokenSource stop = new();
        Task receiving = ReceiveAsync(notify, stop.Token);

        // What systemd sees: somebody connects.
        await using Node node = Node.Join(new NodeOptions { RuntimeDirectory = runtime });
        await using ServiceClient<IBench> bench = node.Connect<IBench>();
        Task<int> call = Background.Run(bench.Service.ProcessId);
        Assert.True(listener.Poll(Patience.Limit, SelectMode.SelectRead));

        await DescribeBenchAsync(""", "start": "onDemand" """);
        RunningProgram serve = Pass(
            listener, $"LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=wake NOTIFY_SOCKET={notifyPath} WATCHDOG_PID=$$ WATCHDOG_USEC=300000 exec $VIADUCT serve services.json");
        Assert.NotEqual(0, await call.Within());
        await Waiting.Until(() => _notices.Items.Any(notice => notice.StartsWith("READY=1\nSTATUS=", StringComparison.Ordinal)));
        await Waiting.Until(() => _notices.Items.Count(notice => notice == "WATCHDOG=1") >= 4);
        await Waiting.Until(() => _notices.Items.Contains("STATUS=1 of 1 services running, 0 standing by"));

        // Who connects now is accepted, and let go: that is all there is to it.
        using (Socket another = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await another.ConnectAsync(new UnixDomainSocketEndPoint(wake));
            Assert.Equal(0, await another.ReceiveAsync(new byte[1], SocketFlags.None, Patience.Token).Within());
        }

        // None of it was meant for the services.
        foreach (string variable in new[] { "NOTIFY_SOCKET", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PID" })
        {
            Assert.Null(await Background.Run(() => bench.Service.Variable(variable)).Within());
        }

        int ready = _notices.Items.Count(notice => notice.StartsWith("READY=1", StringComparison.Ordinal));
        serve.Signal("HUP");
        await Waiting.Until(() => _notices.Items.Any(notice => ReloadWords(notice)));
        await Waiting.Until(() => _notices.Items.Count(notice => notice.StartsWith("READY=1", StringComparison.Ordinal)) > ready);

        // The second call's answer says that the first is under way, which the end waits for.
        Task<int> slow = bench.Service.AppendAsync(Path.Combine(Folder, "slow"), "line", 2000);
        await Background.Run(bench.Service.ProcessId).Within();
        serve.Signal("TERM");
        await Waiting.Until(() => _notices.Items.Contains("STOPPING=1"));

        // Who finds nobody from then on is for the next one, and not let in and go by this one.
        using (Socket late = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await late.ConnectAsync(new UnixDomainSocketEndPoint(wake));
            await slow.Within();
            await serve.SucceedAsync();
            Assert.False(late.Poll(TimeSpan.Zero, SelectMode.SelectRead));
            (await listener.AcceptAsync(Patience.Token)).Dispose();
        }

        // Whoever is wanted then wakes it again: the socket is systemd's.
        Task<int> later = Background.Run(bench.Service.ProcessId);
        Assert.True(listener.Poll(Patience.Limit, SelectMode.SelectRead));
        RunningProgram again = Pass(listener, "LISTEN_PID=$$ LISTEN_FDS=1 exec $VIADUCT serve services.json --quiet");
        Assert.NotEqual(0, await later.Within());
        again.Signal("TERM");
        await again.SucceedAsync();
        await stop.CancelAsync();
        await receiving.Within();
    }

    [Fact]
    public async Task A_supervisor_that_is_told_to_end_does_not_wake_itself_again()
    {
        using Socket listener = Listen();
        await DescribeBenchAsync("");
        RunningProgram serve = Pass(listener, "LISTEN_PID=$$ LISTEN_FDS=1 exec $VIADUCT serve services.json");
        await serve.UntilAsync(program => program.Error.Contains("serving 1 service of", StringComparison.Ordinal));
        serve.Signal("TERM");
        await serve.SucceedAsync();

        // systemd would take whoever waits here for somebody who wants the services.
        Assert.False(listener.Poll(TimeSpan.Zero, SelectMode.SelectRead));
    }

    [Fact]
    public async Task The_units_say_what_systemd_must_know()
    {
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "my services.json"), """{"services": {"a": {"command": "true", "stopGrace": "20s"}, "b": {"command": "true", "startTimeout": "7s", "dependsOn": ["a"]}, "c": {"command": "true", "startTimeout": "36s"}}}""");
        RunningProgram write = Viaduct("systemd-unit", "my services.json", "--output", "units", "--name", "lab");
        await write.SucceedAsync();
        Assert.Equal(["units/lab.service", "units/lab.socket"], write.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        string service = await File.ReadAllTextAsync(Path.Combine(Folder, "units", "lab.service"));
        string tool = BuiltProgram.PathOf(BuiltProgram.Tool);
        Assert.Contains($"\nExecStart={tool} serve \"{Folder}/my services.json\"\n", service, StringComparison.Ordinal);
        foreach (string line in new[] { "Type=notify", "ExecReload=/bin/kill -HUP $MAINPID", "WatchdogSec=30", "Restart=always", "TimeoutStartSec=47", "TimeoutStopSec=50", "KillMode=mixed", "WantedBy=default.target" })
        {
            Assert.Contains($"\n{line}\n", service, StringComparison.Ordinal);
        }

        string socket = await File.ReadAllTextAsync(Path.Combine(Folder, "units", "lab.socket"));
        Assert.Contains("\nListenStream=%t/viaduct/default/wake.sock\n", socket, StringComparison.Ordinal);
        RunningProgram system = Viaduct("systemd-unit", "my services.json", "--system");
        Assert.Equal(1, await system.EndAsync());
        Assert.Contains("--system needs \"runtimeDirectory\"", system.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/x", "there is no such directory, and none can be made there.")]
    [InlineData("services.json", "the directory can't be made: ")]
    [InlineData("taken", "viaduct-services.service can't be written: ")]
    public async Task Where_units_can_not_be_written_is_told(string output, string why)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "services.json"), """{"services": {"a": {"command": "true"}}}""");
        Directory.CreateDirectory(Path.Combine(Folder, "taken", "viaduct-services.service"));
        RunningProgram write = Viaduct("systemd-unit", "services.json", "--output", output);
        Assert.Equal(1, await write.EndAsync());
        Assert.StartsWith($"viaduct: --output {output}: {why}", write.Error, StringComparison.Ordinal);
        Assert.Empty(write.OutputText);
    }

    [Theory]
    [InlineData("my services.json", null, "viaduct-my services")]
    [InlineData("dienste-für-uns.json", null, "viaduct-dienste-für-uns")]
    [InlineData("services.json", "x/../y", "x/../y")]
    [InlineData("services.json", "", "")]
    [InlineData("services.json", ".hidden", ".hidden")]
    [InlineData("services.json", "lab@", "lab@")]
    public async Task A_name_that_systemd_does_not_take_is_told_of(string file, string? name, string refused)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, file), """{"services": {"a": {"command": "true"}}}""");
        RunningProgram write = Viaduct(["systemd-unit", file, "--output", "units", .. name is null ? Array.Empty<string>() : ["--name", name]]);
        Assert.Equal(2, await write.EndAsync());
        Assert.StartsWith($"viaduct: Units can't be called '{refused}': give a --name of", write.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Folder, "units")));
    }

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_units()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "needs systemd-analyze (Debian's package systemd)");
        await File.WriteAllTextAsync(Path.Combine(Folder, "services.json"), """{"services": {"a": {"command": "true"}}}""");
        await Viaduct("systemd-unit", "services.json", "--output", "units").SucceedAsync();
        RunningProgram verify = Shell("XDG_RUNTIME_DIR=$PWD /usr/bin/systemd-analyze verify --user units/viaduct-services.service units/viaduct-services.socket");
        await verify.SucceedAsync();
        Assert.DoesNotContain("viaduct-services", verify.Error, StringComparison.Ordinal);
    }

    private static bool ReloadWords(string notice) => notice.StartsWith("RELOADING=1\nMONOTONIC_USEC=", StringComparison.Ordinal);

    private static void MakeOwn(string directory)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Linux");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Listens on the domain's wake socket, as systemd does.</summary>
    private Socket Listen()
    {
        string wake = Path.Combine(Folder, "run", "default", "wake.sock");
        MakeOwn(Path.Combine(Folder, "run"));
        MakeOwn(Path.GetDirectoryName(wake)!);
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(wake));
        listener.Listen();
        return listener;
    }

    /// <summary>Describes one service, with more that is said of it.</summary>
    private Task DescribeBenchAsync(string more) => File.WriteAllTextAsync(
        Path.Combine(Folder, "services.json"),
        $$$"""{"services": {"bench": {"command": "{{{BuiltProgram.PathOf("Viaduct.ChildPeer")}}}", "args": ["bench", "Bench"], "offers": ["Bench"]{{{more}}} } } }""");

    /// <summary>Starts a line of shell with a socket as its descriptor 3.</summary>
    private RunningProgram Pass(Socket socket, string line)
    {
        int copy = Duplicate((int)socket.Handle);
        try
        {
            return Shell($"exec 3<&{copy} {copy}<&-; {line}");
        }
        finally
        {
            _ = Close(copy);
        }
    }

    private async Task ReceiveAsync(Socket notify, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                int length = await notify.ReceiveAsync(buffer, SocketFlags.None, stop);
                _notices.Add(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
