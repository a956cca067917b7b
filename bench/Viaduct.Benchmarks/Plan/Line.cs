using System.Globalization;
using Viaduct.Benchmarks.Run;
using Viaduct.Benchmarks.Systems;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Plan;

/// <summary>The starting line of a group: makes contestants that all do the same work.</summary>
internal sealed class Line
{
    /// <summary>What a bare TCP stream is given at once, so that its rate is the connection's and not the system call's.</summary>
    private const int TcpWriteBytes = 64 << 10;

    /// <summary>The limit programs' flag is a word, so a smaller message travels as one.</summary>
    private const int SmallestNative = 8;

    /// <summary>What of an untouched message still has to travel at least: the line that says it is there.</summary>
    private const int CacheLine = 64;

    private const string IsolationProgram = "Viaduct.Benchmarks.Isolation";

    private readonly BenchEnvironment _environment;
    private readonly Assignment _work;

    public Line(BenchEnvironment environment, Assignment work)
    {
        _environment = environment;
        _work = work;
    }

    private int NativeSize => Math.Max(SmallestNative, _work.Size);

    private int LimitSize => _work.Touched ? NativeSize : Math.Min(NativeSize, CacheLine);

    public Group Group(params IReadOnlyList<Contestant> contestants) => new(_work, contestants);

    /// <summary>Bare cache-line ping-pong, and bare reading of what the other core has just written.</summary>
    public Contestant SpinningLimit() => Native(Contestant.LimitSystem, WaitKind.Spin, _work.Workloads, workload =>
        new NativeCommand(workload.IsRoundTrip ? NativeProgram.PingPong : NativeProgram.Stream, "-", LimitSize));

    /// <summary>The same of a sender that writes a buffer of its own and copies it: what is to be had without a loan.</summary>
    public Contestant Copied() => Native("bare copy", WaitKind.Spin, [Workload.Throughput], _ => new NativeCommand(NativeProgram.Stream, "copy", LimitSize));

    /// <summary>Bare futex wake of a sleeper; there is nothing to compare a stream's rate with but the spinning limit.</summary>
    public Contestant SleepingLimit()
    {
        Workload[] workloads = [.. _work.Workloads.Where(workload => !workload.IsRate)];
        return Native(
            Contestant.LimitSystem, WaitKind.Async, workloads, _ => new NativeCommand(NativeProgram.Futex, "-", LimitSize));
    }

    /// <summary>A bare TCP connection; its stream is written in large pieces.</summary>
    public Contestant TcpLimit() => Native(Contestant.LimitSystem, WaitKind.Adaptive, _work.Workloads, workload =>
    {
        int bytes = workload == Workload.Latency ? NativeSize : Math.Max(NativeSize, TcpWriteBytes);
        double messages = workload == Workload.Latency ? 1 : (double)bytes / _work.Size;
        return new NativeCommand(NativeProgram.Sockets, "tcp", bytes, messages);
    });

    /// <summary>The limit of calls with bytes: what both do with them, one after the other in one process.</summary>
    public Contestant InOneProcess() => Managed(Contestant.LimitSystem, OneProcessSystem.Key, WaitKind.Spin, "in one process", distance: Distance.Thread);

    /// <summary>Bytes rewritten in place by one core and then by the other: no limit where they must not be waited for.</summary>
    public Contestant BareExchange() => Native("bare exchange (C)", WaitKind.Spin, _work.Workloads, _ => new NativeCommand(NativeProgram.PingPong, "-", NativeSize));

    /// <summary>Calls of a service, as many at a time as the assignment says.</summary>
    public Contestant Service(WaitKind wait) =>
        Managed(Contestant.ViaductSystem, ServiceSystem.Key, wait, null, new() { Calls = _work.CallsAtATime ?? 0 })
        with { Workloads = [.. _work.Workloads.Where(workload => wait != WaitKind.Async || !workload.IsRate)] };

    public Contestant ServiceWithBytes(WaitKind wait, string name, BytesRoad road) =>
        Managed(Contestant.ViaductSystem, ServiceSystem.Key, wait, name, new() { Bytes = road });

    /// <summary>There are no calls without an answer.</summary>
    public Contestant Http() =>
        Managed("HTTP/2 (Kestrel)", WorkerArguments.HttpKey, WaitKind.Async, null, new() { Calls = _work.CallsAtATime ?? 0 })
        with { Workloads = [.. _work.Workloads.Where(static workload => workload != Workload.OneWay)] };

