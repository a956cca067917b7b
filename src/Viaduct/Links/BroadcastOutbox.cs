namespace Viaduct.Links;

/// <summary>
/// Sends each message to every receiver through one ring with a cursor each: one for the subscribers of this process, one for
/// all others, pumps to other machines included, so that no subscriber costs another a copy. The subscribers' pages are read
/// only when the room that was found in them last is used up.
/// </summary>
internal sealed class BroadcastOutbox<T> : Outbox<T>
{
    /// <summary>Messages that each subscriber may be behind; a rendezvous needs one.</summary>
    private readonly ulong _limit;
    private readonly BroadcastLanes<T> _lanes;

    /// <summary>Raises that a subscriber missed messages; called under the gate, so it must not wait.</summary>
    public Action<LinkEnd, long>? MissedMessages { get; set; }

    /// <summary>Bells of those who may sleep.</summary>
    private Bell[] _bells = [];

    /// <summary>Whether somebody loses its oldest messages instead of being waited for.</summary>
    private bool _overtakes;

    /// <summary>Whether somebody is disconnected instead of waited for.</summary>
    private bool _disconnects;

    /// <summary>The sending side of a publisher.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="options">The socket's options.</param>
    /// <param name="format">How messages become bytes.</param>
    /// <param name="memory">Where the ring of records lies.</param>
    public BroadcastOutbox(ChannelSpec channel, SocketOptions options, MessageFormat<T> format, LaneMemory memory)
        : base(channel, options, format)
    {
        _limit = (ulong)Math.Max(1, channel.Capacity);
        _lanes = new BroadcastLanes<T>(channel, format, memory, ShareOf(memory.Chunks), _ => RefreshCredits());
    }

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
    public override ObjectLane<T> OpenObjectLane()
    {
        Gate.Enter();
        try
        {
            return _lanes.OpenObjects();
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public override RecordLane<T> OpenRecordLane(LaneMemory source)
    {
        Gate.Enter();
        try
        {
            return _lanes.OpenRecords();
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public override ulong Admit(Lane<T> lane, FullMode whenFull, int history)
    {
        base.Admit(lane, whenFull, history);
        int most = whenFull == FullMode.Latest ? Math.Min(1, Channel.History) : Channel.History;
        return _lanes.Admit(lane, Math.Min(history, most), Completed);
    }

    /// <inheritdoc/>
    public override void Abandon(Lane<T> lane)
    {
        // The lanes are shared: they go when the publisher is closed and the last session, or subscriber, has let go of them.
        Gate.Enter();
        bool free = _lanes.Release(lane) && IsClosed;
        Gate.Exit();
        if (free)
        {
            _lanes.Free(lane);
        }
    }

    /// <inheritdoc/>
    public override void Detach(LinkEnd end, string reason, bool lost)
    {
        SendLink<T> link = (SendLink<T>)end;
        Gate.Enter();
        try
        {
            if (link.IsGone || Array.IndexOf(Links, link) < 0)
            {
                return;
            }

            Remove(link);
        }
        finally
        {
            Gate.Exit();
        }

        PeerChanged?.Invoke(link, lost ? PeerState.Lost : PeerState.Left, ReasonOr(reason));
        Wake();
    }

    /// <inheritdoc/>
    internal override bool TryPut(in T message, bool handOver)
    {
        ThrowIfEnded();
        if (Credits <= 0 && !RefreshCredits() && !TryDisconnect(null, 0))
        {
            return false;
        }

        if (Channel.ByteCapacity > 0 && !BytesFit(message))
        {
            return false;
        }

        return TryPutOnLanes(message, handOver);
    }

    /// <inheritdoc/>
    protected override int TryPutMany(ReadOnlySpan<T> messages)
    {
        ThrowIfEnded();
        if (_overtakes || _disconnects || Channel.Capacity == 0 || Channel.ByteCapacity > 0 || (Credits <= 0 && !RefreshCredits()))
        {
            return 0;
        }

        // Of two lanes both or none would have to take each message.
        Lane<T>? lane = (_lanes.Objects, _lanes.Records) switch
        {
            (not null, null) => _lanes.ObjectLane,
            (null, not null) => _lanes.RecordLane,
            _ => null,
        };
        if (lane is null)
        {
            return 0;
        }

        int count = lane.TryPutMany(messages[..Math.Min(messages.Length, Credits)], Sequence + 1, out long bytes);
        if (count > 0)
        {
            Sequence += (ulong)count;
            BytesSent += bytes;
            RingAll();
        }

        return count;
    }

    /// <inheritdoc/>
    protected override bool HasRoom()
    {
        if (Channel.Capacity == 0)
        {
            return Array.TrueForAll(Links, static link => link.WhenFull != FullMode.Wait || link.IsWanted);
        }

        // Who would lose messages or be disconnected for a new one does not now: a look lets nothing go.
        return (RefreshCredits() || _disconnects) && HasRoom(_lanes.Objects) && HasRoom(_lanes.Records);
    }

    private bool HasRoom(BroadcastLane<T>? lane) =>
        lane is null || _disconnects || lane.CanDropOldest || (lane.HasRoom && (Channel.ByteCapacity == 0 || lane.Fits(LeastLength)));

    /// <inheritdoc/>
    internal override bool TryPublish(Rendezvous<T> meeting)
    {
        foreach (SendLink<T> link in Links)
        {
            if (link.WhenFull == FullMode.Wait && !(meeting.Insists ? link.RefreshTaken() == link.Sent : link.IsWanted))
            {
                return false;
            }
        }

        if (!RefreshCredits())
        {
            TryDisconnect(null, 0);
        }

        if (!TryPutOnLanes(meeting.Message, meeting.HandOver))
        {
            return false;
        }

        meeting.Sequence = Sequence;
        foreach (SendLink<T> link in Links)
        {
            if (link.WhenFull == FullMode.Wait)
            {
                meeting.Published(link, link.Sent - 1);
                return true;
            }
        }

        meeting.ReceivedByAll();
        return true;
    }

    /// <inheritdoc/>
    internal override bool CanRevoke => false;

    /// <inheritdoc/>
    internal override SendLink<T>? FindUntaken(SendLink<T> after)
    {
        foreach (SendLink<T> link in Links)
        {
            if (link.WhenFull == FullMode.Wait && link.RefreshTaken() < link.Sent && link.Sent > link.Joined)
            {
                return link;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    internal override bool TryFinish()
    {
        RefreshCredits();
        if (!Completed && Failure is null && !TryEndLanes())
        {
            return false;
        }

        return Array.TrueForAll(Links, link => link.WhenFull != FullMode.Wait || Unconsumed(link) == 0) && IsSent();
    }

    /// <inheritdoc/>
    protected override void EndLanes()
    {
        if (!Completed && Failure is null && !TryEndLanes())
        {
            // No room even for the end mark: the lanes' end is told by closing the links.
            Completed = true;
        }
    }

    /// <inheritdoc/>
    protected override void CloseLanes()
    {
        _lanes.FreeReleased();
    }

    /// <inheritdoc/>
    protected override void OnAttached(SendLink<T> link)
    {
        NoteUse();
        if (Completed)
        {
            link.Bell?.Ring();
        }
    }

    private void Remove(SendLink<T> link)
    {
        Links = Array.FindAll(Links, other => other != link);
        link.IsGone = true;
        MissedBefore += link.Missed;
        Credits = 0;
        NoteUse();
    }

    private void NoteUse()
    {
        _overtakes = Array.Exists(Links, static link => link.WhenFull is FullMode.DropOldest or FullMode.Latest);
        _disconnects = Array.Exists(Links, static link => link.WhenFull == FullMode.Disconnect);
        _bells = [.. Links.Select(static link => link.Bell).OfType<Bell>()];
        _lanes.NoteUse(Links, Completed);
        _lanes.Note(Links);
    }

    private bool TryPutOnLanes(in T message, bool handOver)
    {
        if (_overtakes)
        {
            _lanes.Reclaim(coming: 1);
        }

        // Both or none: room on the first lane is certain before the second is written.
        while (_lanes.Objects is { HasRoom: false } full)
        {
            if (!TryGiveWay(full))
            {
                return false;
            }
        }

        while (_lanes.Records is { } full && !_lanes.RecordLane!.TryPrepare(message, handOver))
        {
            if (!TryGiveWay(full))
            {
                return false;
            }
        }

        ulong sequence = Sequence + 1;
        ObjectLane<T>? objects = _lanes.Objects is null ? null : _lanes.ObjectLane;
        RecordLane<T>? records = _lanes.Records is null ? null : _lanes.RecordLane;
        try
        {
            objects?.TryPut(message, handOver, sequence, 1);
        }
        catch
        {
            records?.Cancel();
            throw;
        }

        records?.Commit(sequence, 1);
        Sequence = sequence;
        BytesSent += records?.LastLength ?? objects?.LastLength ?? 0;
        RingAll();
        return true;
    }

    private void RingAll()
    {
        foreach (Bell bell in _bells)
        {
            bell.Ring();
        }
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

    /// <inheritdoc/>
    protected override int CountChunks() => Math.Max(_lanes.ObjectLane?.ChunksHeld ?? 0, _lanes.RecordLane?.ChunksHeld ?? 0);

    /// <inheritdoc/>
    protected override void Recycle(int kept, int most)
    {
        if (CountChunks() > kept)
        {
            RefreshCredits();
        }
    }

    /// <summary>Reads the subscribers' pages, and frees what all are through with. False when one that is not to lose messages is full.</summary>
    private bool RefreshCredits()
    {
        _lanes.KeepHistory(Completed);
        ulong most = 0;
        foreach (SendLink<T> link in Links)
        {
            Refresh(link);
            if (link.WhenFull is FullMode.Wait or FullMode.Disconnect)
            {
                most = Math.Max(most, link.Counted);
            }
            else if (link.WhenFull == FullMode.DropOldest && link.TakeNewlyMissed() is > 0 and long missed)
            {
                MissedMessages?.Invoke(link, missed);
            }
        }

        _lanes.Note(Links);
        Credits = (int)(_limit - Math.Min(_limit, most));
        return Credits > 0;
    }

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
        string reason = $"it was disconnected as it asked: {link.Outstanding} messages were unconsumed";
        PeerChanged?.Invoke(link, PeerState.Left, reason);
        link.Closed?.Invoke(link, reason);
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

    private bool TryEndLanes()
    {
        if (!_lanes.TryEnd())
        {
            return false;
        }

        Completed = true;
        RingAll();
        return true;
    }
}
