namespace Viaduct.Links;

/// <summary>An awaited send.</summary>
internal readonly struct AsyncSendAttempt<T>(Outbox<T> outbox, T message, bool handOver) : IAttempt<bool>
{
    /// <inheritdoc/>
    public bool Try() => outbox.TrySend(message, handOver);

    /// <inheritdoc/>
    public bool Finish(WaitResult result, CancellationToken cancellationToken) =>
        result != WaitResult.Canceled ? true : throw new OperationCanceledException(cancellationToken);
}
