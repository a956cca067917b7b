using Viaduct.Benchmarks.Run;

namespace Viaduct.Benchmarks.Plan;

/// <summary>Which contestants meet on which work. bench/README.md describes each.</summary>
internal static class Suite
{
    /// <summary>An int as request, an int as reply.</summary>
    private const int CallSize = sizeof(int);

    /// <summary>A message that a wake or a fan-out is measured with.</summary>
    private const int LineSize = 64;

    private const int SelectSize = 8;
    private const int SelectedChannels = 4;
    private const int Many = 4;
    private const int Sharing = 2;

    private static readonly int[] s_structSizes = [8, 64];
    private static readonly int[] s_sizes = [8, 64, 1 << 10, 64 << 10, 1 << 20, 4 << 20];
    private static readonly int[] s_quickSizes = [8, 64, 1 << 10, 64 << 10, 1 << 20];
    private static readonly int[] s_quickMachineSizes = [64, 64 << 10];
    private static readonly int[] s_untouchedSizes = [64, 1 << 10, 64 << 10, 1 << 20, 4 << 20];
    private static readonly int[] s_quickUntouchedSizes = [1 << 20];
    private static readonly int[] s_subscribers = [1, 2, 4, 8];
    private static readonly int[] s_quickSubscribers = [1, 8];

    public static IEnumerable<Group> Plan(BenchEnvironment environment, BenchOptions options) => Enum.GetValues<Part>()
        .Where(part => options.Only is null || options.Only == part)
        .SelectMany(part => PlanPart(environment, part, options.Quick))
        .Where(group => options.Sizes is null || options.Sizes.Contains(group.Work.Size))
        .Select(group => group with { Contestants = [.. group.Contestants.Where(contestant => IsWanted(contestant, options))] });

    /// <summary>What the options ask for and the plan does not have, as a sentence; null where there is nothing of that kind.</summary>
    public static string? FindUnknown(BenchEnvironment environment, BenchOptions options)
    {
        if (options is { Systems: null, Sizes: null })
        {
            return null;
        }

        Group[] groups = [.. Plan(environment, options with { Systems = null, Sizes = null })];
        string[] systems = [.. groups.SelectMany(static group => group.Contestants).Select(static contestant => contestant.System).Distinct().Order(StringComparer.OrdinalIgnoreCase)];
        int[] sizes = [.. groups.Select(static group => group.Work.Size).Distinct().Order()];
        if (options.Systems?.FirstOrDefault(name => !systems.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } system)
        {
            return $"--system: nothing that is to be measured is called '{system}'; there are {string.Join(", ", systems)}";
        }

        if (options.Sizes is { } wanted && wanted.FirstOrDefault(size => !sizes.Contains(size)) is > 0 and var size)
        {
            return $"--size: nothing that is to be measured has {size} bytes; there are {string.Join(", ", sizes)}";
        }

        string[] together = [.. Plan(environment, options).SelectMany(static group => group.Contestants).Select(static contestant => contestant.System)];
        return options.Systems?.FirstOrDefault(name => !together.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } absent
            ? $"--system and --size: '{absent}' is measured at none of these sizes"
            : null;
    }

    private static IEnumerable<Group> PlanPart(BenchEnvironment environment, Part part, bool quick) => part switch
    {
        Part.Thread => s_structSizes.Select(size => Threads(environment, size)),
        Part.Process => (quick ? s_quickSizes : s_sizes).Select(size => Processes(environment, size, quick)),
        Part.Machine => (quick ? s_quickMachineSizes : s_sizes).Select(size => Machines(environment, size)),
        Part.Calls => Enum.GetValues<Distance>().Select(distance => Calls(environment, distance)),
        Part.Untouched => (quick ? s_quickUntouchedSizes : s_untouchedSizes).Select(size => Untouched(environment, size, quick)),
        Part.Wake => [Wakes(environment, quick)],
        Part.FanIn => new[] { Distance.Thread, Distance.Process }.Select(distance => FanIns(environment, distance)),
        Part.FanOut => new[] { Distance.Thread, Distance.Process }.Select(distance => FanOut(environment, distance, quick)),
        Part.Select => new[] { Distance.Thread, Distance.Process }.Select(distance => Selections(environment, distance)),
        Part.Remote => CallSuite.Remote(environment, quick),
        Part.Bytes => CallSuite.Bytes(environment, quick),
        _ => CallSuite.Crashes(environment),
    };

    private static bool IsWanted(Contestant contestant, BenchOptions options) => options.Systems is null
        || contestant.System == Contestant.LimitSystem
        || options.Systems.Contains(contestant.System, StringComparer.OrdinalIgnoreCase);

    private static Line Messages(BenchEnvironment environment, Distance distance, int size) => new(
        environment, new Assignment(distance, Pattern.ProducerConsumer, size, true, Workload.Latency, Workload.Throughput));

    private static Group Threads(BenchEnvironment environment, int size)
    {
        Line line = Messages(environment, Distance.Thread, size);
        return line.Group(
            line.SpinningLimit(),
            line.SleepingLimit(),
            line.Viaduct(WaitKind.Spin),
            line.ViaductBatch(WaitKind.Spin),
            line.Viaduct(WaitKind.Adaptive),
            line.Viaduct(WaitKind.Async),
            line.Channels(WaitKind.Spin),
            line.Channels(WaitKind.Async),
            line.Pipelines());
    }

