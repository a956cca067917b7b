namespace Viaduct;

/// <summary>What a receiver may choose.</summary>
public abstract class ReceiverOptions : SocketOptions
{
    /// <summary>The largest <see cref="MaxLeases"/>.</summary>
    public const int LeaseLimit = 1 << 20;

    /// <summary>What <see cref="MaxLeases"/> is where it is not set.</summary>
    internal const int DefaultLeases = 64;

    private protected ReceiverOptions()
    {
    }

    /// <summary>
    /// How many leases may be held at once: to ask for one more is a <see cref="LeaseLimitException"/>, since a lease that is never disposed keeps its
    /// sender's memory and, in the end, stops it. From 1 to <see cref="LeaseLimit"/>.
    /// </summary>
    /// <remarks>
    /// Defaults to <see langword="null"/>: 64, the default <see cref="ChannelSpec.Capacity"/>; and where the capacity is smaller, a receive that would wait, with no bound of time,
    /// for what can't come before a lease of this very receiver ends, is a <see cref="LeaseLimitException"/> too. Set it where leases are disposed by others than who asks for the
    /// next one, such as workers: receives then wait for them.
    /// </remarks>
    public int? MaxLeases { get; init; }

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Range(MaxLeases ?? DefaultLeases, 1, LeaseLimit, nameof(MaxLeases));
    }
}
