namespace Viaduct.Links;

/// <summary>A receive that waits.</summary>
internal struct TakeAttempt<T>(Inbox<T> inbox, bool lease) : IAttempt
{
    /// <summary>The message, once <see cref="Status"/> is <see cref="TakeStatus.Taken"/>.</summary>
    public Received<T> Received;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryTake(lease, out Received)) != TakeStatus.Empty;
}
