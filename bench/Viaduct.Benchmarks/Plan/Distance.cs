namespace Viaduct.Benchmarks.Plan;

/// <summary>How far apart the two sides of a measurement are.</summary>
internal enum Distance
{
    /// <summary>Two threads of one process.</summary>
    Thread,

    /// <summary>Two processes of one machine.</summary>
    Process,

    /// <summary>Two processes that reach each other by TCP; here over loopback.</summary>
    Machine,
}
