namespace Viaduct;

/// <summary>Two ends of one channel do not agree on what the channel is.</summary>
/// <remarks>Both ends compare at the handshake; no message has passed between them.</remarks>
public sealed class ChannelMismatchException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="field">What differs, such as <c>Capacity</c> or <c>Schema</c>.</param>
    /// <param name="ours">The value on this side.</param>
    /// <param name="theirs">The value on the other side.</param>
    /// <param name="peer">The other side, in words; <see langword="null"/> where it is not known.</param>
    public ChannelMismatchException(string channel, string field, string ours, string theirs, string? peer = null)
        : base($"Channel '{channel}': {field} is '{ours}' here but '{theirs}' at {peer ?? "the other end"}. "
            + "Give both ends the same channel specification, or another name to one of them.")
    {
        Channel = channel;
        Field = field;
        Ours = ours;
        Theirs = theirs;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>What differs, such as <c>Capacity</c> or <c>Schema</c>.</summary>
    public string Field { get; }

    /// <summary>The value on this side.</summary>
    public string Ours { get; }

    /// <summary>The value on the other side.</summary>
    public string Theirs { get; }
}
