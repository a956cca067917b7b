namespace Viaduct.Links;

/// <summary>A loan of bytes that is awaited.</summary>
internal struct BytesLoanAttempt(Outbox<ReadOnlyMemory<byte>> outbox, int size) : IAttempt<Loan>
{
    private LoanAttempt<ReadOnlyMemory<byte>> _loan = new(outbox, size);

    /// <inheritdoc/>
    public bool Try() => _loan.Try();

    /// <inheritdoc/>
    public readonly Loan Finish(WaitResult result, CancellationToken cancellationToken) => new(_loan.Finish(result, cancellationToken));
}
