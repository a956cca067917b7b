namespace Viaduct;

/// <summary>Which ways messages flow on a channel, as seen by one pair of its sockets.</summary>
public enum Directions
{
    /// <summary>From sender to receiver only.</summary>
    OneWay = 0,

    /// <summary>Both ways, in turn: after a request comes its reply before the next request.</summary>
    BothInTurn = 1,

    /// <summary>Both ways at once: requests and replies pass each other.</summary>
    BothAtOnce = 2,
}
