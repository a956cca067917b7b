using System.Runtime.CompilerServices;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>Sends each message to one receiver; what a receiver leaves behind goes to another.</summary>
internal partial class QueueOutbox<T>(
    ChannelSpec channel, SocketOptions options, MessageFormat<T> format, Distribution distribution, int maximumAttempts, Action<DeadLetter>? onDeadLetter, bool redelivers, int limit)
    : Outbox<T>(channel, options, format)
{
    private readonly Queue<OrphanedMessage<T>> _orphans = new();
    private readonly Dictionary<Lane<T>, LaneMemory> _memory = [];

    /// <summary>The link that the last message went to. Under the gate.</summary>
    public SendLink<T>? LastLink { get; private set; }

    /// <summary>
    /// The one receiver, where nothing but <see cref="Outbox{T}.Credits"/> and its own room has to be looked at before a message is sent to
    /// it. Only meant while there are credits: whatever changes that takes them away.
    /// </summary>
    private SendLink<T>? _only;

    /// <summary>The links that messages go to, where that is not all, and which ones there were when they were chosen.</summary>
    private (SendLink<T>[] Of, SendLink<T>[] Chosen) _active = ([], []);

    /// <summary>Which link is asked first.</summary>
    private int _turn;

    /// <summary>Orphans given to others since the last report.</summary>
    private long _rescued;

    /// <summary>The most receivers that messages go to at a time: those that came first. The others stand by until one of them is gone. 0 = all.</summary>
    public int ActiveReceivers { get; init; }

    /// <summary>
    /// Which of the messages that a lost receiver had not consumed go to another, where these are not all. Called under the gate with a message, which stays the outbox's own,
    /// and whether it may have been received after all. The others are dropped, and counted by whoever says so.
    /// </summary>
    public Func<T, bool, bool>? PassesOn { get; init; }

    /// <summary>Called outside the gate when a receiver's process is marked as dying: what is put on the link was put there before.</summary>
    public Action<SendLink>? ReceiverDying { get; init; }

    /// <summary>The links that messages go to. Under the gate.</summary>
    internal SendLink<T>[] Active
    {
        get
        {
            SendLink<T>[] links = Links;
            if (ActiveReceivers == 0 || links.Length <= ActiveReceivers)
            {
                return links;
            }

            if (!ReferenceEquals(_active.Of, links) || Array.Exists(_active.Chosen, static link => link.IsDying))
            {
                _active = (links, [.. links.Where(static link => !link.IsDying).Take(ActiveReceivers)]);
            }

            return _active.Chosen;
        }
    }

    /// <summary>Called under the gate, once all that lost receivers left behind has gone to others, with how many that were.</summary>
    public Action<long>? OnRedelivered { get; init; }

    /// <inheritdoc/>
    public override long Outstanding
    {
        get
        {
            long sum = _orphans.Count;
            foreach (SendLink<T> link in Links)
            {
                Refresh(link);
                sum += Unconsumed(link);
            }

            return sum;
        }
    }

    /// <inheritdoc/>
    public override ObjectLane<T> OpenObjectLane() => new(new ObjectRing<T>(Channel.Capacity), Format, Channel, isShared: false);

    /// <inheritdoc/>
    public override unsafe RecordLane<T> OpenRecordLane(LaneMemory source)
    {
        int size = RingSize.For(Channel.Capacity, Format.FixedSize);
        RecordRing ring = new(
            source.Rings.Allocate(SenderPage.Size),
            source.Rings.Allocate(size),
            size,
            RingSize.WindowFor(Channel.Capacity),
            ShareOf(source.Chunks),
            countsBytes: Channel.ByteCapacity > 0) { Recycle = Recycle };
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

        PeerChanged?.Invoke(link, lost ? PeerState.Lost : PeerState.Left, ReasonOr(reason));
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
    internal override bool TryPut(in T message, bool handOver)
    {
        if (Credits > 0 && _only is { IsDying: false } only && only.Lane.TryPut(message, handOver, Sequence + 1, 1))
        {
            NoteSent(only, 1, only.Lane.LastLength);
            only.Bell?.Ring();
            return true;
        }

        return TryPutSlowly(message, handOver);
    }

    /// <inheritdoc/>
    protected override bool TryPutUsual(in T message, out Bell? bell)
    {
        if (Credits > 0 && _only is { IsDying: false } only && only.Lane.TryPutUsual(message, Sequence + 1))
        {
            NoteSent(only, 1, only.Lane.LastLength);
            bell = only.Bell;
            return true;
        }

        bell = null;
        return false;
    }

    /// <summary>The link to a receiver, if it is there. Under the gate.</summary>
    internal SendLink<T>? FindLink(Guid receiver) => Array.Find(Links, link => link.Peer.SocketId == receiver);

    /// <summary>Puts a message on the lane to one certain receiver, if that is there and has room. Under the gate.</summary>
    internal bool TryPutTo(SendLink<T> link, in T message) =>
        Array.IndexOf(Links, link) >= 0 && !link.IsDying && TryPut(link, message, handOver: false, Sequence + 1, 1);

    /// <inheritdoc/>
    protected override int TryPutMany(ReadOnlySpan<T> messages)
    {
        if (Credits <= 0 || _only is not { IsDying: false } only)
        {
            return 0;
        }

        int count = only.Lane.TryPutMany(messages[..Math.Min(messages.Length, Credits)], Sequence + 1, out long bytes);
        if (count > 0)
        {
            NoteSent(only, count, bytes);
            only.Bell?.Ring();
        }

        return count;
    }

    /// <inheritdoc/>
    protected override bool TryGive(Loaned<T> loan)
    {
        if (Credits <= 0 || _only is not { IsDying: false } only || !only.Lane.TryGive(loan.Chunk, loan.Length, Sequence + 1))
        {
            return false;
        }

        NoteSent(only, 1, only.Lane.LastLength);
        only.Bell?.Ring();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NoteSent(SendLink<T> only, int count, long bytes)
    {
        Sequence += (ulong)count;
        BytesSent += bytes;
        if (!ReferenceEquals(LastLink, only))
        {
            // Written only where it changes: the collector is told of every reference that is written.
            LastLink = only;
        }
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
    protected override bool HasRoom()
    {
        if (Channel.Capacity == 0)
        {
            return Array.Exists(Links, static link => link.IsWanted && !link.IsDying);
        }

        if ((_orphans.Count != 0 && !TryRedeliver()) || (Credits <= 0 && !RefreshCredits()))
        {
            return false;
        }

        if (Channel.ByteCapacity > 0 && KeptBytes() is > 0 and long bytes && bytes + LeastLength > Channel.ByteCapacity)
        {
            return false;
        }

        foreach (SendLink<T> link in Active)
        {
            if (HasRoom(link))
            {
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
                if (meeting.Sequence == 0)
                {
                    meeting.Sequence = sequence;
                }

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

    /// <inheritdoc/>
    protected override int CountChunks()
    {
        int count = 0;
        foreach (SendLink<T> link in Links)
        {
            count = Math.Max(count, link.Lane.ChunksHeld);
        }

        return count;
    }

    /// <inheritdoc/>
    protected override void Recycle(int kept)
    {
        foreach (SendLink<T> link in Links)
        {
            if (link.Lane.ChunksHeld > kept && Refresh(link))
            {
                link.Reclaim();
            }
        }
    }

    /// <inheritdoc/>
    protected override void CloseLanes()
    {
        // Rings that a peer may still be reading go when its session lets go of them: see Abandon.
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

        link.Bell?.Ring();
    }

    protected bool TryPut(SendLink<T> link, in T message, bool handOver, ulong sequence, int attempt)
    {
        Lane<T> lane = link.Lane;
        if (!ReferenceEquals(LastLink, link))
        {
            LastLink = link;
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

        if (sequence > Sequence)
        {
            Sequence = sequence;
        }
        else
        {
            Credits--;
        }

        BytesSent += lane.LastLength;
        link.Bell?.Ring();
        return true;
    }

    /// <summary>Of a rendezvous: with one receiver a message may wait at its door; with several it goes only to one that asks.</summary>
    private bool CanMeet(SendLink<T> link) => !link.IsDying && IsWelcome(link);

    private bool IsWelcome(SendLink<T> link) =>
        Channel.Capacity != 0 || link.IsWanted || (Links.Length == 1 && link.RefreshTaken() == link.Sent);

    private bool RefreshCredits()
    {
        long outstanding = _orphans.Count;
        foreach (SendLink<T> link in Links)
        {
            if (Refresh(link))
            {
                link.Reclaim();
            }

            outstanding += (long)link.Outstanding;
        }

        Credits = Links.Length == 0 ? 0 : (int)Math.Max(0, limit - outstanding);
        _only = Active is [var one] && _orphans.Count == 0 && Channel is { Capacity: > 0, ByteCapacity: 0 } ? one : null;
        LastLink = _only;
        return Credits > 0;
    }

    private bool HasRoom(SendLink<T> link)
    {
        Lane<T> lane = link.Lane;
        if (link.IsDying || lane.Sent - lane.First < (ulong)lane.Window)
        {
            return !link.IsDying;
        }

        if (Refresh(link))
        {
            link.Reclaim();
        }

        return lane.Sent - lane.First < (ulong)lane.Window;
    }

    private bool BytesFit(in T message) => KeptBytes() is var bytes && (bytes == 0 || bytes + Format.Measure(message) <= Channel.ByteCapacity);

    private long KeptBytes()
    {
        long bytes = 0;
        foreach (SendLink<T> link in Links)
        {
            if (Refresh(link))
            {
                link.Reclaim();
            }

            bytes += link.Lane.Bytes;
        }

        return bytes;
    }

    private int LeastLoaded(SendLink<T>[] links)
    {
        int best = _turn % links.Length;
        ulong least = ulong.MaxValue;
        for (int i = 0; i < links.Length; i++)
        {
            int index = (_turn + i) % links.Length;
            Refresh(links[index]);
            if (links[index].Outstanding < least)
            {
                least = links[index].Outstanding;
                best = index;
            }
        }

        return best;
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
