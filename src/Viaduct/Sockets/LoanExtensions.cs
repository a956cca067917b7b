using System.Runtime.CompilerServices;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// Memory to write messages in, of senders whose messages pass as they lie in memory: bytes, and types without references. Thread-safe as the
/// socket is.
/// </summary>
public static class LoanExtensions
{
    /// <summary>
    /// Borrows memory for one message, waiting while too many loans (<see cref="SenderOptions.MaxLoans"/>), or with the unconsumed messages too
    /// many bytes (<see cref="ChannelSpec.MaxBytes"/>), are out.
    /// </summary>
    /// <param name="sender">The socket.</param>
    /// <param name="size">The message's length in bytes; <see cref="Viaduct.Loan.Resize"/> changes it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The loan; send or dispose it.</returns>
    /// <exception cref="MessageTooLargeException">The size is larger than <see cref="ChannelSpec.MaxMessageSize"/>.</exception>
    /// <exception cref="NotSupportedException">The channel's codec is not that of the type's own bytes.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ChannelCompletedException">The channel was completed at this end.</exception>
    /// <exception cref="IOException">The system has no memory, or no descriptor for its file; it works again when there is some.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static Loan Loan(this Sender<ReadOnlyMemory<byte>> sender, int size, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Canceled.ThrowIf(cancellationToken);
        return new Loan(Outbox(sender).Loan(size, Timeout.InfiniteTimeSpan, cancellationToken)!);
    }

    /// <summary>Borrows memory for one message if there is some now.</summary>
    /// <param name="sender">The socket.</param>
    /// <param name="size">The message's length in bytes.</param>
    /// <param name="loan">The loan; send or dispose it.</param>
    /// <returns>Whether there was memory; else as many loans, or as many bytes, are out as may be.</returns>
    /// <inheritdoc cref="Loan(Sender{ReadOnlyMemory{byte}}, int, CancellationToken)" path="/exception"/>
    public static bool TryLoan(this Sender<ReadOnlyMemory<byte>> sender, int size, out Loan loan)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Loaned<ReadOnlyMemory<byte>>? loaned = Outbox(sender).TryLoan(size);
        loan = loaned is null ? default : new Loan(loaned);
        return loaned is not null;
    }

    /// <summary>Borrows memory for one message without keeping a thread while it waits.</summary>
    /// <param name="sender">The socket.</param>
    /// <param name="size">The message's length in bytes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The loan; send or dispose it.</returns>
    /// <inheritdoc cref="Loan(Sender{ReadOnlyMemory{byte}}, int, CancellationToken)" path="/exception"/>
    public static ValueTask<Loan> LoanAsync(this Sender<ReadOnlyMemory<byte>> sender, int size, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Outbox<ReadOnlyMemory<byte>> outbox = Outbox(sender);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Loan>(cancellationToken)
            : outbox.BlockAsync<BytesLoanAttempt, Loan>(new BytesLoanAttempt(outbox, size), cancellationToken);
    }

    /// <summary>Begins a message of unknown length, which is written piece by piece: a loan of length 0.</summary>
    /// <param name="sender">The socket.</param>
    /// <param name="sizeHint">The size to expect, in bytes; 0 = unknown. A message that outgrows it is moved.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The loan; send or dispose it.</returns>
    /// <inheritdoc cref="Loan(Sender{ReadOnlyMemory{byte}}, int, CancellationToken)" path="/exception"/>
    public static Loan BeginMessage(this Sender<ReadOnlyMemory<byte>> sender, int sizeHint = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        Loan loan = sender.Loan(Math.Min(sizeHint, Outbox(sender).Channel.MaxMessageSize), cancellationToken);
        loan.Resize(0);
        return loan;
    }

    /// <summary>Borrows memory for one value, waiting as <see cref="Loan(Sender{ReadOnlyMemory{byte}}, int, CancellationToken)"/> does.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="sender">The socket.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The loan; send or dispose it.</returns>
    /// <inheritdoc cref="Loan(Sender{ReadOnlyMemory{byte}}, int, CancellationToken)" path="/exception"/>
    public static Loan<T> Loan<T>(this Sender<T> sender, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        Canceled.ThrowIf(cancellationToken);
        return new Loan<T>(Outbox(sender).Loan(Unsafe.SizeOf<T>(), Timeout.InfiniteTimeSpan, cancellationToken)!);
    }

    /// <summary>Borrows memory for one value if there is some now.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="sender">The socket.</param>
    /// <param name="loan">The loan; send or dispose it.</param>
    /// <returns>Whether there was memory; else as many loans, or as many bytes, are out as may be.</returns>
    /// <inheritdoc cref="Loan(Sender{ReadOnlyMemory{byte}}, int, CancellationToken)" path="/exception"/>
    public static bool TryLoan<T>(this Sender<T> sender, out Loan<T> loan)
        where T : unmanaged
    {
        Loaned<T>? loaned = Outbox(sender).TryLoan(Unsafe.SizeOf<T>());
        loan = loaned is null ? default : new Loan<T>(loaned);
        return loaned is not null;
    }

    /// <summary>Borrows memory for one value without keeping a thread while it waits.</summary>
    /// <typeparam name="T">The type of the messages.</typeparam>
    /// <param name="sender">The socket.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The loan; send or dispose it.</returns>
    /// <inheritdoc cref="Loan(Sender{ReadOnlyMemory{byte}}, int, CancellationToken)" path="/exception"/>
    public static ValueTask<Loan<T>> LoanAsync<T>(this Sender<T> sender, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        Outbox<T> outbox = Outbox(sender);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Loan<T>>(cancellationToken)
            : outbox.BlockAsync<ValueLoanAttempt<T>, Loan<T>>(new ValueLoanAttempt<T>(outbox), cancellationToken);
    }

    private static Outbox<T> Outbox<T>(Sender<T> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return sender.Outbox.CanLoan
            ? sender.Outbox
            : throw new NotSupportedException($"Channel '{sender.Channel.Name}' has a codec of its own ({sender.Channel.ShortSchema}): its messages can't be written in place.");
    }
}
