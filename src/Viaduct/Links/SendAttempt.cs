namespace Viaduct.Links;

/// <summary>A blocking send.</summary>
internal readonly ref struct SendAttempt<T>(Outbox<T> outbox, in T message, bool handOver) : IAttempt
{
    private readonly ref readonly T _message = ref message;

    /// <inheritdoc/>
    public bool Try() => outbox.TrySend(_message, handOver);
}
