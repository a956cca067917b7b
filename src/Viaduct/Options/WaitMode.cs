namespace Viaduct;

/// <summary>How a blocking call waits.</summary>
public enum WaitMode
{
    /// <summary>Spins for a few microseconds, then sleeps in the kernel; spins longer where spinning has paid. The default.</summary>
    Adaptive = 0,

    /// <summary>Never sleeps: the shortest latency, at the price of a processor core for each waiting thread.</summary>
    Spin = 1,

    /// <summary>Sleeps at once: no processor time is spent on waiting, and each wake costs some 20 µs.</summary>
    Sleep = 2,
}
