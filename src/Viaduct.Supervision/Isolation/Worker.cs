namespace Viaduct.Supervision;

/// <summary>One process of an isolated service. Guarded by the pool's lock.</summary>
internal sealed class Worker(ChildProcess process)
{
    /// <summary>The process.</summary>
    public ChildProcess Process { get; } = process;

    /// <summary>The service in it was reached: calls go to it.</summary>
    public bool IsReached { get; set; }

    /// <summary>It has answered calls that do nothing, and answers others as fast as it will.</summary>
    public bool IsReady { get; set; }
}
