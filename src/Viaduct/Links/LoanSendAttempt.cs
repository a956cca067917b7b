namespace Viaduct.Links;

/// <summary>A loan whose sending waits for room.</summary>
internal readonly struct LoanSendAttempt<T>(Loaned<T> loan, uint ticket) : IAttempt
{
    /// <inheritdoc/>
    public bool Try() => loan.Outbox.TrySend(loan, ticket);
}
