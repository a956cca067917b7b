namespace Viaduct.Links;

/// <summary>How a wait ended.</summary>
internal enum WaitResult
{
    /// <summary>The attempt succeeded.</summary>
    Done,

    /// <summary>The time was over.</summary>
    TimedOut,

    /// <summary>The token was cancelled.</summary>
    Canceled,
}
