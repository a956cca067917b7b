namespace Viaduct.Benchmarks.Plan;

/// <summary>The words that the output uses; scripts read them.</summary>
internal static class Names
{
    public static string Of(Distance distance) => distance switch
    {
        Distance.Thread => "thread",
        Distance.Process => "process",
        _ => "machine",
    };

    public static string Of(Workload workload) => workload switch
    {
        Workload.Latency => "latency",
        Workload.Throughput => "throughput",
        Workload.Wake => "wake",
        Workload.FanOut => "fan-out",
        Workload.Call => "call",
        Workload.OneWay => "one-way",
        Workload.Concurrent => "concurrent",
        Workload.Bytes => "bytes",
        Workload.Crash => "crash",
        _ => "start",
    };

    public static string Of(WaitKind wait) => wait switch
    {
        WaitKind.Spin => "spin",
        WaitKind.Adaptive => "adaptive",
        WaitKind.Sleep => "sleep",
        _ => "async",
    };

    public static string Of(Pattern pattern) => pattern switch
    {
        Pattern.ProducerConsumer => "producer-consumer",
        Pattern.PublishSubscribe => "publish-subscribe",
        _ => "client-server",
    };

    public static string OfSize(int bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => $"{bytes >> 20} MiB",
        >= 1 << 10 when bytes % (1 << 10) == 0 => $"{bytes >> 10} KiB",
        _ => $"{bytes} B",
    };
}
