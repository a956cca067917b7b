using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>
/// Sends each message to every receiver through one ring with a cursor each: one for the subscribers of this process, one for
/// all others, pumps to other machines included, so that no subscriber costs another a copy.
/// </summary>
internal sealed class BroadcastOutbox<T>(ChannelSpec channel, SocketOptions options, MessageFormat<T> format)
    : Outbox<T>(channel, options, format)
{
    /// <summary>Positions that each subscriber may be behind; a rendezvous needs one.</summary>
    private readonly int _limit = Math.Max(1, channel.Capacity);

    /// <summary>Raises that a subscriber missed messages; called under the gate, so it must not wait.</summary>
    public Action<LinkEnd, long>? MissedMessages { get; set; }

    private ObjectLane<T>? _objects;
    private RecordLane<T>? _records;
    private LaneMemory? _memory;

    /// <summary>Sessions that refer to the lane of records.</summary>
    private int _users;

    /// <summary>Subscribers of this process that refer to the lane of objects.</summary>
    private int _objectUsers;

    private bool _usesObjects;
    private bool _usesRecords;
    private bool _objectsEnded;
    private bool _recordsEnded;

    /// <summary>Whether somebody drops or is disconnected instead of waited for.</summary>
    private bool _overtakes;

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
            _objects ??= new ObjectLane<T>(new ObjectRing<T>(Channel.Capacity), Format, Channel);
            _objectUsers++;
            return _objects;
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
            if (_records is null)
            {
                _memory = source;
                int size = RecordRing.SizeFor(Channel.Capacity, Format.FixedSize);
                _records = new RecordLane<T>(
                    new RecordRing(source.Rings.Allocate(SenderPage.Size), source.Rings.Allocate(size), size, RecordRing.WindowFor(Channel.Capacity), ShareOf(source.Chunks)) { Recycle = _ => RefreshCredits(), CountsBytes = Channel.ByteCapacity > 0 },
                    Format,
                    Channel);
            }

            _users++;
            return _records;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public override void AllowOvertaking(Lane<T> lane)
    {
        _overtakes = true;
        base.AllowOvertaking(lane);
    }

    /// <inheritdoc/>
    public override void Abandon(Lane<T> lane)
    {
        // The lanes are shared: they go when the publisher is closed and the last session, or subscriber, has let go of them.
        Gate.Enter();
        bool records = ReferenceEquals(lane, _records) && --_users == 0 && IsClosed;
        bool objects = ReferenceEquals(lane, _objects) && --_objectUsers == 0 && IsClosed;
        Gate.Exit();
        if (records)
        {
            FreeRecords();
        }

        if (objects)
        {
            _objects!.Close();
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
        if (Credits <= 0 && !RefreshCredits())
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
    internal override bool TryPublish(Rendezvous<T> meeting)
    {
        foreach (SendLink<T> link in Links)
        {
            if (link.WhenFull == FullMode.Wait && !(meeting.Insists ? link.RefreshTaken() == link.Sent : link.IsWanted))
            {
                return false;
            }
        }

        RefreshCredits();
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
            if (link.WhenFull == FullMode.Wait && link.RefreshTaken() < link.Sent && link.Sent > link.Start)
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
        if (!Completed && !TryEndLanes())
        {
            return false;
        }

        return Array.TrueForAll(Links, link => link.WhenFull != FullMode.Wait || Unconsumed(link) == 0) && EndIsSent();
    }

    /// <inheritdoc/>
    protected override void EndLanes()
    {
        if (!Completed && !TryEndLanes())
        {
            // No room even for the end mark: the lanes' end is told by closing the links.
            Completed = true;
        }
    }

    /// <inheritdoc/>
    protected override void CloseLanes()
    {
        if (Volatile.Read(ref _users) == 0)
        {
            FreeRecords();
        }
    }

    /// <inheritdoc/>
    protected override void OnAttached(SendLink<T> link)
    {
        NoteUse();
        if (Completed)
        {
            link.Lane.TryComplete();
            link.Bell?.Ring();
        }
    }

    /// <inheritdoc/>
    protected override int CountChunks() => Math.Max(_objects?.ChunksHeld ?? 0, _records?.ChunksHeld ?? 0);

    /// <inheritdoc/>
    protected override void Recycle(int kept)
    {
        if (CountChunks() > kept)
        {
            RefreshCredits();
        }
    }

    private void FreeRecords()
    {
        if (Interlocked.Exchange(ref _memory, null) is { } memory)
        {
            _records!.Close();
            memory.Rings.Free(_records.Ring.Ring);
            memory.Rings.Free(_records.Ring.Page);
        }
    }

    private void Remove(SendLink<T> link)
    {
        Links = Array.FindAll(Links, other => other != link);
        link.IsGone = true;
        MissedBefore += link.Missed;
        Credits = 0;
        NoteUse();

        // What it alone had not consumed comes back now: the next message may be long in coming.
        Reclaim(_objects);
        Reclaim(_records);
    }

    private bool TryPutOnLanes(in T message, bool handOver)
    {
        if (_overtakes && !MakeWay())
        {
            return false;
        }

        bool objects = _usesObjects;
        bool records = _usesRecords;

        // Both or none: room on the first lane is certain before the second is written.
        if (objects && !HasRoom(_objects!))
        {
            RefreshCredits();
            if (!HasRoom(_objects!))
            {
                return false;
            }
        }

        ulong sequence = Sequence + 1;
        if (records && !_records!.TryPrepare(message, handOver))
        {
            RefreshCredits();
            if (!_records.TryPrepare(message, handOver))
            {
                return false;
            }
        }

        try
        {
            if (objects)
            {
                _objects!.TryPut(message, handOver, sequence, 1);
            }
        }
        catch
        {
            if (records)
            {
                _records!.Cancel();
            }

            throw;
        }

        if (records)
        {
            _records!.Commit(sequence, 1);
        }

        Credits--;
        Sequence = sequence;
        BytesSent += records ? _records!.LastLength : objects ? _objects!.LastLength : 0;
        foreach (SendLink<T> link in Links)
        {
            link.Bell?.Ring();
        }

        return true;
    }

    private static bool HasRoom(Lane<T> lane) => lane.Sent - lane.First < (ulong)lane.Window;

    private void NoteUse()
    {
        _usesObjects = Uses(_objects);
        _usesRecords = Uses(_records);
    }

    private bool Uses(Lane<T>? lane)
    {
        if (lane is null)
        {
            return false;
        }

        foreach (SendLink<T> link in Links)
        {
            if (ReferenceEquals(link.Lane, lane))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the subscribers' pages; frees what all are through with. False when one that is waited for is full.</summary>
    private bool RefreshCredits()
    {
        long room = _limit;
        foreach (SendLink<T> link in Links)
        {
            Refresh(link);
            if (link.WhenFull == FullMode.Wait)
            {
                room = Math.Min(room, _limit - (long)link.Outstanding);
            }
            else if (link.TakeNewlyMissed() is > 0 and long missed)
            {
                MissedMessages?.Invoke(link, missed);
            }
        }

        Reclaim(_objects);
        Reclaim(_records);
        Credits = (int)Math.Max(0, room);
        return Credits > 0;
    }

    private void Reclaim(Lane<T>? lane)
    {
        if (lane is null)
        {
            return;
        }

        // Who is not waited for keeps the newest, until he has consumed them.
        ulong floor = lane.Sent;
        ulong oldest = lane.Sent + 1 <= (ulong)_limit ? 0 : lane.Sent + 1 - (ulong)_limit;
        foreach (SendLink<T> link in Links)
        {
            if (ReferenceEquals(link.Lane, lane))
            {
                floor = Math.Min(floor, link.WhenFull == FullMode.Wait ? link.Consumed : Math.Max(link.Consumed, oldest));
            }
        }

        lane.Reclaim(floor);
        if (lane.ChunksHeld > 1 && Array.Exists(Links, static link => link.Released > link.Consumed))
        {
            ReleaseBeyond(lane);
        }
    }

    /// <summary>A lease that some subscriber keeps does not keep the memory of what all have consumed behind it.</summary>
    private void ReleaseBeyond(Lane<T> lane)
    {
        for (ulong position = lane.First; position < lane.Sent; position++)
        {
            bool consumed = true;
            foreach (SendLink<T> link in Links)
            {
                consumed &= !ReferenceEquals(link.Lane, lane) || position < link.Consumed || position < link.Start || link.IsReleased(position);
            }

            if (consumed)
            {
                lane.Release(position);
            }
        }
    }

    /// <summary>Room for one more where subscribers are not waited for: the oldest goes, or the slow subscriber does.</summary>
    private bool MakeWay()
    {
        foreach (SendLink<T> link in Links)
        {
            if (link.WhenFull != FullMode.Disconnect)
            {
                continue;
            }

            Refresh(link);
            if (link.Outstanding >= (ulong)_limit)
            {
                Remove(link);
                ThreadPool.UnsafeQueueUserWorkItem(Disconnect, link, preferLocal: false);
            }
        }

        Reclaim(_objects);
        Reclaim(_records);
        return true;
    }

    private void Disconnect(SendLink<T> link)
    {
        string reason = $"it was disconnected as it asked: {link.Outstanding} messages were unconsumed";
        PeerChanged?.Invoke(link, PeerState.Left, reason);
        link.Closed?.Invoke(link, reason);
    }

    private bool BytesFit(in T message)
    {
        RefreshCredits();
        int length = Format.Measure(message);
        return BytesFit(_objects, length) & BytesFit(_records, length);
    }

    private bool BytesFit(Lane<T>? lane, int length)
    {
        if (lane is null)
        {
            return true;
        }

        ulong floor = lane.Sent;
        foreach (SendLink<T> link in Links)
        {
            if (ReferenceEquals(link.Lane, lane) && link.WhenFull == FullMode.Wait)
            {
                floor = Math.Min(floor, link.Consumed);
            }
        }

        // Where nobody is waited for, the oldest goes for bytes as it does for messages.
        while (_overtakes && lane.Bytes > 0 && lane.Bytes + length > Channel.ByteCapacity && lane.First < floor)
        {
            lane.Reclaim(lane.First + 1);
        }

        return lane.Bytes == 0 || lane.Bytes + length <= Channel.ByteCapacity;
    }

    private bool TryEndLanes()
    {
        if (_usesObjects && !_objectsEnded && !(_objectsEnded = _objects!.TryComplete()))
        {
            return false;
        }

        if (_usesRecords && !_recordsEnded && !(_recordsEnded = _records!.TryComplete()))
        {
            return false;
        }

        Completed = true;
        foreach (SendLink<T> link in Links)
        {
            link.Bell?.Ring();
        }

        return true;
    }
}
