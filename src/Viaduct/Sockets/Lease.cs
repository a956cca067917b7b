using System.Diagnostics;
using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// A message that was received and is not yet consumed. Disposing consumes it: its sender may then forget it. If this process
/// dies before, or the socket is closed, the message goes to another receiver. Copies of a lease are the same lease. Thread-safe.
/// </summary>
/// <typeparam name="T">The type of the message.</typeparam>
[DebuggerDisplay("{Description,nq}")]
public readonly struct Lease<T> : IDisposable
{
    private readonly Leased<T>? _leased;
    private readonly uint _ticket;
    private readonly int _attempt;
    private readonly ulong _sequence;

    internal Lease(Leased<T> leased)
    {
        _leased = leased;
        _ticket = leased.Ticket;
        _attempt = leased.Received.Attempt;
        _sequence = leased.Received.Sequence;
    }

    /// <summary>The message. Byte messages are the message's own memory, valid until the lease ends.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended, its socket was closed, or its sender broke the protocol.</exception>
    public T Value
    {
        get
        {
            return _leased is null ? throw Leased<T>.Ended() : _leased.GetValue(_ticket);
        }
    }

    /// <summary>The sender's number for the message, from 1.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended, its socket was closed, or its sender broke the protocol.</exception>
    public ulong Sequence
    {
        get
        {
            Check();
            return _sequence;
        }
    }

    /// <summary>How often the message was delivered, this time included: 1 the first time.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended, its socket was closed, or its sender broke the protocol.</exception>
    public int Attempt
    {
        get
        {
            Check();
            return _attempt;
        }
    }

    /// <summary>Also of a lease that has ended: debuggers throw nothing.</summary>
    private string Description => $"Message {_sequence}, attempt {_attempt}";

    /// <summary>Gives the message back to the socket that it came from: the next receive gets it.</summary>
    internal void OfferAgain() => _leased?.Inbox.OfferAgain(_leased, _ticket);

    /// <summary>Consumes the message. Later calls, and calls after the socket was closed, do nothing.</summary>
    public void Dispose() => _leased?.Inbox.Release(_leased, _ticket);

    private void Check()
    {
        if (_leased is null || !_leased.IsHeld(_ticket))
        {
            throw Leased<T>.Ended();
        }
    }
}