    /// <summary>A crash of an isolated service's process.</summary>
    public Contestant Crashes(string variant, int standbys, bool readyToRun = false, bool warmed = false)
    {
        string number = standbys.ToString(CultureInfo.InvariantCulture);
        return Isolating(variant, readyToRun, warmed ? ["warmed", number] : [number]);
    }

    /// <summary>The start of an isolated service's process, compiled ahead of time.</summary>
    public Contestant ColdStarts() => Isolating("cold", readyToRun: true, "start");

    /// <summary>The same of a child that the program starts and asks itself.</summary>
    public Contestant CrashesByHand() => Started(".NET Unix socket, by hand", null, static () => SiblingProgram.PathOf(IsolationProgram), "by-hand");

    public Contestant UnixSocketInC() => Peer("Unix socket (C)", NativeProgram.Sockets, "unix");

    public Contestant SeqpacketInC() => Peer("Unix seqpacket (C)", NativeProgram.Sockets, "seqpacket");

    public Contestant PipeInC() => Peer("pipe (C)", NativeProgram.Sockets, "pipe");

    public Contestant VmspliceInC() => Peer("pipe + vmsplice (C)", NativeProgram.Sockets, "vmsplice");

    public Contestant TcpInC() => Peer("TCP (C)", NativeProgram.Sockets, "tcp");

    public Contestant PosixQueue() => Peer("POSIX queue (C)", NativeProgram.Queues, "posix");

    public Contestant SysVQueue() => Peer("SysV queue (C)", NativeProgram.Queues, "sysv");

    public Contestant ZeroMqIpc() => Peer("ZeroMQ ipc", NativeProgram.ZeroMq, "ipc");

    public Contestant ZeroMqTcp() => Peer("ZeroMQ tcp", NativeProgram.ZeroMq, "tcp");

    public Contestant Nng() => Peer("nng ipc", NativeProgram.Nng, "ipc");

    public Contestant OpenMpi() => Peer("OpenMPI", NativeProgram.OpenMpi, "vader", WaitKind.Spin);

    public Contestant Iceoryx() => Peer("iceoryx", NativeProgram.Iceoryx, "poll", WaitKind.Spin);

    public Contestant IceoryxWaiting() => Peer("iceoryx", NativeProgram.Iceoryx, "waitset");

    public Contestant Cyclone() => Peer("Cyclone DDS", NativeProgram.Cyclone, "udp");

    public Contestant Viaduct(WaitKind wait) => Managed(Contestant.ViaductSystem, ViaductSystem.Key, wait);

    /// <summary>Many at a time: of streams only.</summary>
    public Contestant ViaductBatch(WaitKind wait) =>
        Managed(Contestant.ViaductSystem, ViaductSystem.Key, wait, "batches of 64", new() { Batch = true })
        with { Workloads = [.. _work.Workloads.Where(static workload => workload == Workload.Throughput)] };

    /// <summary>Written in loaned memory, and handed over instead of copied.</summary>
    public Contestant ViaductLoan(WaitKind wait) =>
        Managed(Contestant.ViaductSystem, ViaductSystem.Key, wait, ViaductSystem.LoanName, new() { Loan = true });

    /// <summary>Messages of 8 B over several channels each way, received through a selector.</summary>
    public Contestant ViaductSelect(WaitKind wait, int channels) => Managed(
        Contestant.ViaductSystem, ViaductSystem.Key, wait, $"select over {channels}", new() { Selected = channels });

    /// <summary>Several producers of one channel, in turn: of streams only.</summary>
    public Contestant ViaductProducers(WaitKind wait, int producers) => Managed(
        Contestant.ViaductSystem, ViaductSystem.Key, wait, $"{producers} producers", new() { Producers = producers })
        with { Sharing = producers };

    /// <summary>Several consumers of one channel, each of which gets its share: of streams only.</summary>
    public Contestant ViaductConsumers(int consumers, int producers = 0) => Managed(
        Contestant.ViaductSystem,
        ViaductSystem.Key,
        WaitKind.Spin,
        producers == 0 ? $"{consumers} consumers" : $"{producers} producers and {consumers} consumers",
        new() { Producers = producers, Consumers = consumers })
        with { Sharing = consumers };