    private static Group Processes(BenchEnvironment environment, int size, bool quick)
    {
        Line line = Messages(environment, Distance.Process, size);
        bool structs = s_structSizes.Contains(size);
        List<Contestant> contestants =
        [
            line.SpinningLimit(),
            line.SleepingLimit(),
            line.Viaduct(WaitKind.Spin),
            line.Viaduct(WaitKind.Adaptive),
            line.Viaduct(WaitKind.Async),
            .. structs ? [line.ViaductBatch(WaitKind.Spin)] : new[] { line.ViaductLoan(WaitKind.Spin), line.Copied() },
            line.UnixSocketInC(),
            line.PipeInC(),
            line.UnixSocket(WaitKind.Adaptive),
        ];
        if (!quick)
        {
            contestants.AddRange(
            [
                line.OpenMpi(),
                line.Iceoryx(),
                line.SeqpacketInC(),
                line.VmspliceInC(),
                line.PosixQueue(),
                line.SysVQueue(),
                line.ZeroMqIpc(),
                line.ZeroMqTcp(),
                line.Nng(),
                line.Cyclone(),
                line.MemoryMappedFile(),
                line.UnixSocket(WaitKind.Async),
                line.Pipe(WaitKind.Adaptive),
                line.Pipe(WaitKind.Async),
            ]);
        }
        else if (size == LineSize)
        {
            contestants.AddRange([line.OpenMpi(), line.Iceoryx(), line.ZeroMqIpc(), line.MemoryMappedFile()]);
        }

        return line.Group(contestants);
    }

    private static Group Untouched(BenchEnvironment environment, int size, bool quick)
    {
        var line = new Line(
            environment,
            new Assignment(Distance.Process, Pattern.ProducerConsumer, size, false, Workload.Latency, Workload.Throughput));
        List<Contestant> contestants = [line.SpinningLimit(), line.ViaductLoan(WaitKind.Spin), line.Viaduct(WaitKind.Spin), line.Iceoryx()];
        if (!quick)
        {
            contestants.AddRange([line.MemoryMappedFile(), line.VmspliceInC(), line.UnixSocketInC(), line.SeqpacketInC(), line.ZeroMqIpc()]);
        }

        return line.Group(contestants);
    }

    private static Group Wakes(BenchEnvironment environment, bool quick)
    {
        var line = new Line(environment, new Assignment(Distance.Process, Pattern.ProducerConsumer, LineSize, true, Workload.Wake));
        List<Contestant> contestants =
        [
            line.SleepingLimit(),
            line.Viaduct(WaitKind.Sleep),
            line.Viaduct(WaitKind.Adaptive),
            line.Viaduct(WaitKind.Async),
            line.PipeInC(),
            line.UnixSocketInC(),
            line.UnixSocket(WaitKind.Async),
        ];
        if (!quick)
        {
            contestants.AddRange(
            [
                line.SeqpacketInC(),
                line.PosixQueue(),
                line.SysVQueue(),
                line.IceoryxWaiting(),
                line.ZeroMqIpc(),
                line.Nng(),
                line.Cyclone(),
                line.UnixSocket(WaitKind.Adaptive),
                line.Pipe(WaitKind.Adaptive),
            ]);
        }

        return line.Group(contestants);
    }

    private static Group FanOut(BenchEnvironment environment, Distance distance, bool quick)
    {
        var line = new Line(environment, new Assignment(distance, Pattern.PublishSubscribe, LineSize, true, Workload.FanOut));
        return line.Group([.. (quick ? s_quickSubscribers : s_subscribers).Select(line.ViaductPublisher)]);
    }

    private static Group FanIns(BenchEnvironment environment, Distance distance)
    {
        var line = new Line(environment, new Assignment(distance, Pattern.ProducerConsumer, SelectSize, true, Workload.Throughput));
        List<Contestant> contestants =
        [
            line.SpinningLimit(),
            line.Viaduct(WaitKind.Spin),
            line.ViaductProducers(WaitKind.Spin, Many),
            line.ViaductProducers(WaitKind.Adaptive, Many),
            line.ViaductConsumers(Many),
            line.ViaductConsumers(Many, producers: Many),
            line.ViaductShared(WaitKind.Spin, Sharing),
            line.ViaductShared(WaitKind.Adaptive, Sharing),
            line.ViaductShared(WaitKind.Async, Sharing),
        ];
        if (distance == Distance.Thread)
        {
            contestants.AddRange([line.ChannelsOfMany(Many), line.ChannelsShared(WaitKind.Spin, Sharing), line.ChannelsShared(WaitKind.Async, Sharing)]);
        }

        return line.Group(contestants);
    }

    private static Group Selections(BenchEnvironment environment, Distance distance)
    {
        Line line = Messages(environment, distance, SelectSize);
        return line.Group(
            line.SpinningLimit(),
            line.Viaduct(WaitKind.Spin),
            line.ViaductSelect(WaitKind.Spin, SelectedChannels),
            line.ViaductSelect(WaitKind.Adaptive, SelectedChannels));
    }

    private static Group Machines(BenchEnvironment environment, int size)
    {
        Line line = Messages(environment, Distance.Machine, size);
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
        var line = new Line(environment, new Assignment(distance, Pattern.ClientServer, CallSize, true, Workload.Latency));
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
