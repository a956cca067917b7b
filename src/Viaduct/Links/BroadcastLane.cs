namespace Viaduct.Links;

/// <summary>
/// One of a publisher's rings with the cursors that read it: what must stay for them, and what stays for subscribers that come later.
/// Guarded by the publisher's gate.
/// </summary>
internal sealed class BroadcastLane<T>(Lane<T> lane, ChannelSpec channel)
{
    /// <summary>Nothing below was consumed by all who are to get every message; as far as was read last.</summary>
    private ulong _held = ulong.MaxValue;

    /// <summary>The same of those who may lose messages, but only for newer ones.</summary>
    private ulong _wanted = ulong.MaxValue;

    /// <summary>The ring.</summary>
    public Lane<T> Lane => lane;

    /// <summary>Whether messages are put here: somebody reads it, or it keeps the history.</summary>
    public bool InUse { get; private set; }

    /// <summary>Whether the end mark lies behind the last message. It stays there for whoever comes yet.</summary>
    public bool Ended { get; private set; }

    /// <summary>The position behind the last message.</summary>
    private ulong End => Ended ? lane.Sent - 1 : lane.Sent;

    /// <summary>Whether the ring's count of positions has room for one more.</summary>
    public bool HasRoom => lane.Sent - lane.First < (ulong)lane.Window;

    /// <summary>Whether only history and readers that may lose it keep the oldest message.</summary>
    public bool CanDropOldest => lane.First < Math.Min(_held, End);

    /// <summary>Where somebody begins who wants the last few messages first.</summary>
    public ulong StartOf(int wanted) => Math.Max(lane.First, StartBefore(wanted));

    /// <summary>Begins to be used: takes the history over from the lane that has it, and the end.</summary>
    public void Enter(BroadcastLane<T>? keeper, bool completed)
    {
        if (InUse)
        {
            return;
        }

        InUse = true;
        if (keeper is { InUse: true } && channel.History > 0)
        {
            for (ulong position = keeper.StartOf(channel.History); position < keeper.End; position++)
            {
                if (!TryCopy(keeper.Lane, position))
                {
                    // A history has no gaps: what can't be taken over ends it, and it begins anew behind.
                    lane.Reclaim(lane.Sent);
                }
            }
        }

        if (completed)
        {
            TryEnd();
        }
    }

    /// <summary>Nobody reads it, and the history is kept elsewhere.</summary>
    public void Leave()
    {
        InUse = false;
        Ended = false;
        lane.Reclaim(lane.Sent);
    }

    /// <summary>Puts the end mark behind the last message. False when there is no room.</summary>
    public bool TryEnd() => Ended || (Ended = lane.TryComplete());

    /// <summary>Takes over what the cursors' pages said when they were read last.</summary>
    public void Note(SendLink<T>[] links)
    {
        _held = _wanted = ulong.MaxValue;
        foreach (SendLink<T> link in links)
        {
            if (!ReferenceEquals(link.Lane, lane))
            {
                continue;
            }

            if (link.WhenFull is FullMode.Wait or FullMode.Disconnect)
            {
                _held = Math.Min(_held, link.Consumed);
            }
            else
            {
                _wanted = Math.Min(_wanted, link.Consumed);
            }
        }
    }

    /// <summary>Lets go of what nobody is to get any more.</summary>
    /// <param name="coming">Messages that are about to be put, before which readers lose as many of their oldest as must go.</param>
    /// <param name="most">How many are enough at once.</param>
    /// <returns>Whether there was anything.</returns>
    public bool Reclaim(int coming, int most)
    {
        ulong floor = Math.Min(_held, StartBefore(Math.Max(0, channel.History - coming)));
        if (_wanted < floor)
        {
            floor = Math.Min(floor, Math.Max(_wanted, StartBefore(channel.Kept - coming)));
        }

        ulong first = lane.First;
        lane.Reclaim(Math.Min(floor, first + (uint)most));
        return lane.First > first;
    }

    /// <summary>A lease that some reader keeps does not keep the memory of what all have consumed behind it. The history stays.</summary>
    public void ReleaseBeyond(SendLink<T>[] links)
    {
        if (lane.ChunksHeld <= 1 || !Array.Exists(links, static link => link.Released > link.Consumed))
        {
            return;
        }

        ulong end = StartBefore(channel.History);
        for (ulong position = lane.First; position < end; position++)
        {
            bool consumed = true;
            foreach (SendLink<T> link in links)
            {
                consumed &= !ReferenceEquals(link.Lane, lane) || position < link.Consumed || position < link.Start || link.IsReleased(position);
            }

            if (consumed)
            {
                lane.Release(position);
            }
        }
    }

    /// <summary>Lets the oldest message go where only history and readers that may lose it stand in the way of a new one.</summary>
    public bool TryDropOldest()
    {
        if (!CanDropOldest)
        {
            return false;
        }

        lane.Reclaim(lane.First + 1);
        return true;
    }

    /// <summary>Whether a message fits within the channel's bound on bytes.</summary>
    public bool Fits(int length) => lane.Bytes == 0 || lane.Bytes + length <= channel.ByteCapacity;

    private ulong StartBefore(int messages) => End - Math.Min(End, (ulong)messages);

    private bool TryCopy(Lane<T> source, ulong position)
    {
        try
        {
            source.TryRead(position, out T message, out ulong sequence, out _);
            while (!lane.TryPut(message, handOver: true, sequence, attempt: 1))
            {
                if (!TryDropOldest())
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A message that one distance takes and another does not (too large as bytes, say) can't be history there.
            return false;
        }
    }
}
