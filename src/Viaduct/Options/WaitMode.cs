namespace Viaduct;

/// <summary>How a blocking call waits.</summary>
public enum WaitMode
{
    /// <summary>Spins, then sleeps in the kernel. Spins for 50 µs at most, which it begins with, and shorter, down to 3 µs, where that was in vain; on one
    /// processor not at all. The default.</summary>
    Adaptive = 0,

    /// <summary>Never sleeps: the shortest latency, at the price of a processor core for each waiting thread.</summary>
    Spin = 1,

    /// <summary>Sleeps at once: no processor time is spent on waiting, and each wake costs some 20 µs.</summary>
    Sleep = 2,
}
