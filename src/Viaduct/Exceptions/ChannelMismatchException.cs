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

    private ChannelMismatchException(string channel, string found, string peer)
        : base($"The contract of service '{channel}' and that of {peer} do not fit together: {found} Build both ends of one version of the contract, or serve each under a name of its own.")
    {
        Channel = channel;
        Field = ContractField;
        Ours = found;
        Theirs = "";
    }

    /// <summary>What differs, where it is the contract of a service.</summary>
    internal const string ContractField = "contract";

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>What differs, such as <c>Capacity</c> or <c>Schema</c>.</summary>
    public string Field { get; }

    /// <summary>The value on this side; of the contract of a service, what breaks it, in a sentence.</summary>
    public string Ours { get; }

    /// <summary>The value on the other side; empty for the contract of a service.</summary>
    public string Theirs { get; }

    /// <summary>Two contracts of one service break each other.</summary>
    internal static ChannelMismatchException OfContract(string channel, string found, string peer) => new(channel, found, peer);
}
