namespace Viaduct.Links;

/// <summary>A receive that waits, and tells also of the end.</summary>
internal struct TakeAttempt<T>(Inbox<T> inbox, bool lease) : IAttempt<(TakeStatus Status, Received<T> Received)>
{
    /// <summary>The message, once <see cref="Status"/> is <see cref="TakeStatus.Taken"/>.</summary>
    public Received<T> Received;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryTake(lease, out Received, waits: true)) != TakeStatus.Empty;

    /// <inheritdoc/>
    public readonly (TakeStatus Status, Received<T> Received) Finish(WaitResult result, CancellationToken cancellationToken) =>
        result != WaitResult.Canceled ? (Status, Received) : throw new OperationCanceledException(cancellationToken);
}
