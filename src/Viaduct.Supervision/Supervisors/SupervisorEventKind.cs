namespace Viaduct.Supervision;

/// <summary>What happened under a supervisor.</summary>
public enum SupervisorEventKind
{
    /// <summary>A child was started and is ready.</summary>
    Started,

    /// <summary>A start failed or took too long; <see cref="SupervisorEvent.Exit"/> has the exception.</summary>
    StartFailed,

    /// <summary>A child ended by itself; <see cref="SupervisorEvent.Exit"/> tells how.</summary>
    Exited,

    /// <summary>A child will be started again, after <see cref="SupervisorEvent.Delay"/>.</summary>
    Restarting,

    /// <summary>A child does not answer.</summary>
    Hung,

    /// <summary>The supervisor stopped a child: at its own end, for a sibling's sake, or because it was removed.</summary>
    Stopped,

    /// <summary>Children ended more often than is allowed: the supervisor stops all of them and itself.</summary>
    GaveUp,
}
