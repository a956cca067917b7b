namespace Viaduct;

/// <summary>The channel's topology allows one socket of this role, and there is one already.</summary>
/// <remarks>The role is free again as soon as its holder is disposed or its process has died.</remarks>
public sealed class RoleTakenException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="role">The role that was asked for, such as <c>producer</c>.</param>
    /// <param name="holder">Who holds it, in words: the node's name and process id.</param>
    public RoleTakenException(string channel, string role, string holder)
        : base($"Channel '{channel}': its topology allows one {role}, and {holder} is it. "
            + $"Dispose that one first, or give the channel a topology with many {role}s.")
    {
        Channel = channel;
        Role = role;
        Holder = holder;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The role that was asked for, such as <c>producer</c>.</summary>
    public string Role { get; }

    /// <summary>Who holds it, in words.</summary>
    public string Holder { get; }
}
