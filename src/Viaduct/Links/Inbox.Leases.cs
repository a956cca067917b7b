using System.Runtime.CompilerServices;

namespace Viaduct.Links;

/// <content>Messages that the program keeps for a while.</content>
internal sealed partial class Inbox<T>
{
    /// <summary>Ended leases, to be used again. Under the gate.</summary>
    private Leased<T>? _spareLease;

    /// <summary>Leases a message now if there is one; the fast path where there is one sender.</summary>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    public TakeStatus TryLease(out Leased<T>? leased)
    {
        Gate.Enter();
        ReceiveLink<T>[] links = _links;
        if (links.Length == 1 && _returned is null && _spareLease is { } spare && links[0] is { Lost: null } link)
        {
            Glance found = link.TryLeaseUsual(out spare.Received);
            if (found == Glance.Message)
            {
                _received++;
                _bytes += spare.Received.Length;
                _spareLease = spare.Next;
                Gate.Exit();
                leased = spare;
                return TakeStatus.Taken;
            }

            if (found == Glance.Nothing && !_closed && !link.Completed)
            {
                Gate.Exit();
                leased = null;
                return TakeStatus.Empty;
            }
        }

        return TryLeaseAndExit(out leased);
    }

    /// <summary>A method of its own, as all that may throw under the gate: the fast path has nothing to clean up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TakeStatus TryLeaseAndExit(out Leased<T>? leased)
    {
        leased = null;
        try
        {
            Leased<T> spare = _spareLease ??= new Leased<T>(this);
            TakeStatus status = TryTakeUnderGate(lease: true, out spare.Received);
            if (status == TakeStatus.Taken)
            {
                _spareLease = spare.Next;
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
            _spareLease = leased.Next;
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
        if (leased.Ticket != ticket || _leased.Length > 0 || !leased.Received.Link.TryConsumeUsual(leased.Received.Position))
        {
            ReleaseAndExit(leased, ticket);
            return;
        }

        Bell? bell = leased.Received.Link.Bell;
        End(leased);
        if (bell is not null)
        {
            RingAndExit(bell);
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

    private void End(Leased<T> leased)
    {
        leased.End();
        leased.Next = _spareLease;
        _spareLease = leased;
    }

    /// <summary>
    /// Whether who waits for a lease while all that can come is leased here already is told so instead. Not where others are known to end leases meanwhile, nor where
    /// senders don't wait for leases.
    /// </summary>
    public bool RefusesVainWaits { get; init; }

    /// <summary>To be asked where nothing was found: throws when nothing can come before a lease of this receiver ends.</summary>
    /// <exception cref="LeaseLimitException">Each sender has as many messages leased here as it may have out.</exception>
    public void RefuseVainWait()
    {
        if (RefusesVainWaits && Leased >= Channel.Capacity && CountUsedUp() is > 0 and int senders)
        {
            throw new LeaseLimitException(Channel.Name, Role, Leased, senders, Channel.Capacity);
        }
    }

    /// <summary>How many senders are there, if none of them can send before a lease ends; otherwise 0.</summary>
    private int CountUsedUp()
    {
        int count = 0;
        Gate.Enter();
        try
        {
            if (_returned is { Count: > 0 })
            {
                // Somebody has just offered one again.
                return 0;
            }

            foreach (ReceiveLink<T> link in _links)
            {
                if (link.Lost is not null || link.Completed)
                {
                    continue;
                }

                if (!link.IsUsedUp(Channel.Capacity, Math.Min(History, Channel.History)))
                {
                    return 0;
                }

                count++;
            }
        }
        finally
        {
            Gate.Exit();
        }

        return count;
    }
}
