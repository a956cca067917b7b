using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <content>Receivers that come and go, each with a lane of its own.</content>
internal partial class QueueOutbox<T>
{
    private readonly Dictionary<Lane<T>, LaneMemory> _memory = [];

    /// <summary>Called outside the gate when a receiver's process is marked as dying: what is put on the link was put there before.</summary>
    public Action<SendLink>? ReceiverDying { get; init; }

    /// <inheritdoc/>
    public override ObjectLane<T> OpenObjectLane() => new(new ObjectRing<T>(Channel.Capacity), Format, Channel, isShared: false);

    /// <inheritdoc/>
    public override unsafe RecordLane<T> OpenRecordLane(LaneMemory source)
    {
        int size = RingSize.For(Channel.Capacity, Format.FixedSize);
        (Allocation page, Allocation records) = source.AllocateRing(size);
        RecordRing ring = new(
            page,
            records,
            size,
            RingSize.WindowFor(Channel.Capacity),
            ShareOf(source.Chunks),
            countsBytes: Channel.ByteCapacity > 0) { Recycle = kept => Recycle(kept, All) };
        RecordLane<T> lane = new(ring, Format, Channel, source.IsShared);
        lock (_memory)
        {
            _memory.Add(lane, source);
        }

        return lane;
    }

    /// <inheritdoc/>
    public override void Abandon(Lane<T> lane)
    {
        Gate.Enter();
        try
        {
            // While messages of a lost receiver wait on it, the last of them frees it.
            if (_orphans.Any(orphan => orphan.Lane == lane) || Array.Exists(Links, link => link.Lane == lane))
            {
                return;
            }
        }
        finally
        {
            Gate.Exit();
        }

        Free(lane);
    }

    /// <inheritdoc/>
    public override void Detach(LinkEnd end, string reason, bool lost)
    {
        SendLink<T> link = (SendLink<T>)end;
        bool freed = false;
        Gate.Enter();
        try
        {
            if (link.IsGone || Array.IndexOf(Links, link) < 0)
            {
                return;
            }

            Links = Array.FindAll(Links, other => other != link);
            Credits = 0;
            _inTurn = [];
            link.IsGone = true;
            freed = !Inherit(link, lost);
        }
        finally
        {
            Gate.Exit();
        }

        if (freed)
        {
            Free(link.Lane);
        }

        TellGone(link, reason, lost);
        Redeliver();
        Wake();
    }

    /// <inheritdoc/>
    public override void MarkDying(SendLink link)
    {
        // Before the gate is next entered: whoever holds it may still put something there, nobody after that.
        base.MarkDying(link);
        ReceiverDying?.Invoke(link);
    }

    /// <inheritdoc/>
    protected override void OnAttached(SendLink<T> link)
    {
        List<DeadLetter>? dead = null;
        RedeliverUnderGate(ref dead);
        if (Completed)
        {
            End(link);
        }

        ReportLater(dead);
    }

    private static void End(SendLink<T> link)
    {
        if (!link.Lane.TryComplete())
        {
            link.Lane.Reclaim(link.Consumed);
            link.Lane.TryComplete();
        }

        link.Bell.Ring();
    }

    /// <inheritdoc/>
    protected override void CloseLanes()
    {
        // Rings that a peer may still be reading go when its session lets go of them: see Abandon.
    }

    /// <summary>Gives a lane's memory back. Whoever detached its receiver and whoever ends its session may both come here: once counts.</summary>
    private void Free(Lane<T> lane)
    {
        if (lane is not RecordLane<T> records)
        {
            lane.Close();
            return;
        }

        LaneMemory? memory;
        lock (_memory)
        {
            if (!_memory.Remove(lane, out memory))
            {
                return;
            }
        }

        lane.Close();
        memory.Rings.Free(records.Ring.Ring);
        memory.Rings.Free(records.Ring.Page);
    }
}
