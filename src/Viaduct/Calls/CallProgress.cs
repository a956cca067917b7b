namespace Viaduct.Calls;

/// <summary>How far a call had come when its callee was lost.</summary>
internal enum CallProgress
{
    /// <summary>Nobody can tell.</summary>
    Unknown = 0,

    /// <summary>The callee had not taken it: it may be made again, always.</summary>
    NotStarted = 1,

    /// <summary>The callee had taken it: it may have been carried out in part, or whole.</summary>
    Started = 2,
}
