namespace Viaduct.Links;

/// <summary>An awaited lease.</summary>
internal struct LeaseAttempt<T>(Inbox<T> inbox) : IAttempt<Lease<T>>
{
    private TakeAttempt<T> _take = new(inbox, lease: true);

    /// <inheritdoc/>
    public bool Try() => _take.Try();

    /// <inheritdoc/>
    public readonly Lease<T> Finish(WaitResult result, CancellationToken cancellationToken)
    {
        (TakeStatus status, Received<T> received) = _take.Finish(result, cancellationToken);
        return status == TakeStatus.Taken ? new Lease<T>(inbox, received) : throw new ChannelCompletedException(inbox.Channel.Name);
    }
}
