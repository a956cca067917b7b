namespace Viaduct;

/// <summary>A peer's arrival, move or end, with its reason.</summary>
/// <param name="Peer">The peer, as it was at that moment.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record PeerChange(Peer Peer, PeerState State, string Reason)
{
    /// <summary>The change in words.</summary>
    /// <returns>A text such as <c>node 'reader' (process 4711, SharedMemory): Lost: its process died</c>.</returns>
    public override string ToString() => $"{Peer}: {State}: {Reason}";
}
