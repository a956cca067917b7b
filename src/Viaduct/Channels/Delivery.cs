namespace Viaduct;

/// <summary>What happens to a message whose receiver dies before it has consumed it.</summary>
public enum Delivery
{
    /// <summary>It goes to another receiver, with a higher attempt number. The default.</summary>
    AtLeastOnce = 0,

    /// <summary>It is not sent again; what may have been lost is counted and reported.</summary>
    AtMostOnce = 1,
}
