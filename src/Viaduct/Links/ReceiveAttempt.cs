namespace Viaduct.Links;

/// <summary>A receive that blocks: consumes the message at once.</summary>
internal ref struct ReceiveAttempt<T>(Inbox<T> inbox) : IAttempt
{
    /// <summary>The message, once <see cref="Status"/> is <see cref="TakeStatus.Taken"/>; undefined before.</summary>
    public T Value = default!;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryReceive(out Value)) != TakeStatus.Empty;
}
