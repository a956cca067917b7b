namespace Viaduct.Supervision;

/// <summary>The confinements that have a name, for <see cref="IsolatedAttribute"/>.</summary>
public enum ConfinementLevel
{
    /// <summary><see cref="Confinement.None"/>.</summary>
    None,

    /// <summary><see cref="Confinement.Network"/>.</summary>
    Network,

    /// <summary><see cref="Confinement.Strict"/>.</summary>
    Strict,
}
