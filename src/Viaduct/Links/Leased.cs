using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <summary>
/// A leased message as its socket keeps it: reused, so that a lease allocates nothing and is small enough to be handed on. Whoever holds one proves by
/// its ticket that it is still his. Begun and ended under the socket's gate.
/// </summary>
internal sealed class Leased<T>(Inbox<T> inbox)
{
    /// <summary>The message; of whoever has the lease next once this one ended.</summary>
    public Received<T> Received;

    /// <summary>Counts the leases that this object was; a holder's ticket is the count when his began.</summary>
    private uint _ticket;

    /// <summary>The socket's receiving side.</summary>
    public Inbox<T> Inbox => inbox;

    /// <summary>The next spare one.</summary>
    public Leased<T>? Next { get; set; }

    /// <summary>Who has the lease now.</summary>
    public uint Ticket => Volatile.Read(ref _ticket);

    /// <summary>Ends the lease.</summary>
    public void End()
    {
        Volatile.Write(ref _ticket, _ticket + 1);

        // What is written here from now on is written after it: pairs with the read barrier in GetValue.
        Volatile.WriteBarrier();
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            // Keeps nothing alive.
            Received.Value = default!;
        }
    }

    /// <summary>The message of the lease of that ticket.</summary>
    /// <exception cref="ObjectDisposedException">That has ended, or its socket was closed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T GetValue(uint ticket)
    {
        T value = Received.Value;

        // There is no link while a spare one is filled, whoever still looks at it.
        bool isOpen = Received.Link is { IsClosed: false };

        // What was read before is the holder's own if the ticket is: another's is written after the ticket has changed.
        Volatile.ReadBarrier();
        return Ticket == ticket && isOpen ? value : throw Ended();
    }

    /// <summary>Whether the lease of that ticket has not ended, and its socket was not closed.</summary>
    public bool IsHeld(uint ticket)
    {
        bool isOpen = Received.Link is { IsClosed: false };

        // As in GetValue.
        Volatile.ReadBarrier();
        return Ticket == ticket && isOpen;
    }

    /// <summary>What whoever uses an ended lease is told.</summary>
    public static ObjectDisposedException Ended() => Disposed.Of("The lease has ended: it was disposed, its socket was, or its sender broke the protocol.");
}
