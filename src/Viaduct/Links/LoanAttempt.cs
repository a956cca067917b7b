namespace Viaduct.Links;

/// <summary>A loan that waits for memory, or for another loan to end.</summary>
internal struct LoanAttempt<T>(Outbox<T> outbox, int size) : IAttempt
{
    /// <summary>The loan, once there is one.</summary>
    public Loaned<T>? Loan;

    /// <inheritdoc/>
    public bool Try() => Loan is not null || (Loan = outbox.TryLoan(size)) is not null;

    /// <summary>The loan, once an awaited wait for it is over.</summary>
    public readonly Loaned<T> Finish(WaitResult result, CancellationToken cancellationToken) =>
        result != WaitResult.Canceled ? Loan! : throw new OperationCanceledException(cancellationToken);
}
