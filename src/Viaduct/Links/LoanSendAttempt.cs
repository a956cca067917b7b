namespace Viaduct.Links;

/// <summary>A loan whose sending waits for room.</summary>
internal readonly struct LoanSendAttempt<T>(Loaned<T> loan, uint ticket) : IAttempt<bool>
{
    /// <inheritdoc/>
    public bool Try() => loan.Outbox.TrySend(loan, ticket);

    /// <inheritdoc/>
    public bool Finish(WaitResult result, CancellationToken cancellationToken) =>
        result != WaitResult.Canceled ? true : throw new OperationCanceledException(cancellationToken);
}
