namespace Viaduct.Links;

/// <content>Subscribers that come and go, on lanes that they share.</content>
internal sealed partial class BroadcastOutbox<T>
{
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
        // Another lane may be in use from now on: see NoteUse, which comes next unless adding the link fails.
        GoShortWay(null, Bell.Silent, null);
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

        TellGone(link, reason, lost);
        Wake();
    }

    /// <inheritdoc/>
    protected override void OnAttached(SendLink<T> link)
    {
        NoteUse();
        if (Completed)
        {
            link.Bell.Ring();
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
        _bell = Bells.Of([.. Links.Select(static link => link.Bell).Where(static bell => bell != Bell.Silent)]);
        _lanes.NoteUse(Links, Completed);
        _lanes.Note(Links);
        bool isUsual = Links.Length > 0 && !_overtakes && !_disconnects && Channel is { Capacity: > 0, ByteCapacity: 0 };
        GoShortWay(isUsual ? _lanes.Single : null, _bell, null);
    }
}
