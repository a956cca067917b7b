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
    private readonly Inbox<T>? _inbox;
    private readonly Received<T> _received;

    /// <summary>Takes the next message, waiting until the time is over (negative: for ever). Written in place, since copies are dear.</summary>
    internal Lease(Inbox<T> inbox, TimeSpan timeout, CancellationToken cancellationToken, out TakeStatus status)
    {
        _inbox = inbox;
        status = inbox.Take(lease: true, out _received, timeout, cancellationToken);
    }

    internal Lease(Inbox<T> inbox, in Received<T> received)
    {
        _inbox = inbox;
        _received = received;
    }

    /// <summary>The message. Byte messages are the message's own memory, valid until the lease ends.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended, or its socket was closed.</exception>
    public T Value
    {
        get
        {
            Check();
            return _received.Value;
        }
    }

    /// <summary>The sender's number for the message, from 1.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended, or its socket was closed.</exception>
    public ulong Sequence
    {
        get
        {
            Check();
            return _received.Sequence;
        }
    }

    /// <summary>How often the message was delivered, this time included: 1 the first time.</summary>
    /// <exception cref="ObjectDisposedException">The lease has ended, or its socket was closed.</exception>
    public int Attempt
    {
        get
        {
            Check();
            return _received.Attempt;
        }
    }

    /// <summary>Also of a lease that has ended: debuggers throw nothing.</summary>
    private string Description => $"Message {_received.Sequence}, attempt {_received.Attempt}";

    /// <summary>Gives the message back to the socket that it came from: the next receive gets it.</summary>
    internal void OfferAgain() => _inbox?.OfferAgain(_received);

    /// <summary>Consumes the message. Later calls, and calls after the socket was closed, do nothing.</summary>
    public void Dispose() => _inbox?.Release(_received.Link, _received.Position);

    private void Check()
    {
        if (_inbox is null || !_inbox.IsHeld(_received.Link, _received.Position))
        {
            throw Disposed.Of("The lease has ended: it was disposed, or its socket was.");
        }
    }
}
