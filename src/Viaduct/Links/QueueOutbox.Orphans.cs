using System.Runtime.InteropServices;

namespace Viaduct.Links;

/// <content>What lost receivers had not consumed: it goes to others, before new messages.</content>
internal partial class QueueOutbox<T>
{
    private readonly Queue<OrphanedMessage<T>> _orphans = new();

    /// <summary>Orphans given to others since the last report.</summary>
    private long _rescued;

    /// <summary>
    /// Which of the messages that a lost receiver had not consumed go to another, where these are not all. Called under the gate with a message, which stays the outbox's own,
    /// and whether it may have been received after all. The others are dropped, and counted by whoever says so.
    /// </summary>
    public Func<T, bool, bool>? PassesOn { get; init; }

    /// <summary>Called under the gate, once all that lost receivers left behind has gone to others, with how many that were.</summary>
    public Action<long>? OnRedelivered { get; init; }

    /// <summary>Gives waiting orphans to receivers; called when links come and go.</summary>
    public void Redeliver()
    {
        List<DeadLetter>? dead = null;
        Gate.Enter();
        try
        {
            RedeliverUnderGate(ref dead);
        }
        finally
        {
            Gate.Exit();
        }

        Report(dead);
    }

    /// <inheritdoc/>
    protected override void DropOrphans()
    {
        while (_orphans.Count > 0)
        {
            Dequeue();
        }
    }

    /// <summary>Takes over what a receiver left. False when it left nothing, so that its lane is free.</summary>
    private bool Inherit(SendLink<T> link, bool lost)
    {
        RefreshLast(link);

        bool isInDoubt = !link.IsLastWord(lost);
        ulong end = Channel.Capacity == 0 ? link.RefreshTaken() : Completed ? link.Sent - 1 : link.Sent;
        int before = _orphans.Count;
        for (ulong position = link.Consumed; position < end; position++)
        {
            if (link.Lane.IsFreed(position) || link.IsReleased(position) || link.WasGivenBack(position))
            {
                continue;
            }

            var orphan = new OrphanedMessage<T>(link.Lane, position, link);
            if (!redelivers)
            {
                DeadLettered++;
            }
            else if (MayPassOn(orphan, isInDoubt))
            {
                _orphans.Enqueue(orphan);
            }
        }

        return _orphans.Count > before;
    }

    /// <summary>What it took before it was let go of is not given to others, also where that was for a fault which has nothing to do with its page.</summary>
    private static void RefreshLast(SendLink<T> link)
    {
        try
        {
            link.Refresh();
        }
        catch (ProtocolViolationException)
        {
            // It was that: what the page said before stands.
        }
    }

    private bool MayPassOn(in OrphanedMessage<T> orphan, bool isInDoubt)
    {
        if (PassesOn is not { } passesOn)
        {
            return true;
        }

        if (!TryReadOrphan(orphan, out T message, out _, out _))
        {
            return false;
        }

        bool passes = passesOn(message, isInDoubt);
        DropCopy(orphan, message);
        return passes;
    }

    /// <summary>What was read of records is a copy, and not the one that is sent on.</summary>
    private void DropCopy(in OrphanedMessage<T> orphan, in T message)
    {
        if (orphan.Lane is RecordLane<T>)
        {
            Format.Drop(message);
        }
    }

    private bool TryRedeliver()
    {
        List<DeadLetter>? dead = null;
        bool none = RedeliverUnderGate(ref dead);
        ReportLater(dead);
        return none;
    }

    /// <summary>True when no orphan is left.</summary>
    private bool RedeliverUnderGate(ref List<DeadLetter>? dead)
    {
        while (_orphans.TryPeek(out OrphanedMessage<T>? orphan))
        {
            if (!TryReadOrphan(orphan, out T message, out ulong sequence, out int attempt))
            {
                Dequeue();
                continue;
            }

            if (attempt >= maximumAttempts)
            {
                (dead ??= []).Add(new DeadLetter(Channel.Name, sequence, attempt, message));
                DeadLettered++;
                Dequeue();
                continue;
            }

            DropCopy(orphan, message);
            if (!TryForward(orphan))
            {
                return false;
            }

            Redelivered++;
            _rescued++;
            Dequeue();
        }

        if (_rescued > 0)
        {
            OnRedelivered?.Invoke(_rescued);
            _rescued = 0;
        }

        return true;
    }

    private bool TryReadOrphan(OrphanedMessage<T> orphan, out T message, out ulong sequence, out int attempt)
    {
        try
        {
            return orphan.Lane.TryRead(orphan.Position, out message, out sequence, out attempt);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A codec that can't read what it wrote: nobody could receive it. It must not stop the messages behind it.
            (message, sequence, attempt) = (default!, 0, 0);
            DeadLettered++;
            return false;
        }
    }

    private bool TryForward(OrphanedMessage<T> orphan)
    {
        SendLink<T>[] links = Links;
        for (int i = 0; i < links.Length; i++)
        {
            int index = (_turn + i) % links.Length;
            if (links[index].IsEnding || !Refresh(links[index]))
            {
                continue;
            }

            links[index].Reclaim();
            if (orphan.Lane.TryForward(orphan.Position, links[index].Lane))
            {
                _turn = index + 1;
                Credits = 0;

                // Of calls only those without an answer are given to another so.
                links[index].FirstUnanswered ??= links[index].Sent - 1;

                // It was given, and must not be given once more: whatever the bell does, it throws nothing here.
                links[index].Ring();
                return true;
            }
        }

        return false;
    }

    private void Dequeue()
    {
        OrphanedMessage<T> done = _orphans.Dequeue();
        if (!_orphans.TryPeek(out OrphanedMessage<T>? next) || next.Lane != done.Lane)
        {
            Free(done.Lane);
        }
    }

    /// <summary>Reports outside the gate that the caller holds.</summary>
    private void ReportLater(List<DeadLetter>? letters)
    {
        if (letters is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(Report, letters, preferLocal: false);
        }
    }

    private void Report(List<DeadLetter>? letters)
    {
        foreach (DeadLetter letter in CollectionsMarshal.AsSpan(letters))
        {
            onDeadLetter?.Invoke(letter);
        }
    }
}
