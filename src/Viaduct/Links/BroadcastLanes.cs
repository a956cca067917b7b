using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>
/// A publisher's rings: one for the subscribers of this process, one for all others. Each is written only while somebody reads it, or
/// because it keeps the history; one that comes into use takes the history over. Guarded by the publisher's gate.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="format">How messages become bytes.</param>
/// <param name="memory">Where the ring of records lies.</param>
/// <param name="share">The publisher's share of the memory for large messages.</param>
/// <param name="recycle">Reclaims what subscribers have consumed.</param>
internal sealed class BroadcastLanes<T>(ChannelSpec channel, MessageFormat<T> format, LaneMemory memory, ChunkShare share, Action<int> recycle)
{
    /// <summary>
    /// Objects keep the history that nobody reads only where nothing ever leaves the process: bytes are nobody else's, and need no collecting.
    /// </summary>
    private readonly bool _keepsObjects = channel.Context == Context.Thread;

    private BroadcastLane<T>? _objects;
    private BroadcastLane<T>? _records;

    /// <summary>Subscribers of this process that refer to the lane of objects.</summary>
    private int _objectUsers;

    /// <summary>Sessions that refer to the lane of records.</summary>
    private int _recordUsers;

    /// <summary>1 once the records' memory was given back.</summary>
    private int _freed;

    /// <summary>The lane of objects, while it is in use.</summary>
    public BroadcastLane<T>? Objects => _objects is { InUse: true } ? _objects : null;

    /// <summary>The lane of records, while it is in use.</summary>
    public BroadcastLane<T>? Records => _records is { InUse: true } ? _records : null;

    /// <summary>The objects' ring, if it was ever needed.</summary>
    public ObjectLane<T>? ObjectLane { get; private set; }

    /// <summary>The records' ring, if it was ever needed.</summary>
    public RecordLane<T>? RecordLane { get; private set; }

    /// <summary>The lane in use where only one is: of two, both or none would have to take each message.</summary>
    public Lane<T>? Single => (Objects, Records) switch
    {
        (not null, null) => ObjectLane,
        (null, not null) => RecordLane,
        _ => null,
    };

    /// <summary>The objects' ring, for one more subscriber, which gives it back by <see cref="Release"/>.</summary>
    public ObjectLane<T> OpenObjects()
    {
        CreateObjects();
        _objectUsers++;
        return ObjectLane!;
    }

    /// <summary>The records' ring, for one more session, which gives it back by <see cref="Release"/>.</summary>
    public RecordLane<T> OpenRecords()
    {
        CreateRecords();
        _recordUsers++;
        return RecordLane!;
    }

    /// <summary>Somebody needs a ring no more. True when nobody does.</summary>
    public bool Release(Lane<T> lane) => ReferenceEquals(lane, ObjectLane) ? --_objectUsers == 0 : --_recordUsers == 0;

    /// <summary>The publisher is closed: gives the rings back that nobody needs. Others go when they are released.</summary>
    public void FreeReleased()
    {
        if (ObjectLane is { } objects && Volatile.Read(ref _objectUsers) == 0)
        {
            Free(objects);
        }

        if (RecordLane is { } records && Volatile.Read(ref _recordUsers) == 0)
        {
            Free(records);
        }
    }

    /// <summary>Gives a ring's memory back.</summary>
    public void Free(Lane<T> lane)
    {
        if (ReferenceEquals(lane, ObjectLane))
        {
            lane.Close();
        }
        else if (Interlocked.Exchange(ref _freed, 1) == 0)
        {
            lane.Close();
            memory.Rings.Free(RecordLane!.Ring.Ring);
            memory.Rings.Free(RecordLane.Ring.Page);
        }
    }

    /// <summary>Brings a lane into use for a new reader; returns where that begins if it wants the last few messages first.</summary>
    public ulong Admit(Lane<T> lane, int wanted, bool completed)
    {
        KeepHistory(completed);
        bool isObjects = ReferenceEquals(lane, ObjectLane);
        BroadcastLane<T> mine = isObjects ? _objects! : _records!;
        mine.Enter(isObjects ? Records : Objects, completed);
        return mine.StartOf(wanted);
    }

    /// <summary>Subscribers came or went: lanes that nobody reads are not written any more, but for one that keeps the history.</summary>
    public void NoteUse(SendLink<T>[] links, bool completed)
    {
        bool objects = Array.Exists(links, link => ReferenceEquals(link.Lane, ObjectLane));
        bool records = Array.Exists(links, link => ReferenceEquals(link.Lane, RecordLane));
        bool keeps = channel.History > 0 && !objects && !records;
        if (!objects && Objects is { } left && !(keeps && _keepsObjects))
        {
            if (keeps)
            {
                CreateRecords().Enter(left, completed);
            }

            left.Leave();
        }

        if (!records && !keeps)
        {
            Records?.Leave();
        }
    }

    /// <summary>Makes sure that some lane keeps the history also while nobody has come yet.</summary>
    public void KeepHistory(bool completed)
    {
        if (channel.History > 0 && Objects is null && Records is null)
        {
            (_keepsObjects ? CreateObjects() : CreateRecords()).Enter(null, completed);
        }
    }

    /// <summary>Takes over what the subscribers' pages said when they were read last, and frees what all are through with, or of each lane no more than so many.</summary>
    public void Note(SendLink<T>[] links, int most = int.MaxValue)
    {
        Objects?.Note(links);
        Records?.Note(links);
        Reclaim(coming: 0, most);
        if (most == int.MaxValue)
        {
            Objects?.ReleaseBeyond(links);
            Records?.ReleaseBeyond(links);
        }
    }

    /// <summary>Lets go of what nobody is to get any more: see <see cref="BroadcastLane{T}.Reclaim"/>. False when nothing was known to be so.</summary>
    public bool Reclaim(int coming, int most = int.MaxValue)
    {
        bool objects = Objects?.Reclaim(coming, most) ?? false;
        return (Records?.Reclaim(coming, most) ?? false) || objects;
    }

    /// <summary>Puts the end mark on every lane. False when there is no room, to be tried again.</summary>
    public bool TryEnd()
    {
        KeepHistory(completed: false);
        return (Objects?.TryEnd() ?? true) && (Records?.TryEnd() ?? true);
    }

    private BroadcastLane<T> CreateObjects()
    {
        ObjectLane ??= new ObjectLane<T>(new ObjectRing<T>(channel.Positions), format, channel, isShared: true);
        return _objects ??= new BroadcastLane<T>(ObjectLane, channel);
    }

    private BroadcastLane<T> CreateRecords()
    {
        if (_records is null)
        {
            int size = RingSize.For(channel.Positions, format.FixedSize);
            (Allocation page, Allocation records) = memory.AllocateRing(size);
            RecordRing ring = new(
                page,
                records,
                size,
                RingSize.WindowFor(channel.Positions),
                share,
                countsBytes: channel.ByteCapacity > 0) { Recycle = recycle };
            RecordLane = new RecordLane<T>(ring, format, channel, memory.IsShared);
            _records = new BroadcastLane<T>(RecordLane, channel);
        }

        return _records;
    }
}
