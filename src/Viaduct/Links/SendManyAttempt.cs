namespace Viaduct.Links;

/// <summary>An awaited send of many messages.</summary>
internal struct SendManyAttempt<T>(Outbox<T> outbox, ReadOnlyMemory<T> messages, CancellationToken token) : IAttempt<bool>
{
    private SendStep<T> _step;
    private int _sent;

    /// <inheritdoc/>
    static bool IAttempt.OutlivesCancellation => true;

    /// <inheritdoc/>
    public bool Try()
    {
        ReadOnlySpan<T> span = messages.Span;
        while (true)
        {
            if (outbox.Channel.Capacity > 0 && !token.IsCancellationRequested)
            {
                _sent += outbox.TrySendMany(span[_sent..]);
            }

            if (_sent == span.Length)
            {
                return true;
            }

            // Of messages that can be sent together it is the first of the rest, of which it is not yet known why it was not.
            switch (_step.Try(outbox, span[_sent], handOver: false, token.IsCancellationRequested))
            {
                case null:
                    return false;
                case false:
                    return true;
                default:
                    _sent++;
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public readonly bool Finish(WaitResult result, CancellationToken cancellationToken) =>
        _sent == messages.Length ? true : throw new OperationCanceledException(cancellationToken);
}
