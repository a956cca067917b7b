namespace Viaduct.Nodes;

/// <summary>Where a session with another node stands.</summary>
internal enum SessionState
{
    /// <summary>The other side has not yet said who it is.</summary>
    Greeting,

    /// <summary>Links work.</summary>
    Open,

    /// <summary>The connection broke; links wait for a new one.</summary>
    Broken,

    /// <summary>Over.</summary>
    Closed,
}
