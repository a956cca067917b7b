namespace Viaduct.Links;

/// <summary>A lease that waits, and tells also of the end.</summary>
/// <param name="inbox">Where it is taken from.</param>
/// <param name="forEver">Whether the wait has no end but a message's.</param>
internal struct LeaseAttempt<T>(Inbox<T> inbox, bool forEver) : IAttempt<Lease<T>>
{
    /// <summary>The lease, once <see cref="Status"/> is <see cref="TakeStatus.Taken"/>.</summary>
    public Leased<T>? Leased;

    /// <summary>What was found last.</summary>
    public TakeStatus Status = TakeStatus.Empty;

    /// <inheritdoc/>
    public bool Try() => Status != TakeStatus.Empty || (Status = inbox.TryLease(out Leased, waits: forEver)) != TakeStatus.Empty;

    /// <inheritdoc/>
    public readonly Lease<T> Finish(WaitResult result, CancellationToken cancellationToken)
    {
        if (result == WaitResult.Canceled)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        return Status == TakeStatus.Taken ? new Lease<T>(Leased!) : throw new ChannelCompletedException(inbox.Channel.Name);
    }
}
