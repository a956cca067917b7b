using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

/// <summary>Real children try what they may not; beside each there is one that may, so that no attempt fails for another reason.</summary>
public sealed class ConfinementTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public ConfinementTests()
    {
        Directory.CreateDirectory(_directory.Path);
        File.WriteAllText(At("secret"), "secret");
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("read", "read 6")]
    [InlineData("write", "written")]
    [InlineData("delete", "deleted")]
    [InlineData("mode", "changed")]
    public async Task Files_outside_are_out_of_reach(string attempt, string free)
    {
        Assert.StartsWith("denied UnauthorizedAccessException", await Try(Confinement.Strict, attempt, At("secret")), StringComparison.Ordinal);
        Assert.StartsWith("denied UnauthorizedAccessException", await Try(Confinement.Network, attempt, At("secret")), StringComparison.Ordinal);
        Assert.Equal("secret", await File.ReadAllTextAsync(At("secret")));
        Assert.Equal(free, await Try(Confinement.None, attempt, At("secret")));
    }

    [Fact]
    public async Task What_is_allowed_to_be_read_is_read_and_not_written()
    {
        Confinement reading = Confinement.Strict.AllowReading(_directory.Path);

        Assert.Equal("read 6", await Try(reading, "read", At("secret")));
        Assert.Equal("listed 1", await Try(reading, "list", _directory.Path));
        Assert.StartsWith("denied", await Try(reading, "write", At("secret")), StringComparison.Ordinal);
        Assert.StartsWith("denied", await Try(reading, "write", At("new")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_allowed_to_be_written_is_written()
    {
        Confinement writing = Confinement.Strict.AllowWriting(_directory.Path);

        Assert.Equal("written", await Try(writing, "write", At("new")));
        Assert.Equal("read 7", await Try(writing, "read", At("new")));
        Assert.Equal("deleted", await Try(writing, "delete", At("secret")));
    }

    [Fact]
    public async Task Other_processes_show_neither_their_environment_nor_their_memory()
    {
        string environment = $"/proc/{Environment.ProcessId}/environ";
        byte[] secret = GC.AllocateArray<byte>(6, pinned: true);
        "secret"u8.CopyTo(secret);
        string address = Marshal.UnsafeAddrOfPinnedArrayElement(secret, 0).ToString(CultureInfo.InvariantCulture);
        string[] peek = ["peek", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), address, "6"];

        // Who keeps CAP_PERFMON may read environments whatever Landlock says, where the kernel is new; but no memory.
        Confinement files = Confinement.None with { LimitFiles = true };
        Assert.StartsWith("denied UnauthorizedAccessException", await Try(files, peek), StringComparison.Ordinal);
        foreach (Confinement confined in (Confinement[])[Confinement.Strict, Confinement.Network, files with { DropCapabilities = true }])
        {
            Assert.StartsWith("denied", await Try(confined, "read", environment), StringComparison.Ordinal);
            Assert.StartsWith("denied UnauthorizedAccessException", await Try(confined, peek), StringComparison.Ordinal);
        }

        Assert.StartsWith("read", await Try(Confinement.None, "read", environment), StringComparison.Ordinal);
        string free = await Try(Confinement.None, peek);
        Assert.SkipWhen(free.StartsWith("denied", StringComparison.Ordinal), $"No process of this user reads another one's memory here: {free}");
        Assert.Equal("read secret", free);
        GC.KeepAlive(secret);
    }

    [Fact]
    public async Task The_network_is_out_of_reach_of_strict_and_in_reach_of_network()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        Assert.StartsWith("denied SocketException", await Try(Confinement.Strict, "connect", port), StringComparison.Ordinal);
        Assert.StartsWith("denied SocketException", await Try(Confinement.Strict, "listen"), StringComparison.Ordinal);
        Assert.Equal("connected", await Try(Confinement.Network, "connect", port));
        Assert.Equal("listening", await Try(Confinement.Network, "listen"));
        Assert.Equal("connected", await Try(Confinement.None, "connect", port));
    }

    [Fact]
    public async Task Unix_sockets_are_out_of_reach_of_strict_and_abstract_ones_of_network_too()
    {
        string name = $"viaduct-test-{Guid.NewGuid()}";
        using Socket atPath = Listen(At("socket"));
        using Socket atName = Listen("\0" + name);

        Assert.StartsWith("denied SocketException", await Try(Confinement.Strict, "unix", At("socket")), StringComparison.Ordinal);
        Assert.StartsWith("denied SocketException", await Try(Confinement.Strict, "abstract", name), StringComparison.Ordinal);
        Assert.Equal("connected", await Try(Confinement.Network, "unix", At("socket")));
        Assert.Equal("connected", await Try(Confinement.None, "unix", At("socket")));
        Assert.Equal("connected", await Try(Confinement.None, "abstract", name));
        string free = await Reached(Confinement.Network, ConfinementParts.Scope) ? "denied SocketException" : "connected";
        Assert.StartsWith(free, await Try(Confinement.Network, "abstract", name), StringComparison.Ordinal);

        static Socket Listen(string path)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(16);
            return socket;
        }
    }

    [Fact]
    public async Task A_network_of_its_own_is_empty_and_one_that_can_not_be_had_is_the_parent_s()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string all = string.Join(' ', File.ReadLines("/proc/self/net/dev").Skip(2).Select(static line => line.Split(':')[0].Trim()).Order(StringComparer.Ordinal));
        Confinement own = Confinement.None with { OwnNetwork = true };
        bool isReached = await Reached(own, ConfinementParts.NetworkNamespace);

        Assert.Equal(all, await Try(Confinement.None, "interfaces"));
        Assert.Equal("connected", await Try(Confinement.None, "connect", port));
        Assert.Equal(isReached ? "lo" : all, await Try(own, "interfaces"));
        Assert.StartsWith(isReached ? "denied SocketException" : "connected", await Try(own, "connect", port), StringComparison.Ordinal);

        // All of it, but so that the child may look.
        Confinement strict = Confinement.Strict with { LimitFiles = false };
        Assert.Equal(await Reached(strict, ConfinementParts.NetworkNamespace) ? "lo" : all, await Try(strict, "interfaces"));
    }

    [Fact]
    public async Task Only_the_ports_that_are_allowed_are_reached()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Confinement this1 = Confinement.Network with { ConnectPorts = [port], BindPorts = [] };
        Confinement other = Confinement.Network with { ConnectPorts = [port + 1] };

        Assert.Equal("connected", await Try(this1, "connect", port.ToString(CultureInfo.InvariantCulture)));
        Assert.StartsWith("denied", await Try(other, "connect", port.ToString(CultureInfo.InvariantCulture)), StringComparison.Ordinal);
        Assert.StartsWith("denied", await Try(this1, "listen"), StringComparison.Ordinal);
    }

    /// <summary>Packets, the kernel's ciphers, virtual machines, and DECnet, which kernels do not have any more: that they say, unless they are not asked.</summary>
    [Theory]
    [InlineData(17)]
    [InlineData(38)]
    [InlineData(40)]
    [InlineData(12)]
    public async Task Sockets_of_unusual_kinds_are_denied_with_the_network_too(int family)
    {
        string shown = family.ToString(CultureInfo.InvariantCulture);

        // With all capabilities that it has: it is not for lack of one.
        Assert.Equal("denied errno 1", await Try(Confinement.None with { DeniedCalls = DeniedCalls.UnusualSockets }, "socket", shown));
        Assert.Equal("denied errno 1", await Try(Confinement.Network, "socket", shown));
        Assert.Equal("denied errno 1", await Try(Confinement.Strict, "socket", shown));
        await AssertFreeToTry("socket", shown);
    }

    [Fact]
    public async Task What_processes_of_the_machine_share_by_number_is_out_of_reach()
    {
        int key = Random.Shared.Next(1, int.MaxValue);
        string shown = key.ToString(CultureInfo.InvariantCulture);
        int id = Posix.MakeSharedMemory(key);
        try
        {
            Assert.Equal("found", await Try(Confinement.None, "shared", shown));
            Assert.Equal("denied errno 1", await Try(Confinement.Strict, "shared", shown));
            Assert.Equal("denied errno 1", await Try(Confinement.Network, "shared", shown));
            Assert.Equal("denied errno 1", await Try(Confinement.None with { DeniedCalls = DeniedCalls.Ipc }, "queue", "/none"));

            // Where this process has no right to give the child its own, what is asked for is missing, and the child sees what all see.
            Confinement own = Confinement.None with { OwnIpc = true };
            await using (ChildProcess child = ChildProcess.Start(new ChildProcessOptions("true") { Confinement = own }))
            {
                bool isReached = child.Confinement.Reached.HasFlag(ConfinementParts.IpcNamespace);
                Assert.Equal(isReached ? "denied errno 2" : "found", await Try(own, "shared", shown));
            }

            Assert.Equal("found", await Try(own with { OwnIpc = false, OwnNetwork = true }, "shared", shown));
        }
        finally
        {
            Posix.RemoveSharedMemory(id);
        }
    }

    [Theory]
    [InlineData("start", "started")]
    [InlineData("fork", "called")]
    [InlineData("group", "called")]
    public async Task No_process_and_no_program_is_started(string attempt, string free)
    {
        Assert.SkipUnless(attempt == "start" || RuntimeInformation.ProcessArchitecture == Architecture.X64, "the number of that call is not known here");
        Assert.StartsWith("denied", await Try(Confinement.Strict, attempt), StringComparison.Ordinal);
        Assert.StartsWith("denied", await Try(Confinement.Network, attempt), StringComparison.Ordinal);
        Assert.Equal(free, await Try(Confinement.None, attempt));
    }

    [Theory]
    [InlineData("ptrace")]
    [InlineData("process_vm_readv")]
    [InlineData("mount")]
    [InlineData("unshare")]
    [InlineData("bpf")]
    [InlineData("io_uring_setup")]
    [InlineData("keyctl")]
    [InlineData("kexec_load")]
    [InlineData("perf_event_open")]
    [InlineData("userfaultfd")]
    public async Task Calls_that_only_attack_are_denied(string name)
    {
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        int number = name switch
        {
            "ptrace" => isArm ? 117 : 101,
            "process_vm_readv" => isArm ? 270 : 310,
            "mount" => isArm ? 40 : 165,
            "unshare" => isArm ? 97 : 272,
            "bpf" => isArm ? 280 : 321,
            "io_uring_setup" => 425,
            "keyctl" => isArm ? 219 : 250,
            "kexec_load" => isArm ? 104 : 246,
            "perf_event_open" => isArm ? 241 : 298,
            _ => isArm ? 282 : 323,
        };

        string shown = number.ToString(CultureInfo.InvariantCulture);
        DeniedCalls group = name is "ptrace" or "process_vm_readv" ? DeniedCalls.OtherProcesses : DeniedCalls.Kernel;

        // With all capabilities that it has: it is not for lack of one.
        Assert.Equal("denied errno 1", await Try(Confinement.None with { DeniedCalls = group }, "nonsense", shown));
        Assert.Equal("denied errno 1", await Try(Confinement.Network, "nonsense", shown));
        Assert.Equal("denied errno 1", await Try(Confinement.Strict, "nonsense", shown));
        await AssertFreeToTry("nonsense", shown);
    }

    [Fact]
    public async Task Calls_that_are_newer_than_the_library_do_not_exist()
    {
        Assert.Equal("denied errno 38", await Try(Confinement.Strict, "call", "470"));
    }

    [Fact]
    public async Task Processes_outside_can_be_neither_signalled_nor_limited()
    {
        string parent = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

        Assert.Equal("denied errno 1", await Try(Confinement.Strict, "kill", parent));
        Assert.Equal("denied errno 1", await Try(Confinement.Strict, "limits", parent));
        Assert.Equal("signalled", await Try(Confinement.None, "kill", parent));
    }

    [Fact]
    public async Task Strict_leaves_no_capability_and_the_runtime_works()
    {
        Assert.Equal("CapEff:\t0000000000000000 NoNewPrivs:\t1 Seccomp:\t2", await Try(Confinement.Strict, "status"));
        Assert.Equal("worked 499501 True True", await Try(Confinement.Strict, "work"));
        Assert.Equal("worked 499501 True True", await Try(Confinement.Network, "work"));
    }

    [Fact]
    public async Task Too_much_memory_is_denied()
    {
        Confinement small = Confinement.None with { Memory = 256L << 20 };

        Assert.Equal("worked 499501 True True", await Try(small, "work"));
        Assert.Equal("denied OutOfMemoryException", await Try(small, "memory", "512"));
        Assert.DoesNotContain("allocated", await Try(small, "native", "512"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_much_processor_time_ends_the_child()
    {
        ChildProcessOptions options = Peers.Own("try", "spin");
        options.Confinement = Confinement.None with { ProcessorTime = TimeSpan.FromSeconds(1) };

        (ExitReason exit, _) = await Peers.Run(options);

        Assert.Equal("SIGXCPU", exit.SignalName);
        Assert.InRange(exit.ProcessorTime.TotalSeconds, 0.5, 3);
    }

    [Fact]
    public async Task Too_many_descriptors_and_too_long_files_are_denied()
    {
        // Whatever the runtime makes of it, which may lack descriptors itself then.
        Assert.DoesNotContain("opened", await Try(Confinement.None with { OpenFiles = 100 }, "files", "100"), StringComparison.Ordinal);
        Assert.Equal("opened 20", await Try(Confinement.None with { OpenFiles = 100 }, "files", "20"));

        ChildProcessOptions options = Peers.Own("try", "length", At("long"), "2000000");
        options.Confinement = Confinement.None with { FileSize = 1_000_000 };
        (ExitReason exit, string[] lines) = await Peers.Run(options);
        Assert.True(exit.SignalName == "SIGXFSZ" || lines is [{ } line] && line.StartsWith("denied", StringComparison.Ordinal), $"{exit} {lines.FirstOrDefault()}");
    }

    [Fact]
    public async Task Too_many_processes_are_denied_to_who_is_not_root()
    {
        // Of a user that nobody else is.
        string user = (100_000 + Environment.ProcessId).ToString(CultureInfo.InvariantCulture);
        ChildProcessOptions As(ChildProcessOptions own) => Environment.IsPrivilegedProcess
            ? new("setpriv", [$"--reuid={user}", $"--regid={user}", "--clear-groups", own.Executable, .. own.Arguments])
            : own;

        string? cannotChange = await WhyNot(As(new ChildProcessOptions("true")));
        Assert.SkipWhen(cannotChange is not null, $"This root can't start what is another user's: {cannotChange}");
        string? cannotStart = await WhyNot(As(Peers.Own("lines", "1")));
        Assert.SkipWhen(cannotStart is not null, $"Another user can't start the tests' child: {cannotStart}");

        (ExitReason exit, string[] lines) = await Peers.Run(As(Peers.Own("crowd")));

        Assert.True(exit.IsNormal, string.Join('\n', lines));
        Assert.Equal(["1 Limits False", "3000 Limits True", "had"], lines);
    }

    [Fact]
    public async Task What_root_is_not_denied_is_reported_as_missing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "This is not root.");

        (ExitReason exit, string[] lines) = await Peers.Run(Peers.Own("crowd"));

        Assert.True(exit.IsNormal, string.Join('\n', lines));
        Assert.SkipWhen(lines[0] == "1 Limits False", "This is root of a user namespace, and nobody to the kernel.");
        Assert.Equal("1 None True", lines[0]);
        Assert.Equal("3000 None True", lines[1]);
        Assert.Contains("Limits: no (RLIMIT_NPROC = 3000; the kernel does not apply RLIMIT_NPROC to root", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "0000000000000000", "0 0 4294967295", true, "root")]
    [InlineData("0", "0000000000000000", "0 100000 65536", false, null)]
    [InlineData("1000", "0000000000000000", "0 0 4294967295", false, null)]
    [InlineData("1000", "0000000000000000", "0 100000 1000|1000 0 1", false, "root")]
    [InlineData("1000", "0000000001000000", "0 0 4294967295", false, "CAP_SYS_RESOURCE")]
    [InlineData("1000", "0000000000200000", "0 0 4294967295", false, "CAP_SYS_ADMIN")]
    [InlineData("1000", "0000000001200000", "0 0 4294967295", true, null)]
    [InlineData("1000", "0000000001200000", "0 100000 65536", false, null)]
    [InlineData("1000", "0000000000000001", "0 0 4294967295", false, null)]
    public void Whom_the_kernel_does_not_limit_is_read_from_what_it_says(string user, string ambient, string map, bool drops, string? reason)
    {
        string? exemption = ProcessLimit.FindExemption(["Name:\tprogram", $"Uid:\t{user}\t7\t7\t7", $"CapAmb:\t{ambient}"], map.Split('|'), drops);

        Assert.Equal(reason is not null, exemption?.Contains(reason!, StringComparison.Ordinal) == true);
        Assert.True(reason is not null || exemption is null, exemption);
    }

    [Fact]
    public async Task The_parent_stays_as_free_as_it_was()
    {
        // More children than calls after which the runtime compiles a method again: nothing of the parent may be started by a confined thread.
        await Parallel.ForAsync(0, 100, async (_, cancellation) =>
        {
            ChildProcessOptions options = new("true") { Confinement = Confinement.Strict };
            await using ChildProcess child = ChildProcess.Start(options);
            Assert.True((await child.Exited.WaitAsync(cancellation)).IsNormal);
        });

        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            string status = Status(task);
            Assert.DoesNotContain("NoNewPrivs:\t1", status, StringComparison.Ordinal);
            Assert.DoesNotContain("Seccomp:\t2", status, StringComparison.Ordinal);
        }

        // A thread in a Landlock domain could not read this.
        await Parallel.ForAsync(0, 100, async (_, cancellation) => Assert.NotEmpty(await File.ReadAllTextAsync("/etc/passwd", cancellation)));

        static string Status(string task)
        {
            try
            {
                return File.ReadAllText(Path.Combine(task, "status"));
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    [Fact]
    public async Task A_confined_child_dies_with_its_parent_and_talks_over_its_socket()
    {
        ChildProcessOptions options = Peers.Own("echo");
        options.Confinement = Confinement.Strict;
        options.ConnectSocket = true;
        await using ChildProcess child = ChildProcess.Start(options);
        using Socket socket = new(child.TakeSocket()!);

        await socket.SendAsync("hello"u8.ToArray());
        Assert.Equal(5, await socket.ReceiveAsync(new byte[8]).Within("the echo"));

        socket.Shutdown(SocketShutdown.Both);
        Assert.Equal(7, (await child.Exited.Within("the end of the child")).ExitCode);
    }

    /// <summary>Why a child does not end as it should; null where it does.</summary>
    private static async Task<string?> WhyNot(ChildProcessOptions options)
    {
        try
        {
            (ExitReason exit, string[] lines) = await Peers.Run(options);
            return exit.IsNormal ? null : $"it {exit}. {string.Join(' ', lines)}";
        }
        catch (ChildStartException error)
        {
            return error.Message;
        }
    }

    /// <summary>A child that may is told something else than that it may not; where this user is denied anyway, the test tells nothing.</summary>
    private static async Task AssertFreeToTry(params string[] attempt)
    {
        string free = await Try(Confinement.None, attempt);
        Assert.SkipWhen(free == "denied errno 1", "Nobody lets this user do that here.");
        Assert.Matches("^(made|called|denied errno [0-9]+)$", free);
    }

    /// <summary>Whether this machine gives a child a part.</summary>
    private static async Task<bool> Reached(Confinement confinement, ConfinementParts part)
    {
        await using ChildProcess child = ChildProcess.Start(new ChildProcessOptions("true") { Confinement = confinement });
        return child.Confinement.Reached.HasFlag(part);
    }

    private static async Task<string> Try(Confinement confinement, params string[] attempt)
    {
        ChildProcessOptions options = Peers.Own(["try", .. attempt]);
        options.Confinement = confinement;
        (ExitReason exit, string[] lines) = await Peers.Run(options);
        return lines.Length > 0 ? lines[0] : exit.ToString();
    }

    private string At(string name) => Path.Combine(_directory.Path, name);
}
