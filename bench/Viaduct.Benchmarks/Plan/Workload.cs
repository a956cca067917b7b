namespace Viaduct.Benchmarks.Plan;

/// <summary>What is measured.</summary>
internal enum Workload
{
    /// <summary>One message at a time there and back; half of the round trip counts.</summary>
    Latency,

    /// <summary>As many messages one way as the receiver takes.</summary>
    Throughput,

    /// <summary>Latency with a pause before each message, long enough that a receiver which may sleep does.</summary>
    Wake,

    /// <summary>One publisher's cost for each message, with subscribers that drain in turn on the other core.</summary>
    FanOut,
}
