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

    private static readonly Workload[] s_both = [Workload.Latency, Workload.Throughput];

    private readonly BenchEnvironment _environment;
    private readonly Distance _distance;
    private readonly Pattern _pattern;
    private readonly int _size;
    private readonly Workload[] _workloads;

    public Line(BenchEnvironment environment, Distance distance, Pattern pattern, int size, Workload[]? workloads = null)
    {
        _environment = environment;
        _distance = distance;
        _pattern = pattern;
        _size = size;
        _workloads = workloads ?? s_both;
    }

    private int NativeSize => Math.Max(SmallestNative, _size);

    public Group Group(params Contestant[] contestants) => new(_distance, _pattern, _size, contestants);

    /// <summary>Bare cache-line ping-pong, and bare reading of what the other core has just written.</summary>
    public Contestant SpinningLimit() => Native(Contestant.LimitSystem, WaitKind.Spin, _workloads, workload =>
        new NativeCommand(workload == Workload.Latency ? "pingpong" : "stream", Names.Of(workload), NativeSize));

    /// <summary>Bare futex wake of a sleeper; there is nothing to compare a stream's rate with but the spinning limit.</summary>
    public Contestant SleepingLimit() => Native(Contestant.LimitSystem, WaitKind.Async, [Workload.Latency], workload =>
        new NativeCommand("futex", Names.Of(workload), NativeSize));

    /// <summary>A bare TCP connection; its stream is written in large pieces.</summary>
    public Contestant TcpLimit() => Native(Contestant.LimitSystem, WaitKind.Adaptive, _workloads, workload =>
    {
        int bytes = workload == Workload.Latency ? NativeSize : Math.Max(NativeSize, TcpWriteBytes);
        double messages = workload == Workload.Latency ? 1 : (double)bytes / _size;
        return new NativeCommand("sockets", $"tcp-{Names.Of(workload)}", bytes, messages);
    });

    public Contestant UnixSocketInC() => Socket("Unix socket (C)", "unix");

    public Contestant PipeInC() => Socket("pipe (C)", "pipe");

    public Contestant TcpInC() => Socket("TCP (C)", "tcp");

    public Contestant Viaduct(WaitKind wait, bool singleThreaded = false) =>
        Managed(Contestant.ViaductSystem, ViaductSystem.Key, wait, singleThreaded);

    public Contestant Channels(WaitKind wait) => Managed("System.Threading.Channels", ChannelsKey, wait);

    public Contestant UnixSocket(WaitKind wait) => Managed(".NET Unix socket", StreamSystem.UnixKey, wait);

    public Contestant Pipe(WaitKind wait) => Managed(".NET named pipe", StreamSystem.PipeKey, wait);

    public Contestant Tcp(WaitKind wait) => Managed(".NET TCP", StreamSystem.TcpKey, wait);

    private static string ChannelsKey => ChannelsSystem<Messages.Message8>.Key;

    private Contestant Socket(string name, string mode) => Native(name, WaitKind.Adaptive, _workloads, workload =>
        new NativeCommand("sockets", $"{mode}-{Names.Of(workload)}", NativeSize));

    private Contestant Native(string name, WaitKind wait, Workload[] workloads, Func<Workload, NativeCommand> command) => new(
        name, null, wait, workloads, () => new NativeRunner(_environment, command, _distance == Distance.Thread));

    private Contestant Managed(string name, string key, WaitKind wait, bool singleThreaded = false) => new(
        name,
        singleThreaded ? "single-threaded" : null,
        wait,
        _workloads,
        () =>
        {
            (int portA, int portB) = _distance == Distance.Machine ? BenchEnvironment.FreePorts() : default;
            return new ManagedRunner(_environment, new WorkerArguments(
                key,
                null,
                _distance,
                _pattern,
                _size,
                wait,
                singleThreaded,
                _environment.Cores.A,
                _environment.Cores.B,
                _environment.NewDirectory(),
                portA,
                portB));
        });
}