    /// <summary>Sockets that several threads of each side share: of streams only.</summary>
    public Contestant ViaductShared(WaitKind wait, int threads) => Managed(
        Contestant.ViaductSystem, ViaductSystem.Key, wait, SharedBy(threads), new() { Threads = threads })
        with { Sharing = threads };

    public Contestant ViaductPublisher(int subscribers) =>
        Managed(
            Contestant.ViaductSystem,
            ViaductSystem.Key,
            WaitKind.Spin,
            subscribers == 1 ? "1 subscriber" : $"{subscribers} subscribers",
            new() { Subscribers = subscribers })
        with { Subscribers = subscribers };

    public Contestant Channels(WaitKind wait) => Managed("System.Threading.Channels", ChannelsKey, wait);

    /// <summary>One that many may write, as several producers would have to share it.</summary>
    public Contestant ChannelsOfMany(int producers) =>
        Managed("System.Threading.Channels", ChannelsKey, WaitKind.Spin, "many writers", new() { Producers = producers })
        with { Sharing = producers };

    public Contestant ChannelsShared(WaitKind wait, int threads) =>
        Managed("System.Threading.Channels", ChannelsKey, wait, SharedBy(threads), new() { Threads = threads })
        with { Sharing = threads };

    public Contestant Pipelines() => Managed("System.IO.Pipelines", PipelinesSystem.Key, WaitKind.Async);

    public Contestant MemoryMappedFile() => Managed(".NET memory-mapped file", MappedSystem.Key, WaitKind.Spin);

    /// <summary>As many connections as there are calls at a time.</summary>
    public Contestant UnixSocket(WaitKind wait) => Managed(".NET Unix socket", StreamSystem.UnixKey, wait, null, new() { Calls = _work.CallsAtATime ?? 0 });

    public Contestant Pipe(WaitKind wait) => Managed(".NET named pipe", StreamSystem.PipeKey, wait);

    public Contestant Tcp(WaitKind wait) => Managed(".NET TCP", StreamSystem.TcpKey, wait);

    private static string SharedBy(int threads) => $"shared by {threads} threads a side";

    private static string ChannelsKey => ChannelsSystem<Messages.Message8>.Key;

    /// <summary>A .NET process that writes a line and ends: the limit of a start.</summary>
    public Contestant Hello() => new(
        Contestant.LimitSystem, "dotnet hello world", WaitKind.Adaptive, _work.Workloads, () => new HelloRunner(_environment.Pace));

    private Contestant Isolating(string variant, bool readyToRun, params IReadOnlyList<string> arguments) => Started(
        Contestant.ViaductSystem,
        readyToRun ? variant + ", ReadyToRun" : variant,
        readyToRun ? static () => SiblingProgram.ReadyToRunPathOf(IsolationProgram) : static () => SiblingProgram.PathOf(IsolationProgram),
        arguments) with { MayBeMissing = readyToRun };

    private Contestant Started(string name, string? variant, Func<string> path, params IReadOnlyList<string> arguments) =>
        new(name, variant, WaitKind.Adaptive, _work.Workloads, () => new StartedRunner(_environment, IsolationProgram, path, arguments));

    private Contestant Peer(string name, NativeProgram program, string mode, WaitKind wait = WaitKind.Adaptive) =>
        Native(name, wait, _work.Workloads, _ => new NativeCommand(program, mode, NativeSize));

    private Contestant Native(string name, WaitKind wait, IReadOnlyList<Workload> workloads, Func<Workload, NativeCommand> command) =>
        new(name, null, wait, workloads, () => new NativeRunner(_environment, command, _work));

    private Contestant Managed(
        string name, string key, WaitKind wait, string? variant = null, SystemVariant variation = default, Distance? distance = null) => new(
        name,
        variant,
        wait,
        _work.Workloads,
        () =>
        {
            (int portA, int portB) = _work.Distance == Distance.Machine ? BenchEnvironment.FreePorts() : default;
            return new ManagedRunner(_environment, new WorkerArguments(
                key,
                null,
                distance ?? _work.Distance,
                _work.Pattern,
                _work.Size,
                _work.Touched,
                wait,
                variation,
                _environment.Cores.A,
                _environment.Cores.B,
                _environment.NewDirectory(),
                portA,
                portB));
        });
}
