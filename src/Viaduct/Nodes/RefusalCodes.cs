namespace Viaduct.Nodes;

/// <summary>Why a link was refused, as frames say it.</summary>
internal static class RefusalCodes
{
    /// <summary>The channel's two ends disagree.</summary>
    public const string Mismatch = "mismatch";

    /// <summary>The topology allows one, and there is one.</summary>
    public const string RoleTaken = "role-taken";

    /// <summary>The two sockets have a link.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>No such socket, or it is closed; or no memory for the link now.</summary>
    public const string Unknown = "unknown";
}
