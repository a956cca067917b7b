using System.Runtime.CompilerServices;
using Viaduct.Memory;

namespace Viaduct.Links;

/// <content>Memory that the program writes its messages in, and gives away with them.</content>
internal abstract partial class Outbox<T>
{
    /// <summary>All messages that were consumed.</summary>
    protected const int All = int.MaxValue;

    /// <summary>So many chunks are reclaimed behind a message, no more than the receiver's way to its answer hides.</summary>
    private const int AtOnce = 2;

    private readonly List<ChunkShare> _shares = [];
    private ChunkShare? _share;
    private int _maximumLoans;

    /// <summary>Loans that are neither sent nor ended.</summary>
    private int _loans;

    /// <summary>Somebody was refused a loan since the last one ended.</summary>
    private bool _loanRefused;

    /// <summary>The number of the last message when it was swept last.</summary>
    private ulong _swept;

    /// <summary>The next loan, got ready after the last one was sent, when the receiver has something to do: of the size of that one.</summary>
    private Loaned<T>? _ready;

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
            throw MessageTooLargeException.Of(Channel, size);
        }

        Gate.Enter();
        if (_ready is not { } ready || ready.Chunk.Size != ChunkPool.SizeFor(size) || _loans >= _maximumLoans || _completing || Links.Length == 0)
        {
            return TryLoanAndExit(size);
        }

        _ready = null;
        _loans++;
        ready.Length = size;
        Gate.Exit();
        return ready;
    }

    /// <summary>A method of its own, as all that may throw under the gate: the usual way has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Loaned<T>? TryLoanAndExit(int size)
    {
        try
        {
            ThrowIfEnded();
            DropReady();
            if (_loans >= _maximumLoans || TryRent(size) is not { } chunk)
            {
                NoteRefusal(true);
                _loanRefused = true;
                return null;
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

        Recycle(0, All);
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
        Recycle(ChunkPool.EnoughInFlight(size), AtOnce);
        return _share!.TryReady(size, out chunk);
    }

    private void DropReady()
    {
        if (_ready is { } ready)
        {
            _ready = null;
            ready.Chunk.Release();
            Spare(ready);
        }
    }

    private void Spare(Loaned<T> loan)
    {
        loan.Next = _spareLoan;
        _spareLoan = loan;
    }

    /// <summary>Memory for a message, waiting for it (negative: for ever). Null when the time is over.</summary>
    public Loaned<T>? Loan(int size, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryLoan(size) is { } loan)
        {
            return loan;
        }

        LoanAttempt<T> attempt = new(this, size);
        Finish(Block(ref attempt, timeout, cancellationToken), cancellationToken);
        return attempt.Loan;
    }

    /// <summary>Gives a loan more memory that its message outgrew.</summary>
    /// <exception cref="ObjectDisposedException">The loan has ended, maybe on another thread just now.</exception>
    public void Grow(Loaned<T> loan, uint ticket, int size)
    {
        Chunk larger = _share!.Rent(size);
        Gate.Enter();
        bool isTheirs = loan.Ticket == ticket;
        try
        {
            if (isTheirs)
            {
                loan.Grow(larger);
            }
        }
        finally
        {
            Gate.Exit();
        }

        if (!isTheirs)
        {
            larger.Release();
            loan.Check(ticket);
        }
    }

    /// <summary>Sets the length of a loan's message, for which there is room.</summary>
    /// <exception cref="ObjectDisposedException">The loan has ended, maybe on another thread just now.</exception>
    public void SetLength(Loaned<T> loan, uint ticket, int length)
    {
        Gate.Enter();
        try
        {
            // Otherwise it may be somebody else's by now.
            loan.Check(ticket);
            loan.Length = length;
        }
        finally
        {
            Gate.Exit();
        }
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
                Recycle(0, All);
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
    /// <param name="kept">How many they may keep.</param>
    /// <param name="most">How many are enough at once, of each lane.</param>
    protected abstract void Recycle(int kept, int most);

    /// <summary>Gives up memory that nobody need get any more. False when there is none. Under the gate.</summary>
    protected virtual bool TryGiveWay() => false;

    private bool EndUnderGate(Loaned<T> loan, bool gives)
    {
        loan.End(gives);
        Spare(loan);
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
