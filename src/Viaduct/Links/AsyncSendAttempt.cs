namespace Viaduct.Links;

/// <summary>An awaited send.</summary>
internal readonly struct AsyncSendAttempt<T>(Outbox<T> outbox, T message, bool handOver) : IAttempt
{
    /// <inheritdoc/>
    public bool Try() => outbox.TrySend(message, handOver);
}
