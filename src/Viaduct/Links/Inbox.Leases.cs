using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <content>Messages that the program keeps for a while.</content>
internal sealed partial class Inbox<T>
{
    /// <summary>Ended leases, to be used again; each knows the link that it was of last, which none outlives (<see cref="CloseSoon"/>). Under the gate.</summary>
    private Leased<T>? _spareLease;

    /// <summary>How many messages may be leased at once.</summary>
    public int MaxLeases { get; init; } = int.MaxValue;

    /// <summary>Leases a message now if there is one; the fast path where the sender whose turn it is has one.</summary>
    /// <param name="leased">The lease.</param>
    /// <param name="waits">As of <see cref="TryTake"/>.</param>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    public TakeStatus TryLease(out Leased<T>? leased, bool waits = false)
    {
        Gate.Enter();
        ReceiveLink<T>[] links = _links;
        int turn = _turn;
        if ((uint)turn < (uint)links.Length && _returned is null && _spareLease is { } spare && links[turn] is { Lost: null } link && HeldLeases < MaxLeases)
        {
            Glance found = link.TryLeaseUsual(out spare.Received);
            if (found == Glance.Message)
            {
                _received++;
                _bytes += spare.Received.Length;
                _spareLease = spare.Next;
                spare.Next = null;
                PassTurn();
                Gate.Exit();
                leased = spare;
                return TakeStatus.Taken;
            }

            if (found == Glance.Nothing && links.Length == 1 && !_closed && !link.Completed && !(waits && link.IsUsedUp(Channel.Capacity)))
            {
                Gate.Exit();
                leased = null;
                return TakeStatus.Empty;
            }
        }

        return TryLeaseAndExit(out leased, waits);
    }

    /// <summary>A method of its own, as all that may throw under the gate: the fast path has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryLeaseAndExit(out Leased<T>? leased, bool waits)
    {
        leased = null;
        try
        {
            Leased<T> spare = _spareLease ??= new Leased<T>(this);
            TakeStatus status = TryTakeUnderGate(lease: true, waits, out spare.Received);
            if (status == TakeStatus.Taken)
            {
                Use(spare);
                leased = spare;
            }

            return status;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Leases a message, waiting until the time is over (negative: for ever).</summary>
    public TakeStatus Lease(out Leased<T>? leased, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TakeStatus status = TryLease(out leased);
        if (status != TakeStatus.Empty || (timeout == TimeSpan.Zero && Channel.Capacity != 0))
        {
            return status;
        }

        LeaseAttempt<T> attempt = new(this, forEver: timeout < TimeSpan.Zero);
        WaitResult result = Block(ref attempt, timeout, cancellationToken);
        leased = attempt.Leased;
        return result == WaitResult.Canceled ? throw new OperationCanceledException(cancellationToken) : attempt.Status;
    }

    /// <summary>Leases a message, awaiting it.</summary>
    public ValueTask<Lease<T>> LeaseAsync(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? ValueTask.FromCanceled<Lease<T>>(cancellationToken)
        : BlockAsync<LeaseAttempt<T>, Lease<T>>(new LeaseAttempt<T>(this, forEver: true), cancellationToken);

    /// <summary>Makes a lease of a message that was taken for one.</summary>
    public Leased<T> Keep(in Received<T> received)
    {
        Gate.Enter();
        try
        {
            Leased<T> leased = _spareLease ?? new Leased<T>(this);
            Use(leased);
            leased.Received = received;
            return leased;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Consumes a leased message and ends the lease. Does nothing when it has ended.</summary>
    public void Release(Leased<T> leased, uint ticket)
    {
        if (leased.Ticket != ticket)
        {
            return;
        }

        Gate.Enter();
        if (leased.Ticket != ticket || _gone.Length > 0 || !leased.Received.Link.TryConsumeUsual(leased.Received.Position))
        {
            ReleaseAndExit(leased, ticket);
            return;
        }

        ReceiveLink<T> link = leased.Received.Link;
        End(leased);
        if (!link.Bell.IsIdle)
        {
            RingAndExit(link);
            return;
        }

        Gate.Exit();
    }

    /// <inheritdoc cref="TryLeaseAndExit"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReleaseAndExit(Leased<T> leased, uint ticket)
    {
        try
        {
            if (leased.Ticket == ticket)
            {
                Received<T> received = leased.Received;
                End(leased);
                ReleaseUnderGate(received.Link, received.Position);
            }
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>A leased message is not wanted now: the next receive gets it again. Ends the lease.</summary>
    public void OfferAgain(Leased<T> leased, uint ticket)
    {
        Gate.Enter();
        try
        {
            if (leased.Ticket != ticket)
            {
                return;
            }

            OfferUnderGate(leased.Received);
            End(leased);
        }
        finally
        {
            Gate.Exit();
        }

        Wake();
    }

    /// <summary>One is spare no more. Where links were let go of while it was filled, none is.</summary>
    private void Use(Leased<T> spare)
    {
        if (ReferenceEquals(_spareLease, spare))
        {
            _spareLease = spare.Next;
        }

        spare.Next = null;
    }

    private void End(Leased<T> leased)
    {
        leased.End();
        if (!leased.Received.Link.IsClosed)
        {
            leased.Next = _spareLease;
            _spareLease = leased;
        }
    }

    /// <summary>Consumes a leased message. Later calls do nothing.</summary>
    public void Release(ReceiveLink<T> link, ulong position)
    {
        Gate.Enter();
        try
        {
            ReleaseUnderGate(link, position);
        }
        finally
        {
            Gate.Exit();
        }
    }

    private void ReleaseUnderGate(ReceiveLink<T> link, ulong position)
    {
        if (link.IsHeld(position))
        {
            link.Forget(position);
            link.Release(position);
            LetGo(link);
        }
    }

    /// <summary>A leased message is not wanted now: the next receive gets it again.</summary>
    public void OfferAgain(in Received<T> received)
    {
        Gate.Enter();
        try
        {
            OfferUnderGate(received);
        }
        finally
        {
            Gate.Exit();
        }

        Wake();
    }

    private void OfferUnderGate(in Received<T> received)
    {
        if (received.Link.IsHeld(received.Position))
        {
            (_returned ??= new Queue<Received<T>>()).Enqueue(received);
        }
    }

    /// <summary>Whether a leased message is still ours.</summary>
    public bool IsHeld(ReceiveLink<T> link, ulong position)
    {
        if (link.IsHeldForSure(position))
        {
            return true;
        }

        Gate.Enter();
        bool held = link.IsHeld(position);
        Gate.Exit();
        return held;
    }

    /// <summary>
    /// Whether who waits for a lease while all that can come is leased here already is told so instead. Not where others are known to end leases meanwhile, nor where
    /// senders don't wait for leases.
    /// </summary>
    public bool RefusesVainWaits { get; init; }

    /// <summary>Where nothing was found: throws when nothing can come before a lease of this receiver ends. Under the gate.</summary>
    private void RefuseVainWait()
    {
        if (RefusesVainWaits && CountUsedUp() is > 0 and int senders)
        {
            throw new LeaseLimitException(Channel.Name, Role, HeldLeases, senders, Channel.Capacity);
        }
    }

    /// <summary>How many senders are there, if none of them can send before a lease ends; otherwise 0.</summary>
    private int CountUsedUp()
    {
        int count = 0;
        foreach (ReceiveLink<T> link in _links)
        {
            if (link.Lost is not null || link.Completed)
            {
                continue;
            }

            if (!link.IsUsedUp(Channel.Capacity))
            {
                return 0;
            }

            count++;
        }

        return count;
    }
}
