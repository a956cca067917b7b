namespace Viaduct.Links;

/// <content>The closer look: at every sender in turn, at what was given back, and at what ends.</content>
internal sealed partial class Inbox<T>
{
    /// <summary>Takes a message now if there is one.</summary>
    /// <param name="lease">Whether it is consumed later.</param>
    /// <param name="received">The message.</param>
    /// <param name="waits">Whether the caller waits for one, however long: see <see cref="RefusesVainWaits"/>.</param>
    /// <exception cref="PeerLostException">A sender was lost, and all that it had published was received.</exception>
    /// <exception cref="LeaseLimitException"><see cref="MaxLeases"/> are held, or the caller would wait in vain.</exception>
    public TakeStatus TryTake(bool lease, out Received<T> received, bool waits = false)
    {
        Gate.Enter();
        try
        {
            return TryTakeUnderGate(lease, waits, out received);
        }
        finally
        {
            Gate.Exit();
        }
    }

    private TakeStatus TryTakeUnderGate(bool lease, bool waits, out Received<T> received)
    {
        TakeStatus status = TryTakeUnderGate(lease, out received);
        if (status == TakeStatus.Empty && waits)
        {
            RefuseVainWait();
        }

        return status;
    }

    private TakeStatus TryTakeUnderGate(bool lease, out Received<T> received)
    {
        if (_postponed is { Count: > 0 } postponed)
        {
            throw postponed.Dequeue();
        }

        try
        {
            if (_returned is not null && TryTakeReturned(lease, out received))
            {
                return TakeStatus.Taken;
            }

            // At each look: who waits is told, too, when another thread takes the last that may be held.
            if (lease && HeldLeases is var held && held >= MaxLeases)
            {
                throw new LeaseLimitException(Channel.Name, Role, held, MaxLeases);
            }

            ReceiveLink<T>[] links = _links;
            if (links.Length == 1 && links[0].Lost is null)
            {
                _turn = 0;
                if (links[0].TryTake(lease, out received))
                {
                    _received++;
                    _bytes += received.Length;
                    return TakeStatus.Taken;
                }

                return _closed || links[0].Completed ? OnNothing() : TakeStatus.Empty;
            }

            int first = _turn;
            int index = first;
            for (int left = links.Length; left > 0; left--)
            {
                index = index < links.Length ? index : 0;
                ReceiveLink<T> link = links[index];
                _turn = index;

                // Read before looking: what a lost sender had published is visible by then, so "nothing" is final.
                Exception? lost = link.Lost;
                if (TryTakeTurn(link, lease, out received))
                {
                    PassTurn();
                    _received++;
                    _bytes += received.Length;
                    return TakeStatus.Taken;
                }

                if (lost is not null)
                {
                    Remove(link);
                    if (lost is not ChannelCompletedException && !link.Completed)
                    {
                        throw lost;
                    }

                    // Whoever waits may have been woken for several of them, and is not woken again: the others are looked at now.
                    _someCompleted = true;
                    links = _links;
                }
                else
                {
                    index++;
                }
            }

            _turn = first < links.Length ? first : 0;
            received = default;
            return OnNothing();
        }
        catch (ProtocolViolationException error)
        {
            Break(error);
            throw;
        }
    }

    /// <summary>
    /// Takes the next message of the sender whose turn it is. What can't be decoded was its turn, too: the others need not wait until it sends something better.
    /// </summary>
    private bool TryTakeTurn(ReceiveLink<T> link, bool lease, out Received<T> received)
    {
        bool taken;
        try
        {
            taken = link.TryTake(lease, out received);
        }
        catch (Exception error) when (error is not ProtocolViolationException)
        {
            if (link.IsEndless)
            {
                received = default;
                throw Endless(link);
            }

            PassTurn();
            throw;
        }

        if (!taken || !link.IsEndless)
        {
            return taken;
        }

        link.Forget(received.Position);
        link.Release(received.Position);
        link.NoteHandedOn(1);
        received = default;
        throw Endless(link);
    }

    private static ProtocolViolationException Endless(ReceiveLink<T> link) => new(
        $"The sender was lost, and left more messages than its ring of {link.Window} can hold: they lead back to their own beginning. The link is closed; the sender was faulty or hostile.");

    private bool TryTakeReturned(bool lease, out Received<T> received)
    {
        while (_returned!.TryDequeue(out received))
        {
            if (!received.Link.IsHeld(received.Position))
            {
                continue;
            }

            if (!lease)
            {
                // What was leased may be the record's own memory.
                received.Value = Format.WantsMemory ? Format.Clone(received.Value, out _) : received.Value;
                received.Link.Forget(received.Position);
                received.Link.Release(received.Position);
                LetGo(received.Link);
            }

            return true;
        }

        _returned = null;
        return false;
    }

    private TakeStatus OnNothing()
    {
        Disposed.ThrowIf(_closed, Role, Channel.Name);
        bool all = _links.Length > 0 || _someCompleted;
        foreach (ReceiveLink<T> link in _links)
        {
            all &= link.Completed;
            if (link.Completed && !link.CompletionTold)
            {
                link.CompletionTold = true;
                _someCompleted = true;
                PeerChanged?.Invoke(link, PeerState.Completed, "it has no more messages");
            }
        }

        if (_links.Length == 0 && _refusal is { } refusal)
        {
            throw refusal;
        }

        return all && _someCompleted ? TakeStatus.Ended : TakeStatus.Empty;
    }
}
