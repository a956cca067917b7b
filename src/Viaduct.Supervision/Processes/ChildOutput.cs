namespace Viaduct.Supervision;

/// <summary>Where a child's standard output or standard error goes.</summary>
public enum ChildOutput
{
    /// <summary>To its parent, line by line: <see cref="ChildProcessOptions.OutputReceived"/> and <see cref="ChildProcess.LastOutput"/>.</summary>
    Capture,

    /// <summary>Where the parent's own goes.</summary>
    Inherit,

    /// <summary>Nowhere.</summary>
    Discard,
}
