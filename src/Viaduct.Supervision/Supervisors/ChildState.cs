namespace Viaduct.Supervision;

/// <summary>Where a supervised child stands.</summary>
public enum ChildState
{
    /// <summary>It is being started.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended, and will be started when its delay is over.</summary>
    Waiting,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It ended and is not started again.</summary>
    Ended,
}
