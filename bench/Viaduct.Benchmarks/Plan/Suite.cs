using Viaduct.Benchmarks.Run;

namespace Viaduct.Benchmarks.Plan;

/// <summary>Which contestants meet on which work. bench/README.md describes each.</summary>
internal static class Suite
{
    /// <summary>An int as request, an int as reply.</summary>
    private const int CallSize = sizeof(int);

    private static readonly int[] s_structSizes = [8, 64];
    private static readonly int[] s_sizes = [8, 64, 1 << 10, 64 << 10, 1 << 20, 4 << 20];
    private static readonly int[] s_quickSizes = [8, 64, 1 << 10, 64 << 10, 1 << 20];
    private static readonly int[] s_quickMachineSizes = [64, 64 << 10];

    public static IEnumerable<Group> Plan(BenchEnvironment environment, BenchOptions options)
    {
        bool quick = options.Quick;
        IEnumerable<Group> groups = [];
        if (options.Only is null or Part.Thread)
        {
            groups = groups.Concat(s_structSizes.Select(size => Threads(environment, size)));
        }

        if (options.Only is null or Part.Process)
        {
            groups = groups.Concat((quick ? s_quickSizes : s_sizes).Select(size => Processes(environment, size, quick)));
        }

        if (options.Only is null or Part.Machine)
        {
            groups = groups.Concat((quick ? s_quickMachineSizes : s_sizes).Select(size => Machines(environment, size)));
        }

        if (options.Only is null or Part.Calls)
        {
            groups = groups.Concat(Enum.GetValues<Distance>().Select(distance => Calls(environment, distance)));
        }

        return groups;
    }

    private static Group Threads(BenchEnvironment environment, int size)
    {
        var line = new Line(environment, Distance.Thread, Pattern.ProducerConsumer, size);
        return line.Group(
            line.SpinningLimit(),
            line.SleepingLimit(),
            line.Viaduct(WaitKind.Spin),
            line.Viaduct(WaitKind.Spin, singleThreaded: true),
            line.Viaduct(WaitKind.Adaptive),
            line.Viaduct(WaitKind.Adaptive, singleThreaded: true),
            line.Viaduct(WaitKind.Async),
            line.Channels(WaitKind.Spin),
            line.Channels(WaitKind.Async));
    }

    private static Group Processes(BenchEnvironment environment, int size, bool quick)
    {
        var line = new Line(environment, Distance.Process, Pattern.ProducerConsumer, size);
        List<Contestant> contestants =
        [
            line.SpinningLimit(),
            line.SleepingLimit(),
            line.Viaduct(WaitKind.Spin),
            line.Viaduct(WaitKind.Adaptive),
            line.Viaduct(WaitKind.Async),
            line.UnixSocketInC(),
            line.PipeInC(),
            line.UnixSocket(WaitKind.Adaptive),
        ];
        if (!quick)
        {
            contestants.Add(line.Viaduct(WaitKind.Spin, singleThreaded: true));
            contestants.Add(line.UnixSocket(WaitKind.Async));
            contestants.Add(line.Pipe(WaitKind.Adaptive));
            contestants.Add(line.Pipe(WaitKind.Async));
        }

        return line.Group([.. contestants]);
    }

    private static Group Machines(BenchEnvironment environment, int size)
    {
        var line = new Line(environment, Distance.Machine, Pattern.ProducerConsumer, size);
        return line.Group(
            line.TcpLimit(),
            line.Viaduct(WaitKind.Adaptive),
            line.Viaduct(WaitKind.Async),
            line.TcpInC(),
            line.Tcp(WaitKind.Adaptive),
            line.Tcp(WaitKind.Async));
    }

    private static Group Calls(BenchEnvironment environment, Distance distance)
    {
        var line = new Line(environment, distance, Pattern.ClientServer, CallSize, [Workload.Latency]);
        return distance switch
        {
            Distance.Thread => line.Group(
                line.SpinningLimit(),
                line.SleepingLimit(),
                line.Viaduct(WaitKind.Spin),
                line.Viaduct(WaitKind.Adaptive),
                line.Viaduct(WaitKind.Async)),
            Distance.Process => line.Group(
                line.SpinningLimit(),
                line.SleepingLimit(),
                line.Viaduct(WaitKind.Spin),
                line.Viaduct(WaitKind.Adaptive),
                line.Viaduct(WaitKind.Async),
                line.UnixSocket(WaitKind.Adaptive),
                line.UnixSocket(WaitKind.Async)),
            _ => line.Group(
                line.TcpLimit(),
                line.Viaduct(WaitKind.Adaptive),
                line.Viaduct(WaitKind.Async),
                line.Tcp(WaitKind.Adaptive),
                line.Tcp(WaitKind.Async)),
        };
    }
}
