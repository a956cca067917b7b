using System.Runtime.CompilerServices;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <content>Memory that the program writes its messages in, and gives away with them.</content>
internal abstract partial class Outbox<T>
{
    private readonly List<ChunkShare> _shares = [];
    private ChunkShare? _share;
    private int _maximumLoans;

    /// <summary>Loans that are neither sent nor ended.</summary>
    private int _loans;

    /// <summary>Somebody was refused a loan since the last one ended.</summary>
    private bool _loanRefused;

    /// <summary>The number of the last message when it was swept last.</summary>
    private ulong _swept;

    /// <summary>Memory for the next loan, got ready after the last one was sent, when the receiver has something to do: of the size of that one.</summary>
    private Chunk? _ready;

    /// <summary>Ended loans, to be used again.</summary>
    private Loaned<T>? _spareLoan;

    /// <summary>Whether messages are sent as they lie in memory, so that they can be written in a loan.</summary>
    public bool CanLoan { get; } = typeof(T) == typeof(ReadOnlyMemory<byte>) ? format is BytesFormat : format is UnmanagedFormat<T>;

    /// <summary>The most bytes of large messages and loans that this socket may have out.</summary>
    protected virtual long ShareLimit => ChannelSpec.MaxBytes;

    /// <summary>Loans come from this pool.</summary>
    public void AllowLoans(ChunkPool pool, int maximum)
    {
        _share = ShareOf(pool);
        _maximumLoans = maximum;
    }

    /// <summary>Memory for a message of that many bytes; null when there is none now, or too many loans are out.</summary>
    /// <exception cref="MessageTooLargeException">No such message can be sent.</exception>
    public Loaned<T>? TryLoan(int size)
    {
        if (size > Channel.MaxMessageSize)
        {
            throw new MessageTooLargeException(Channel.Name, size, Channel.MaxMessageSize);
        }

        Gate.Enter();
        try
        {
            ThrowIfEnded();
            if (_loans >= _maximumLoans)
            {
                NoteRefusal(true);
                _loanRefused = true;
                return null;
            }

            Chunk? chunk = _ready;
            _ready = null;
            if (chunk?.Size != ChunkPool.SizeFor(size))
            {
                chunk?.Release();
                chunk = TryRent(size);
                if (chunk is null)
                {
                    NoteRefusal(true);
                    _loanRefused = true;
                    return null;
                }
            }

            Loaned<T> loan = _spareLoan ?? new Loaned<T>(this);
            _spareLoan = loan.Next;
            loan.Begin(chunk, size);
            _loans++;
            return loan;
        }
        finally
        {
            Gate.Exit();
        }
    }

    private Chunk? TryRent(int size)
    {
        if (TryReady(size, out Chunk chunk) || _share!.TryRent(size, out chunk))
        {
            return chunk;
        }

        Recycle(0);
        while (!_share.TryRent(size, out chunk))
        {
            if (!TryGiveWay())
            {
                return null;
            }
        }

        return chunk;
    }

    private bool TryReady(int size, out Chunk chunk)
    {
        if (!ChunkPool.LooksFirst(size) && _share!.TryReady(size, out chunk))
        {
            return true;
        }

        // What was consumed meanwhile comes back before more is taken.
        Recycle(ChunkPool.EnoughInFlight(size));
        return _share!.TryReady(size, out chunk);
    }

    private void GetReady(int size) => _ready = TryReady(size, out Chunk chunk) ? chunk : null;

    private void DropReady()
    {
        _ready?.Release();
        _ready = null;
    }

    /// <summary>Memory for a message, waiting for it (negative: for ever). Null when the time is over.</summary>
    public Loaned<T>? Loan(int size, TimeSpan timeout, CancellationToken cancellationToken)
    {
        LoanAttempt<T> attempt = new(this, size);
        Finish(Block(ref attempt, timeout, cancellationToken), cancellationToken);
        return attempt.Loan;
    }

