using System.Diagnostics;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// A message that was received and is not yet consumed. Disposing consumes it: its sender may then forget it. If this process
/// dies before, or the socket is closed, the message goes to another receiver. Copies of a lease are the same lease. Thread-safe.
/// </summary>
/// <typeparam name="T">The type of the message.</typeparam>
[DebuggerDisplay("Message {Sequence}, attempt {Attempt}")]
public readonly struct Lease<T> : IDisposable
{
    private readonly Leased<T>? _leased;
    private readonly uint _ticket;

    internal Lease(Leased<T> leased)
    {
        _leased = leased;
        _ticket = leased.Ticket;
        Attempt = leased.Received.Attempt;
        Sequence = leased.Received.Sequence;
    }

    /// <summary>The message. Byte messages are the message's own memory, valid until the lease ends.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended, or its socket was closed.</exception>
    public T Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_leased is null, typeof(Lease<T>));
            return _leased.GetValue(_ticket);
        }
    }

    /// <summary>The sender's number for the message, from 1.</summary>
    public ulong Sequence { get; }

    /// <summary>How often the message was delivered, this time included: 1 the first time.</summary>
    public int Attempt { get; }

    /// <summary>Gives the message back to the socket that it came from: the next receive gets it.</summary>
    internal void OfferAgain() => _leased?.Inbox.OfferAgain(_leased, _ticket);

    /// <summary>Consumes the message. Later calls, and calls after the socket was closed, do nothing.</summary>
    public void Dispose() => _leased?.Inbox.Release(_leased, _ticket);
}
