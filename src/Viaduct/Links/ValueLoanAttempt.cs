using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <summary>A loan of a value that is awaited.</summary>
internal struct ValueLoanAttempt<T>(Outbox<T> outbox) : IAttempt<Loan<T>>
    where T : unmanaged
{
    private LoanAttempt<T> _loan = new(outbox, Unsafe.SizeOf<T>());

    /// <inheritdoc/>
    public bool Try() => _loan.Try();

    /// <inheritdoc/>
    public readonly Loan<T> Finish(WaitResult result, CancellationToken cancellationToken) => new(_loan.Finish(result, cancellationToken));
}
