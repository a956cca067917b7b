namespace Viaduct;

/// <summary>What a subscriber may choose.</summary>
public sealed class SubscriberOptions : ReceiverOptions
{
    /// <summary>What happens when this subscriber is full. Defaults to <see cref="FullMode.Wait"/>.</summary>
    public FullMode WhenFull { get; init; } = FullMode.Wait;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Defined(WhenFull, nameof(WhenFull));
    }
}
