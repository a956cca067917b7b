namespace Viaduct;

/// <summary>What a subscriber may choose.</summary>
public sealed class SubscriberOptions : ReceiverOptions
{
    /// <summary>What happens when this subscriber is full. Defaults to <see cref="FullMode.Wait"/>.</summary>
    public FullMode WhenFull { get; init; } = FullMode.Wait;

    /// <summary>
    /// How many of the last messages that a publisher keeps (<see cref="ChannelSpec.History"/>) this subscriber gets first, from 0; at the most those that
    /// there are, and one where only the latest counts. Defaults to <see langword="null"/>: all.
    /// </summary>
    public int? History { get; init; }

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Range(History ?? 0, 0, ChannelSpec.MaxCapacity, nameof(History));
        OptionCheck.Defined(WhenFull, FullMode.Latest, nameof(WhenFull));
    }
}
