namespace Viaduct;

/// <summary>A peer was refused by this side, or refused this side, when they met.</summary>
/// <remarks>Reasons are another user's process, another protocol version, another domain, or an identity that the kernel can not vouch for.</remarks>
public sealed class PeerRefusedException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="peer">The peer, in words: what is known of it.</param>
    /// <param name="reason">Why it was refused and what to do about it.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PeerRefusedException(string peer, string reason, Exception? innerException = null)
        : base($"{peer} was refused: {reason}", innerException)
    {
        Peer = peer;
        Reason = reason;
    }

    /// <summary>The peer, in words.</summary>
    public string Peer { get; }

    /// <summary>Why it was refused.</summary>
    public string Reason { get; }
}
