namespace Viaduct.Links;

/// <summary>An awaited receive of many: waits for the first, and takes what lies behind it.</summary>
internal struct ReceiveManyAttempt<T>(Inbox<T> inbox, Memory<T> messages) : IAttempt<int>
{
    private ReceiveAttempt<T> _first = new(inbox);

    /// <inheritdoc/>
    public bool Try() => _first.Try();

    /// <inheritdoc/>
    public readonly int Finish(WaitResult result, CancellationToken cancellationToken)
    {
        messages.Span[0] = _first.Finish(result, cancellationToken);
        return inbox.TryReceiveMore(messages.Span, 1);
    }
}
