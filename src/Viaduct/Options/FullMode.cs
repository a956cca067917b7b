namespace Viaduct;

/// <summary>What happens when a subscriber has <see cref="ChannelSpec.Capacity"/> messages that it has not consumed, and another is published.</summary>
public enum FullMode
{
    /// <summary>The publisher waits. The default: nothing is missed.</summary>
    Wait = 0,

    /// <summary>The subscriber loses its oldest message, which is counted and reported on both sides.</summary>
    DropOldest = 1,

    /// <summary>The subscriber is disconnected, and told so.</summary>
    Disconnect = 2,

    /// <summary>
    /// Only the newest message counts, full or not: each receive passes over all that came before it. What was passed over is counted as missed, on both
    /// sides, but is no event: it was not wanted.
    /// </summary>
    Latest = 3,
}
