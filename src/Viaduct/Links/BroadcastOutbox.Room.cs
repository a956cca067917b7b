namespace Viaduct.Links;

/// <content>How much room there is, and who makes some where there is none.</content>
internal sealed partial class BroadcastOutbox<T>
{
    /// <inheritdoc/>
    public override long Outstanding
    {
        get
        {
            long most = 0;
            foreach (SendLink<T> link in Links)
            {
                Refresh(link);
                most = Math.Max(most, Unconsumed(link));
            }

            return most;
        }
    }

    /// <inheritdoc/>
    protected override bool HasRoom()
    {
        if (Channel.Capacity == 0)
        {
            return Array.TrueForAll(Links, static link => link.WhenFull != FullMode.Wait || link.IsWanted);
        }

        // Who would lose messages or be disconnected for a new one does not now: a look lets nothing go.
        return (RefreshCredits() || (_disconnects && !IsWaitedFor(null))) && HasRoom(_lanes.Objects) && HasRoom(_lanes.Records);
    }

    private bool HasRoom(BroadcastLane<T>? lane) =>
        lane is null || lane.CanDropOldest || (lane.HasRoom && (Channel.ByteCapacity == 0 || lane.Fits(LeastLength))) || (_disconnects && !IsWaitedFor(lane.Lane));

    /// <summary>Whether somebody who is waited for is full or, of a lane, keeps what is oldest there: then disconnecting others gives no room.</summary>
    private bool IsWaitedFor(Lane<T>? lane)
    {
        foreach (SendLink<T> link in Links)
        {
            if (link.WhenFull == FullMode.Wait && (lane is null ? link.Counted >= _limit : ReferenceEquals(link.Lane, lane) && link.Consumed <= lane.First))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads the subscribers' pages, and frees what all are through with, or no more than so many messages of each lane. False when one that is not to lose messages is full.
    /// </summary>
    private bool RefreshCredits(int most = All)
    {
        _lanes.KeepHistory(Completed);
        ulong behind = 0;
        foreach (SendLink<T> link in Links)
        {
            Refresh(link);
            if (link.WhenFull is FullMode.Wait or FullMode.Disconnect)
            {
                behind = Math.Max(behind, link.Counted);
            }
            else if (link.WhenFull == FullMode.DropOldest && link.TakeNewlyMissed() is > 0 and long missed)
            {
                MissedMessages?.Invoke(link, missed);
            }
        }

        _lanes.Note(Links, most);
        Credits = (int)(_limit - Math.Min(_limit, behind));
        return Credits > 0;
    }

    private bool BytesFit(in T message)
    {
        int length = Format.Measure(message);
        return Fits(_lanes.Objects, length) & Fits(_lanes.Records, length);
    }

    private bool Fits(BroadcastLane<T>? lane, int length)
    {
        while (lane is { InUse: true } && !lane.Fits(length))
        {
            if (!TryGiveWay(lane))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Where places or bytes are short: what all are through with goes; then history and what may be overtaken, the oldest first; then who
    /// is rather disconnected than waited for. False when somebody who is waited for has what is short.
    /// </summary>
    private bool TryGiveWay(BroadcastLane<T> lane)
    {
        ulong first = lane.Lane.First;
        RefreshCredits();
        return lane.Lane.First > first || lane.TryDropOldest() || TryDisconnect(lane.Lane, first);
    }

    /// <inheritdoc/>
    protected override bool TryGiveWay() =>
        (_lanes.Objects is { Lane.ChunksHeld: > 0 } objects && TryGiveWay(objects)) || (_lanes.Records is { Lane.ChunksHeld: > 0 } records && TryGiveWay(records));

    /// <summary>Lets go of those who asked for it when they are full, or keep what is oldest on a lane. False when that gives no room.</summary>
    private bool TryDisconnect(Lane<T>? lane, ulong oldest)
    {
        if (!_disconnects)
        {
            return false;
        }

        int before = Links.Length;
        foreach (SendLink<T> link in Links)
        {
            if (link.WhenFull == FullMode.Disconnect && (link.Counted >= _limit || (ReferenceEquals(link.Lane, lane) && link.Consumed <= oldest)))
            {
                Remove(link);
                ThreadPool.UnsafeQueueUserWorkItem(Disconnect, link, preferLocal: false);
            }
        }

        return Links.Length < before && RefreshCredits();
    }

    private void Disconnect(SendLink<T> link)
    {
        string reason = link.Fault?.Message ?? $"it was disconnected as it asked: {link.Outstanding} messages were unconsumed";
        TellGone(link, reason, lost: false);
        link.Closed?.Invoke(link, reason);
    }

    /// <inheritdoc/>
    protected override int CountChunks() => Math.Max(_lanes.ObjectLane?.ChunksHeld ?? 0, _lanes.RecordLane?.ChunksHeld ?? 0);

    /// <inheritdoc/>
    protected override void Recycle(int kept, int most)
    {
        // What is known to be consumed comes first, where that is enough: the subscribers' pages are their own as long as nobody looks there.
        if (CountChunks() > kept && (most == All || !_lanes.Reclaim(coming: 0, most)))
        {
            RefreshCredits(most);
        }
    }
}
