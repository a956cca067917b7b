namespace Viaduct;

/// <summary>What became of a peer.</summary>
public enum PeerState
{
    /// <summary>It was met, and messages can pass.</summary>
    Joined = 0,

    /// <summary>It closed its socket in order.</summary>
    Left = 1,

    /// <summary>It said that no more messages will come from it, and all of them were delivered.</summary>
    Completed = 2,

    /// <summary>It died, or its connection broke for good.</summary>
    Lost = 3,

    /// <summary>Its connection broke and is being made anew.</summary>
    Reconnecting = 4,

    /// <summary>It was refused, or refused us; the reason says why.</summary>
    Refused = 5,
}
