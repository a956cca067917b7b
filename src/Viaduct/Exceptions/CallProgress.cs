namespace Viaduct;

/// <summary>
/// How far a call had come when its callee was lost. One that had been answered is not lost with its callee: what a process has published outlives it, and the caller gets it.
/// </summary>
public enum CallProgress
{
    /// <summary>Nobody can tell: a connection to another machine was lost, or one where shared memory is turned off, or the callee has written over what tells it. It may have been carried out in part, or whole.</summary>
    Unknown = 0,

    /// <summary>The callee had not taken it, and never will: it may be made again, always.</summary>
    NotStarted = 1,

    /// <summary>The callee had taken it, and had not answered: it may have been carried out in part, or whole.</summary>
    Started = 2,
}
