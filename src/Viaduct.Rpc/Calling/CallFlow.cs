namespace Viaduct.Rpc;

/// <summary>What flows with the calls of a thread or an asynchronous method. Immutable.</summary>
/// <param name="Deadline">By when they must be over, as a timestamp; <see cref="long.MaxValue"/> = whenever.</param>
/// <param name="Priority">Which calls they overtake where calls wait.</param>
/// <param name="Owner">The spawned call that they belong to, if any.</param>
/// <param name="Token">Ends them.</param>
internal sealed record CallFlow(long Deadline, int Priority, Spawned? Owner, CancellationToken Token)
{
    /// <summary>What flows where nothing was said.</summary>
    public static CallFlow Nothing { get; } = new(long.MaxValue, 0, null, CancellationToken.None);
}
