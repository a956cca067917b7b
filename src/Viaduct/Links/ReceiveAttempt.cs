namespace Viaduct.Links;

/// <summary>A receive that waits: consumes the message at once.</summary>
internal struct ReceiveAttempt<T>(Inbox<T> inbox) : IAttempt<T>
{
    /// <summary>The message, once <see cref="Status"/> is <see cref="TakeStatus.Taken"/>; undefined before.</summary>
    public T Value = default!;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryReceive(out Value)) != TakeStatus.Empty;

    /// <inheritdoc/>
    public readonly T Finish(WaitResult result, CancellationToken cancellationToken) => result == WaitResult.Canceled
        ? throw new OperationCanceledException(cancellationToken)
        : Status == TakeStatus.Taken ? Value : throw new ChannelCompletedException(inbox.Channel.Name);
}
