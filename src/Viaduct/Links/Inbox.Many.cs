namespace Viaduct.Links;

/// <summary>Looking without taking, and taking many at once.</summary>
internal sealed partial class Inbox<T>
{
    /// <summary>
    /// What <see cref="TryTake"/> would find now, without taking it: <see cref="TakeStatus.Taken"/> for a message or an error. Senders that
    /// left in order are let go of, as it does.
    /// </summary>
    public TakeStatus Look()
    {
        Gate.Enter();
        try
        {
            if (_closed || _postponed is { Count: > 0 } || _returned is { Count: > 0 })
            {
                return TakeStatus.Taken;
            }

            foreach (ReceiveLink<T> link in _links)
            {
                // Read before looking: what a lost sender had published is visible by then, so "nothing" is final.
                Exception? lost = link.Lost;
                if (link.HasNext() || (lost is not null and not ChannelCompletedException && !link.Completed))
                {
                    return TakeStatus.Taken;
                }

                if (lost is not null)
                {
                    Remove(link);
                    _someCompleted = true;
                }
            }

            return _links.Length == 0 && _refusal is not null ? TakeStatus.Taken : OnNothing();
        }
        catch (ProtocolViolationException)
        {
            // Who takes finds it again, and breaks the link.
            return TakeStatus.Taken;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Takes and consumes what messages there are, as many as fit.</summary>
    /// <inheritdoc cref="TryTake" path="/exception"/>
    public int TryReceiveMany(Span<T> messages) => TryReceiveMore(messages, 0);

    /// <summary>Adds what there is to messages that were received already. An error that comes behind some is thrown by the next receive.</summary>
    public int TryReceiveMore(Span<T> messages, int count)
    {
        try
        {
            count += TryReceiveUsual(messages[count..], out _);
            while (count < messages.Length && TryReceive(out messages[count]) == TakeStatus.Taken)
            {
                count++;
                count += TryReceiveUsual(messages[count..], out _);
            }
        }
        catch (Exception error) when (count > 0)
        {
            // Keeps receives from the path on which it is not looked for.
            Gate.Enter();
            _returned ??= new Queue<Received<T>>();
            (_postponed ??= new Queue<Exception>()).Enqueue(error);
            Gate.Exit();

            // Who waits may have looked after it was found and before it was put there.
            Wake();
        }

        return count;
    }

    /// <summary>Takes and consumes what lies there of the sender whose turn it is, with nothing else to look at; possibly nothing.</summary>
    /// <param name="messages">Messages that may be used again, or none; then the messages.</param>
    /// <param name="from">The link that they came on; null where there are none.</param>
    public int TryReceiveUsual(Span<T> messages, out ReceiveLink? from)
    {
        from = null;
        Gate.Enter();
        try
        {
            if ((uint)_turn >= (uint)_links.Length || _links[_turn] is not { Lost: null } link || _returned is not null)
            {
                return 0;
            }

            int count = link.TryReceiveUsual(messages, out long bytes);
            if (count > 0)
            {
                _received += count;
                _bytes += bytes;
                from = link;
                PassTurn();
            }

            return count;
        }
        finally
        {
            Gate.Exit();
        }
    }
}
