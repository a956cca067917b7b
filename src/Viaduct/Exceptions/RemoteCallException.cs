namespace Viaduct;

/// <summary>The server answered a call with an error, or gave it up without an answer.</summary>
/// <remarks>The server is alive; a lost server is a <see cref="PeerLostException"/>.</remarks>
public sealed class RemoteCallException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="error">What the server said.</param>
    public RemoteCallException(string channel, string error)
        : base($"Channel '{channel}': the server answered with an error: {error}")
    {
        Channel = channel;
        Error = error;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>What the server said, as it said it: text from another program.</summary>
    public string Error { get; }
}
