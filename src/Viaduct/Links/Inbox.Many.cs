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

    /// <summary>
    /// Called by who is about to wait for many messages: where few had come the last time, lets their sender run ahead if that has been found to bring more (decision 0018). Who takes what there is, and finds a
    /// little each time, is as much in its sender's way as who waits for each message.
    /// </summary>
    public void BeginMany()
    {
        if (_fewCame)
        {
            LetRunAhead();
        }
    }

    /// <summary>Adds what there is to messages that were received already. An error that comes behind some is thrown by the next receive.</summary>
    public int TryReceiveMore(Span<T> messages, int count)
    {
        // A sender's messages that lie together are taken together: what comes behind one that was taken alone belongs to its turn.
        bool again = count > 0;
        _fewCame = false;
        try
        {
            while (count < messages.Length)
            {
                int more = TryReceiveUsual(messages[count..], again, out _, out bool isLast);
                if (isLast)
                {
                    // Who asks on and on finds each message as it is written, and slows its sender down.
                    count += more;
                    _fewCame = 2 * count < messages.Length;
                    break;
                }

                again = more == 0;
                if (again)
                {
                    if (TryReceive(out messages[count]) != TakeStatus.Taken)
                    {
                        break;
                    }

                    more = 1;
                }

                count += more;
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

    /// <summary>Takes and consumes what lies there of the sender whose turn it is, or of the next that has something, where there is nothing else to look at; possibly nothing.</summary>
    /// <param name="messages">Messages that may be used again, or none; then the messages.</param>
    /// <param name="again">Whether it is still the turn of who had the last one.</param>
    /// <param name="from">The link that they came on; null where there are none.</param>
    /// <param name="isLast">Whether there is one sender, and there was nothing behind them.</param>
    public int TryReceiveUsual(Span<T> messages, bool again, out ReceiveLink? from, out bool isLast)
    {
        from = null;
        isLast = false;
        Gate.Enter();
        try
        {
            ReceiveLink<T>[] links = _returned is null ? _links : [];
            int index = again ? _turn - 1 + links.Length : _turn;
            for (int left = links.Length; left > 0; left--, index++)
            {
                index = index < links.Length ? index : index - links.Length;
                ReceiveLink<T> link = links[index];
                if (link.Lost is not null)
                {
                    break;
                }

                if (link.TryReceiveUsual(messages, out long bytes) is > 0 and int count)
                {
                    _turn = index;
                    PassTurn();
                    _received += count;
                    _bytes += bytes;
                    from = link;
                    isLast = links.Length == 1 && count < messages.Length && link.HasNothing;
                    return count;
                }
            }

            return 0;
        }
        finally
        {
            Gate.Exit();
        }
    }
}
