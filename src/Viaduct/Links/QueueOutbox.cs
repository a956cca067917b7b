namespace Viaduct.Links;

/// <summary>Sends each message to one receiver; what a receiver leaves behind goes to another.</summary>
internal partial class QueueOutbox<T>(
    ChannelSpec channel, SocketOptions options, MessageFormat<T> format, Distribution distribution, int maximumAttempts, Action<DeadLetter>? onDeadLetter, bool redelivers, int limit)
    : Outbox<T>(channel, options, format)
{
    /// <summary>Which link is asked first.</summary>
    private int _turn;

    /// <inheritdoc/>
    internal override bool TryPut(in T message, bool handOver)
    {
        if (Credits > 0 && OnlyLink is { IsEnding: false } only && only.Lane.TryPut(message, handOver, Sequence + 1, 1))
        {
            NoteSent(1, only.Lane.LastLength);
            only.Bell.Ring();
            return true;
        }

        return (Credits > 0 && !handOver && TryPutInTurn(message)) || TryPutSlowly(message, handOver);
    }

    /// <summary>Puts a message on the lane of the receiver whose turn it is, where that takes nothing but room on it. While there are <see cref="Outbox{T}.Credits"/>.</summary>
    private bool TryPutInTurn(in T message)
    {
        SendLink<T>[] links = _inTurn;
        int turn = _turn < links.Length ? _turn : 0;
        if (turn >= links.Length || links[turn] is not { IsEnding: false } link || !link.Lane.TryPutUsual(message, Sequence + 1))
        {
            return false;
        }

        Sequence++;
        NoteBytes(1, link.Lane.LastLength);
        LastLink = link;
        _turn = turn + 1;
        link.Bell.Ring();
        return true;
    }

    /// <summary>Puts a message on the lane to one certain receiver, if that is there and has room. It may be what that one needs to come to its end. Under the gate.</summary>
    internal bool TryPutTo(SendLink<T> link, in T message) =>
        Array.IndexOf(Links, link) >= 0 && !link.IsDying && TryPut(link, message, handOver: false, Sequence + 1, 1);

    /// <inheritdoc/>
    protected override int TryPutMany(ReadOnlySpan<T> messages)
    {
        if (Credits <= 0 || OnlyLink is not { IsEnding: false } only)
        {
            return 0;
        }

        int count = only.Lane.TryPutMany(messages[..Math.Min(messages.Length, Credits)], Sequence + 1, out long bytes);
        if (count > 0)
        {
            NoteSent(count, bytes);
            only.Bell.Ring();
        }

        return count;
    }

    private bool TryPutSlowly(in T message, bool handOver)
    {
        ThrowIfEnded();
        if (_orphans.Count != 0 && !TryRedeliver())
        {
            return false;
        }

        if (Credits <= 0 && !RefreshCredits())
        {
            return false;
        }

        if (Channel.ByteCapacity > 0 && !BytesFit(message))
        {
            return false;
        }

        SendLink<T>[] links = Active;
        ulong sequence = Sequence + 1;
        if (links.Length == 1)
        {
            return CanMeet(links[0]) && TryPut(links[0], message, handOver, sequence, 1);
        }

        if (links.Length == 0)
        {
            // The last one was lost while this looked for room.
            return false;
        }

        int first = distribution == Distribution.LeastLoaded ? LeastLoaded(links) : _turn;
        for (int i = 0; i < links.Length; i++)
        {
            int index = (first + i) % links.Length;
            if (CanMeet(links[index]) && TryPut(links[index], message, handOver, sequence, 1))
            {
                _turn = index + 1;
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    internal override bool TryPublish(Rendezvous<T> meeting)
    {
        if (_orphans.Count != 0 && !TryRedeliver())
        {
            return false;
        }

        SendLink<T>[] links = Links;
        for (int i = 0; i < links.Length; i++)
        {
            SendLink<T> link = links[(_turn + i) % links.Length];
            Refresh(link);

            if (!link.IsWanted && !(meeting.Insists && CanMeet(link)))
            {
                continue;
            }

            ulong sequence = meeting.Sequence == 0 ? Sequence + 1 : meeting.Sequence;
            link.Reclaim();
            if (TryPut(link, meeting.Message, meeting.HandOver, sequence, meeting.Attempt))
            {
                _turn = ((_turn + i) % links.Length) + 1;
                NotePublished(meeting.Sequence == 0 ? 1 : 0, link.Lane.LastLength);
                meeting.Sequence = sequence;
                meeting.Length = link.Lane.LastLength;
                meeting.Published(link, link.Sent - 1);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    internal override bool TryFinish()
    {
        if (Completed)
        {
            return IsSent();
        }

        if (_orphans.Count != 0)
        {
            TryRedeliver();
        }

        // Released is counted before Consumed moves, so the first may say "all" while a full window still keeps the end mark
        // out. The receiver's bell follows both.
        if (Outstanding != 0 || !Array.TrueForAll(Links, static link => link.Consumed == link.Sent))
        {
            return false;
        }

        EndLanes();
        return IsSent();
    }

    /// <inheritdoc/>
    protected override void EndLanes()
    {
        if (Completed || Failure is not null)
        {
            return;
        }

        Completed = true;
        foreach (SendLink<T> link in Links)
        {
            End(link);
        }
    }

    protected bool TryPut(SendLink<T> link, in T message, bool handOver, ulong sequence, int attempt)
    {
        Lane<T> lane = link.Lane;
        if (!ReferenceEquals(LastLink, link))
        {
            LastLink = link;
            if (OnlyLink is not null && !ReferenceEquals(OnlyLink, link))
            {
                // The short way leads to another, and does not say so each time.
                Credits = 0;
            }
        }

        if (!lane.TryPut(message, handOver, sequence, attempt))
        {
            if (!Refresh(link))
            {
                return false;
            }

            link.Reclaim();
            if (!lane.TryPut(message, handOver, sequence, attempt))
            {
                return false;
            }
        }

        bool isNew = sequence > Sequence;
        if (isNew)
        {
            Sequence = sequence;
        }
        else
        {
            Credits--;
        }

        NoteBytes(isNew ? 1 : 0, lane.LastLength);
        link.Bell.Ring();
        return true;
    }

    /// <summary>Of a rendezvous: with one receiver a message may wait at its door; with several it goes only to one that asks.</summary>
    private bool CanMeet(SendLink<T> link) => !link.IsEnding && IsWelcome(link);

    private bool IsWelcome(SendLink<T> link) =>
        Channel.Capacity != 0 || link.IsWanted || (Links.Length == 1 && link.RefreshTaken() == link.Sent);
}
