namespace Viaduct.Benchmarks.Plan;

/// <summary>How both sides wait for each other.</summary>
internal enum WaitKind
{
    /// <summary>Polling without end.</summary>
    Spin,

    /// <summary>The blocking call as it is by default: Viaduct spins for a while and then sleeps, a system call sleeps at once.</summary>
    Adaptive,

    /// <summary>A blocking call that sleeps at once.</summary>
    Sleep,

    /// <summary><c>await</c>.</summary>
    Async,
}
