using Viaduct.Benchmarks.Run;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Plan;

/// <summary>Which contestants meet on remote calls. bench/README.md describes each.</summary>
internal static class CallSuite
{
    /// <summary>Two ints as request.</summary>
    private const int AddSize = 2 * sizeof(int);

    private static readonly int[] s_callsAtATime = [16, 64, 256];
    private static readonly int[] s_quickCallsAtATime = [64];
    private static readonly int[] s_byteSizes = [64 << 10, 1 << 20, 4 << 20];
    private static readonly int[] s_quickByteSizes = [1 << 20];

    public static IEnumerable<Group> Remote(BenchEnvironment environment, bool quick) =>
        [Adds(environment), .. (quick ? s_quickCallsAtATime : s_callsAtATime).Select(calls => Concurrent(environment, calls))];

    public static IEnumerable<Group> Bytes(BenchEnvironment environment, bool quick) =>
        (quick ? s_quickByteSizes : s_byteSizes).Select(size => Bytes(environment, size));

    public static IEnumerable<Group> Crashes(BenchEnvironment environment)
    {
        Line crashes = Line(environment, 0, Workload.Crash);
        yield return crashes.Group(
            crashes.Crashes("standby", 1),
            crashes.Crashes("standby", 1, readyToRun: true),
            crashes.Crashes("standby, warmed up", 1, warmed: true),
            crashes.Crashes("standby, warmed up", 1, readyToRun: true, warmed: true),
            crashes.Crashes("no standby", 0),
            crashes.Crashes("no standby", 0, readyToRun: true),
            crashes.CrashesByHand());
        Line starts = Line(environment, 0, Workload.Start);
        yield return starts.Group(starts.Hello(), starts.ColdStarts());
    }

    private static Line Line(BenchEnvironment environment, int size, params Workload[] workloads) =>
        new(environment, new Assignment(Distance.Process, Pattern.ClientServer, size, true, workloads));

    private static Group Adds(BenchEnvironment environment)
    {
        Line line = Line(environment, AddSize, Workload.Call, Workload.OneWay);
        return line.Group(
            line.SpinningLimit(),
            line.SleepingLimit(),
            line.Service(WaitKind.Spin),
            line.Service(WaitKind.Adaptive),
            line.Service(WaitKind.Async),
            line.UnixSocketInC(),
            line.UnixSocket(WaitKind.Adaptive),
            line.UnixSocket(WaitKind.Async),
            line.Http());
    }

    private static Group Concurrent(BenchEnvironment environment, int calls)
    {
        var line = new Line(
            environment, new Assignment(Distance.Process, Pattern.ClientServer, AddSize, true, Workload.Concurrent) { CallsAtATime = calls });
        return line.Group(line.Service(WaitKind.Spin), line.Service(WaitKind.Adaptive), line.UnixSocket(WaitKind.Async), line.Http());
    }

    private static Group Bytes(BenchEnvironment environment, int size)
    {
        Line line = Line(environment, size, Workload.Bytes);
        return line.Group(
            line.InOneProcess(),
            line.BareExchange(),
            line.ServiceWithBytes(WaitKind.Spin, "blob", BytesRoad.Blob),
            line.ServiceWithBytes(WaitKind.Adaptive, "blob", BytesRoad.Blob),
            line.ServiceWithBytes(WaitKind.Spin, "blob in place", BytesRoad.BlobInPlace),
            line.ServiceWithBytes(WaitKind.Spin, "span", BytesRoad.Span),
            line.ServiceWithBytes(WaitKind.Adaptive, "span", BytesRoad.Span),
            line.UnixSocketInC(),
            line.UnixSocket(WaitKind.Adaptive),
            line.Http());
    }
}
