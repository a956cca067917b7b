namespace Viaduct.Supervision;

/// <summary>Whether a child that ended is started again.</summary>
public enum RestartKind
{
    /// <summary>Always.</summary>
    Permanent,

    /// <summary>Only after an end that was not normal (<see cref="ExitReason.IsNormal"/>).</summary>
    Transient,

    /// <summary>Never, also not when the strategy restarts its siblings.</summary>
    Temporary,
}
