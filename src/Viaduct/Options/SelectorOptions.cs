namespace Viaduct;

/// <summary>What a <see cref="Selector"/> may choose. Immutable; checked when the selector is made.</summary>
public sealed class SelectorOptions
{
    /// <summary>Which of several ready sockets is named. Defaults to <see cref="SelectOrder.Fair"/>.</summary>
    public SelectOrder Order { get; init; } = SelectOrder.Fair;

    /// <summary>
    /// How blocking calls wait. Defaults to <see cref="WaitMode.Adaptive"/>. Sockets that were opened with <see cref="WaitMode.Spin"/> need it here too,
    /// since nobody wakes them.
    /// </summary>
    public WaitMode Wait { get; init; } = WaitMode.Adaptive;

    /// <summary>Checks every property.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A property is outside its range.</exception>
    internal void Validate()
    {
        OptionCheck.Defined(Order, SelectOrder.Priority, nameof(Order));
        OptionCheck.Defined(Wait, WaitMode.Sleep, nameof(Wait));
    }
}
