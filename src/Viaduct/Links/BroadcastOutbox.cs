namespace Viaduct.Links;

/// <summary>
/// Sends each message to every receiver through one ring with a cursor each: one for the subscribers of this process, one for
/// all others, pumps to other machines included, so that no subscriber costs another a copy. The subscribers' pages are read
/// only when the room that was found in them last is used up.
/// </summary>
internal sealed partial class BroadcastOutbox<T> : Outbox<T>
{
    /// <summary>Messages that each subscriber may be behind; a rendezvous needs one.</summary>
    private readonly ulong _limit;

    private readonly BroadcastLanes<T> _lanes;

    /// <summary>Raises that a subscriber missed messages; called under the gate, so it must not wait.</summary>
    public Action<LinkEnd, long>? MissedMessages { get; set; }

    /// <summary>Rings for those who may sleep.</summary>
    private Bell _bell = Bell.Silent;

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
    protected override bool MayStayAwake => false;

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
        if (OnlyLane is not { } only || (Credits <= 0 && !RefreshCredits()))
        {
            return 0;
        }

        int count = only.TryPutMany(messages[..Math.Min(messages.Length, Credits)], Sequence + 1, out long bytes);
        if (count > 0)
        {
            NoteSent(count, bytes);
            _bell.Ring();
        }

        return count;
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

        if (!RefreshCredits())
        {
            TryDisconnect(null, 0);
        }

        if (!TryPutOnLanes(meeting.Message, meeting.HandOver))
        {
            return false;
        }

        NotePublished(1, 0);
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
        NoteBytes(1, records?.LastLength ?? objects?.LastLength ?? 0);
        _bell.Ring();
        return true;
    }

    private bool TryEndLanes()
    {
        if (!_lanes.TryEnd())
        {
            return false;
        }

        Completed = true;
        _bell.Ring();
        return true;
    }
}
