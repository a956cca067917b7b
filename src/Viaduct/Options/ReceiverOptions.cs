namespace Viaduct;

/// <summary>What a receiver may choose.</summary>
public abstract class ReceiverOptions : SocketOptions
{
    /// <summary>The largest <see cref="MaxLeases"/>.</summary>
    public const int LeaseLimit = 1 << 20;

    private protected ReceiverOptions()
    {
    }

    /// <summary>
    /// How many leases may be held at once: to ask for one more is a <see cref="LeaseLimitException"/>, since a lease that is never disposed keeps its
    /// sender's memory and, in the end, stops it. From 1 to <see cref="LeaseLimit"/>; defaults to 64, the default <see cref="ChannelSpec.Capacity"/>.
    /// </summary>
    public int MaxLeases { get; init; } = 64;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Range(MaxLeases, 1, LeaseLimit, nameof(MaxLeases));
    }
}
