using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// A value in the making, in memory that receivers in other processes will read: what is written here is not copied again on the way there.
/// Sending gives the memory away and ends the loan; disposed unsent it goes back. Copies of a loan are the same loan.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <remarks>
/// The memory is not cleared: it may hold bytes of earlier messages of this node. Not thread-safe, but may be disposed on any thread. A reference to
/// the value of a loan that has ended may show, or overwrite, bytes of later messages; using it is an error in the program but never a fault.
/// </remarks>
/// <example><code>
/// using Loan&lt;Frame&gt; loan = producer.Loan();
/// camera.Fill(ref loan.Value);
/// loan.Send();
/// </code></example>
public readonly struct Loan<T> : IDisposable
    where T : unmanaged
{
    private readonly Loaned<T>? _loan;
    private readonly uint _ticket;

    internal Loan(Loaned<T> loan)
    {
        _loan = loan;
        _ticket = loan.Ticket;
    }

    /// <summary>The value, to be written.</summary>
    /// <exception cref="ObjectDisposedException">The loan was sent or disposed.</exception>
    public ref T Value => ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(Checked().Chunk.GetSpan()));

    /// <summary>Gives the value to the receivers, waiting for room, and ends the loan.</summary>
    /// <param name="cancellationToken">Ends the wait; the value was then not sent and can be sent again.</param>
    /// <inheritdoc cref="Loan.Send" path="/exception"/>
    public void Send(CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        Loaned<T> loan = Checked();
        loan.Outbox.Send(loan, _ticket, Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Gives the value to the receivers if there is room now, and then ends the loan.</summary>
    /// <returns>Whether it was sent; if not, it can be tried again.</returns>
    /// <inheritdoc cref="Loan.Send" path="/exception"/>
    public bool TrySend()
    {
        Loaned<T> loan = Checked();
        return loan.Outbox.TrySend(loan, _ticket);
    }

    /// <summary>Gives the value to the receivers if there is room within a time, and then ends the loan.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait; the value was then not sent and can be sent again.</param>
    /// <returns>Whether it was sent; if not, it can be tried again.</returns>
    /// <inheritdoc cref="Loan.Send" path="/exception"/>
    public bool TrySend(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Canceled.ThrowIf(cancellationToken);
        Loaned<T> loan = Checked();
        return loan.Outbox.Send(loan, _ticket, timeout, cancellationToken);
    }

    /// <summary>Gives the value to the receivers without keeping a thread while it waits for room, and ends the loan.</summary>
    /// <param name="cancellationToken">Ends the wait; the value was then not sent and can be sent again.</param>
    /// <returns>A task that ends when the value is sent.</returns>
    /// <inheritdoc cref="Loan.Send" path="/exception"/>
    public ValueTask SendAsync(CancellationToken cancellationToken = default)
    {
        Loaned<T> loan = Checked();
        return loan.Outbox.SendAsync(loan, _ticket, cancellationToken);
    }

    /// <summary>Gives the memory back if the value was not sent. Later calls do nothing.</summary>
    public void Dispose() => _loan?.Outbox.End(_loan, _ticket);

    private Loaned<T> Checked() =>
        _loan is not null && _loan.Ticket == _ticket ? _loan : throw Disposed.Of("The loan has ended: it was sent or disposed.");
}
