namespace Viaduct.Supervision;

/// <summary>Where a served program stands.</summary>
public enum ServedState
{
    /// <summary>It was stopped, and stays so until somebody starts it. Calls wait.</summary>
    Stopped,

    /// <summary>The first call starts it.</summary>
    Standby,

    /// <summary>It was started, and does not serve yet. Calls wait.</summary>
    Starting,

    /// <summary>It serves.</summary>
    Running,

    /// <summary>It ended, and is started again after a delay. Calls wait.</summary>
    Waiting,

    /// <summary>It is being stopped, or replaced by another process.</summary>
    Stopping,

    /// <summary>It ended in order, and is not started again.</summary>
    Ended,

    /// <summary>It ended too often: calls throw, and tell why.</summary>
    Failed,
}
