using System.Runtime.CompilerServices;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <content>Loans are sent: the message takes the memory over.</content>
internal abstract unsafe partial class Outbox<T>
{
    /// <summary>Sends a loan's message if there is room, and ends the loan.</summary>
    /// <exception cref="ObjectDisposedException">The loan has ended, or the socket was disposed.</exception>
    public bool TrySend(Loaned<T> loan, uint ticket)
    {
        if (Channel.Capacity == 0)
        {
            return Meet(loan, ticket, insists: false, TimeSpan.Zero, CancellationToken.None);
        }

        Gate.Enter();
        if (loan.Ticket != ticket || TryGive(loan) is not { } bell)
        {
            return TrySendAndExit(loan, ticket);
        }

        GetReadyAndExit(loan, bell);
        return true;
    }

    /// <inheritdoc cref="TryLoanAndExit"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TrySendAndExit(Loaned<T> loan, uint ticket)
    {
        bool wake;
        try
        {
            loan.Check(ticket);
            if (!TryPut(loan))
            {
                NoteRefusal(true);
                return false;
            }

            wake = EndUnderGate(loan, gives: false);
        }
        finally
        {
            Gate.Exit();
        }

        WakeIf(wake);
        return true;
    }

    /// <summary>Ends a loan whose message was given away, and makes it the next one.</summary>
    private void GetReadyAndExit(Loaned<T> loan, Bell bell)
    {
        int size = loan.Chunk.Size;
        bool wake = EndUnderGate(loan, gives: true);
        try
        {
            bell.Ring();
            if (_ready is null && !ChunkPool.FillsCaches(size) && TryReady(size, out Chunk chunk))
            {
                _spareLoan = loan.Next;
                loan.Begin(chunk, 0);
                _ready = loan;

                // Takes the first line from the core that read it last, while nobody waits for that.
                Shared.Write((ulong*)chunk.Pointer, 0UL);
            }

            if (Credits <= 0 && Channel.Capacity > 1)
            {
                // The next send would have to look first. What was just sent is the only one that surely is not consumed yet.
                _ = HasRoom();
            }
        }
        finally
        {
            // Also when the bell or the pool throws: the message is sent, and the loan has ended.
            Gate.Exit();
            WakeIf(wake);
        }
    }

    /// <summary>Sends a loan's message, waiting for room until the time is over (negative: for ever), and ends the loan.</summary>
    public bool Send(Loaned<T> loan, uint ticket, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Channel.Capacity == 0)
        {
            return Meet(loan, ticket, insists: true, timeout, cancellationToken);
        }

        if (TrySend(loan, ticket))
        {
            return true;
        }

        LoanSendAttempt<T> attempt = new(loan, ticket);
        return Finish(Block(ref attempt, timeout, cancellationToken), cancellationToken);
    }

    /// <summary>Sends a loan's message, awaiting room, and ends the loan.</summary>
    public ValueTask SendAsync(Loaned<T> loan, uint ticket, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (Channel.Capacity != 0)
        {
            return BlockForNothingAsync(new LoanSendAttempt<T>(loan, ticket), cancellationToken);
        }

        loan.Check(ticket);
        return MeetAsync(MessageOf(loan), handOver: true, loan, ticket, cancellationToken);
    }

    /// <summary>
    /// Sends a loan's message by the short way, if it can be sent so: the ring then becomes the user of the memory in the loan's place. Never throws. Under the gate.
    /// </summary>
    /// <param name="loan">The loan.</param>
    /// <returns>What is to be rung then; null where nothing was sent.</returns>
    private Bell? TryGive(Loaned<T> loan)
    {
        if (ShortWay is not { } lane || !lane.TryGive(loan.Chunk, loan.Length, Sequence + 1))
        {
            return null;
        }

        NoteSent(1, loan.Length);
        return _onlyBell;
    }

    private bool Meet(Loaned<T> loan, uint ticket, bool insists, TimeSpan timeout, CancellationToken cancellationToken)
    {
        loan.Check(ticket);
        bool met = Meet(MessageOf(loan), handOver: true, insists, timeout, cancellationToken);
        if (met)
        {
            End(loan, ticket);
        }

        return met;
    }

    /// <summary>The message as a value: of bytes, the loan's own memory.</summary>
    private static T MessageOf(Loaned<T> loan)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            ReadOnlyMemory<byte> bytes = loan.Chunk.First(loan.Length);
            return Unsafe.As<ReadOnlyMemory<byte>, T>(ref bytes);
        }

        return Unsafe.ReadUnaligned<T>(in loan.Chunk.GetSpan()[0]);
    }

    private bool TryPut(Loaned<T> loan)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            return TryPut(MessageOf(loan), handOver: true);
        }

        UnmanagedFormat<T> format = (UnmanagedFormat<T>)Format;
        format.Handed = loan.Chunk;
        try
        {
            return TryPut(in Unsafe.As<byte, T>(ref loan.Chunk.GetSpan()[0]), handOver: true);
        }
        finally
        {
            format.Handed = null;
        }
    }
}
