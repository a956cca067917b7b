namespace Viaduct.Supervision;

/// <summary>In which way something that was supervised ended.</summary>
public enum ExitKind
{
    /// <summary>It ended by itself: a process with an exit code, a task by returning.</summary>
    Exited,

    /// <summary>The kernel ended the process with a signal.</summary>
    Signaled,

    /// <summary>It failed with an exception: a task, or a start that did not succeed.</summary>
    Failed,

    /// <summary>A supervisor gave up, because its children ended more often than it allows.</summary>
    GaveUp,

    /// <summary>The process is gone, but somebody else collected its status: this program ignores SIGCHLD, or other code of it waits for any child.</summary>
    Unknown,
}
