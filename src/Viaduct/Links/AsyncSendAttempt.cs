namespace Viaduct.Links;

/// <summary>An awaited send.</summary>
internal sealed class AsyncSendAttempt<T>(Outbox<T> outbox, T message, bool handOver) : IAttempt
{
    /// <inheritdoc/>
    public bool Try() => outbox.TrySend(message, handOver);
}
