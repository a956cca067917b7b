namespace Viaduct;

/// <summary>A peer died or its connection broke for good before it had completed.</summary>
/// <remarks>
/// A receiver throws it once for each lost sender, after everything which that sender had published was delivered; the socket stays usable. A
/// client throws it for a call whose server was lost before it answered: whether the call was carried out is not known. A call of a service tells how far it had come
/// (<see cref="Progress"/>).
/// </remarks>
public sealed class PeerLostException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="peer">The peer that was lost.</param>
    /// <param name="reason">How its loss was noticed.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PeerLostException(string channel, Peer peer, string reason, Exception? innerException = null)
        : this(channel, peer, reason, CallProgress.Unknown, innerException)
    {
    }

    /// <summary>Creates an exception of a call.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="peer">The peer that was lost.</param>
    /// <param name="reason">How its loss was noticed.</param>
    /// <param name="progress">How far the call had come.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PeerLostException(string channel, Peer peer, string reason, CallProgress progress, Exception? innerException = null)
        : base($"Channel '{channel}': {peer} was lost: {reason}.{Words(progress)}", innerException)
    {
        Channel = channel;
        Peer = peer;
        Reason = reason;
        Progress = progress;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The peer that was lost.</summary>
    public Peer Peer { get; }

    /// <summary>How its loss was noticed.</summary>
    public string Reason { get; }

    /// <summary>How far the call had come with whose server this one was lost; <see cref="CallProgress.Unknown"/> where it was no call of a service.</summary>
    public CallProgress Progress { get; }

    private static string Words(CallProgress progress) => progress switch
    {
        CallProgress.NotStarted => " The call had not been begun.",
        CallProgress.Started => " The call had been begun.",
        _ => "",
    };
}
