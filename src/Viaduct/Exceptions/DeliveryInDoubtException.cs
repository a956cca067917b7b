namespace Viaduct;

/// <summary>A message was published, but whether it was received can not be known any more.</summary>
/// <remarks>
/// Thrown where a send ends as neither sent nor not sent: on an at-most-once or rendezvous channel whose receiver died, or whose connection broke,
/// between the publishing and the receiver's word. Sending it again may deliver it twice; not sending it again may lose it.
/// </remarks>
public sealed class DeliveryInDoubtException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="sequence">The message's sequence number.</param>
    /// <param name="peer">To whom it was published; <see langword="null"/> where that is not known.</param>
    /// <param name="reason">What happened to the peer.</param>
    public DeliveryInDoubtException(string channel, ulong sequence, Peer? peer, string reason)
        : base($"Channel '{channel}': message {sequence} was published to {peer?.ToString() ?? "a peer"}, and whether it was received is not known: {reason}.")
    {
        Channel = channel;
        Sequence = sequence;
        Peer = peer;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>The message's sequence number.</summary>
    public ulong Sequence { get; }

    /// <summary>To whom it was published, where that is known.</summary>
    public Peer? Peer { get; }
}
