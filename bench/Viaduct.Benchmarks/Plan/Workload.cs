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

    /// <summary>One remote call at a time; the whole of it counts.</summary>
    Call,

    /// <summary>As many remote calls without an answer as the callee takes.</summary>
    OneWay,

    /// <summary>Remote calls with an answer, many at a time.</summary>
    Concurrent,

    /// <summary>One call at a time that takes bytes there, works on all of them and brings as many back; the whole of it counts.</summary>
    Bytes,

    /// <summary>A call that kills its process, until its answer is there.</summary>
    Crash,

    /// <summary>The start of a process, until it is of use.</summary>
    Start,
}
