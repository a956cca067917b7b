namespace Viaduct.Benchmarks.Plan;

/// <summary>What is measured.</summary>
internal enum Workload
{
    /// <summary>One message at a time there and back; half of the round trip counts.</summary>
    Latency,

    /// <summary>As many messages one way as the receiver takes.</summary>
    Throughput,
}
