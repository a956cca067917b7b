namespace Viaduct;

/// <summary>A peer died or its connection broke for good before it had completed.</summary>
/// <remarks>
/// A receiver throws it once for each lost sender, after everything which that sender had published was delivered; the socket stays usable. A
/// client throws it for a call whose server was lost before it answered: whether the call was carried out is not known.
/// </remarks>
public sealed class PeerLostException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="peer">The peer that was lost.</param>
    /// <param name="reason">How its loss was noticed.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PeerLostException(string channel, Peer peer, string reason, Exception? innerException = null)
        : base($"Channel '{channel}': {peer} was lost: {reason}.", innerException)
    {
        Channel = channel;
        Peer = peer;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The peer that was lost.</summary>
    public Peer Peer { get; }
}