    /// <summary>Memory for a message, awaiting it.</summary>
    public ValueTask<Loaned<T>> LoanAsync(int size, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<Loaned<T>>(cancellationToken)
        : BlockAsync<LoanAttempt<T>, Loaned<T>>(new LoanAttempt<T>(this, size), cancellationToken);

    /// <summary>Sends a loan's message if there is room, and ends the loan.</summary>
    /// <exception cref="ObjectDisposedException">The loan has ended, or the socket was disposed.</exception>
    public bool TrySend(Loaned<T> loan, uint ticket)
    {
        if (Channel.Capacity == 0)
        {
            return Meet(loan, ticket, insists: false, TimeSpan.Zero, CancellationToken.None);
        }

        bool wake;
        Gate.Enter();
        try
        {
            loan.Check(ticket);
            bool gives = TryGive(loan);
            if (!gives && !TryPut(loan))
            {
                NoteRefusal(true);
                return false;
            }

            wake = EndUnderGate(loan, gives);
            if (gives && _ready is null)
            {
                GetReady(loan.Chunk.Size);
            }
        }
        finally
        {
            Gate.Exit();
        }

        WakeIf(wake);
        return true;
    }

    /// <summary>Sends a loan's message, waiting for room until the time is over (negative: for ever), and ends the loan.</summary>
    public bool Send(Loaned<T> loan, uint ticket, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Channel.Capacity == 0)
        {
            return Meet(loan, ticket, insists: true, timeout, cancellationToken);
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

    /// <summary>Ends a loan that is not sent. Does nothing when it has ended.</summary>
    public void End(Loaned<T> loan, uint ticket)
    {
        if (loan.Ticket != ticket)
        {
            return;
        }

        bool wake;
        Gate.Enter();
        try
        {
            wake = loan.Ticket == ticket && EndUnderGate(loan, gives: false);
        }
        finally
        {
            Gate.Exit();
        }

        WakeIf(wake);
    }

    /// <inheritdoc/>
    public void Sweep()
    {
        // Who sends reclaims himself, and is left alone.
        ulong sent = Volatile.Read(ref Sequence);
        bool idle = sent == _swept;
        _swept = sent;
        if (idle && (CountChunks() > 0 || Volatile.Read(ref _ready) is not null))
        {
            Gate.Enter();
            try
            {
                DropReady();
                Recycle(0);
            }
            finally
            {
                Gate.Exit();
            }
        }

        lock (_shares)
        {
            _shares.ForEach(static share => share.FlushIfIdle());
        }
    }

    /// <summary>This socket's share of a pool that a lane's large messages lie in.</summary>
    protected ChunkShare ShareOf(ChunkPool pool)
    {
        lock (_shares)
        {
            ChunkShare? share = _shares.Find(known => known.Pool == pool);
            if (share is null)
            {
                share = new ChunkShare(pool, ShareLimit);
                _shares.Add(share);
            }

            return share;
        }
    }

    /// <summary>From now on memory that comes back is the pool's.</summary>
    private void CloseShares()
    {
        lock (_shares)
        {
            _shares.ForEach(static share => share.Close());
        }
    }

    /// <summary>The most messages in chunks that any lane keeps.</summary>
    protected abstract int CountChunks();

    /// <summary>Reclaims what receivers have consumed of lanes that keep more than so many messages in chunks. Under the gate.</summary>
    protected abstract void Recycle(int kept);

    /// <summary>Gives up memory that nobody need get any more. False when there is none. Under the gate.</summary>
    protected virtual bool TryGiveWay() => false;

    /// <summary>
    /// Sends a loan's message where that takes nothing but room on the one receiver's ring, which becomes the user of the memory in the loan's
    /// place. False where it can't be sent so. Under the gate.
    /// </summary>
    protected virtual bool TryGive(Loaned<T> loan) => false;

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

    private bool EndUnderGate(Loaned<T> loan, bool gives)
    {
        loan.End(gives);
        loan.Next = _spareLoan;
        _spareLoan = loan;
        _loans--;
        bool wake = _loanRefused;
        _loanRefused = false;
        return wake;
    }

    private void WakeIf(bool wake)
    {
        if (wake)
        {
            Wake();
        }
    }
}
