using Viaduct.Rings;

namespace Viaduct.Links;

/// <content>Receivers that come, say how far they are, and go.</content>
internal abstract partial class Outbox<T>
{
    /// <inheritdoc/>
    public void Refuse(Exception refusal)
    {
        Interlocked.Increment(ref _refusals);
        _refusal = refusal;
        Wake();
    }

    /// <inheritdoc/>
    public void Accept() => _refusal = null;

    /// <inheritdoc/>
    public abstract void Detach(LinkEnd link, string reason, bool lost);

    /// <inheritdoc/>
    public virtual void MarkDying(SendLink link) => link.IsDying = true;

    /// <inheritdoc/>
    public bool Has(Guid socketId)
    {
        SendLink<T>[] links = Volatile.Read(ref Links);
        return Array.Exists(links, link => link.Peer.SocketId == socketId);
    }

    /// <inheritdoc/>
    public int Count => Volatile.Read(ref Links).Length;

    /// <inheritdoc/>
    public IReadOnlyList<Peer> Peers
    {
        get
        {
            Gate.Enter();
            try
            {
                return Array.ConvertAll(Links, link =>
                {
                    Refresh(link);
                    return link.Peer.Describe((long)(link.Sent - link.Start) - link.GivenBack - (Completed ? 1 : 0), Unconsumed(link));
                });
            }
            finally
            {
                Gate.Exit();
            }
        }
    }

    /// <summary>A lane for one more receiver of this process.</summary>
    public abstract ObjectLane<T> OpenObjectLane();

    /// <summary>A lane for one more receiver behind bytes, out of memory that <paramref name="source"/> gives.</summary>
    public abstract RecordLane<T> OpenRecordLane(LaneMemory source);

    /// <inheritdoc/>
    public object OpenRecords(LaneMemory memory, out RecordRing ring)
    {
        RecordLane<T> lane = OpenRecordLane(memory);
        ring = lane.Ring;
        return lane;
    }

    /// <inheritdoc/>
    public unsafe SendLink? AttachRecords(object lane, LinkSetup setup, ReceiverPage* page, Action<LinkStart> started)
    {
        RecordLane<T> records = (RecordLane<T>)lane;
        SendLink<T> Create()
        {
            // Under the gate, so that nothing is sent between this and the link's being there.
            ulong start = Admit(records, setup.WhenFull, setup.History);
            started(new LinkStart(start, records.Ring.OffsetOf(start), (int)(records.Sent - start)));
            return new SendLink<T>(records, setup.Peer, setup.Memory, page, start)
            {
                WhenFull = setup.WhenFull,
                Bell = setup.Bell,
                Waiting = setup.Waiting,
                Watched = setup.Watched,
                Closed = setup.Closed,
                Revoke = setup.Revoke,
                IsSent = setup.IsSent,
            };
        }

        return Attach(Create, out SendLink<T>? link) ? link : null;
    }

    /// <inheritdoc/>
    public ulong OffsetOf(RecordRing ring, ulong position, bool overtakable, out int offset)
    {
        Gate.Enter();
        try
        {
            position = overtakable ? Math.Max(position, ring.First) : position;
            offset = position >= ring.First && position <= ring.Sent
                ? ring.OffsetOf(position)
                : throw new ProtocolViolationException($"Channel '{Channel.Name}': the receiver wants message {position} again, where {ring.First} to {ring.Sent} are kept.");
            return position;
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public void AbandonRecords(object lane) => Abandon((RecordLane<T>)lane);

    /// <summary>Gives back a lane whose receiver never came.</summary>
    public abstract void Abandon(Lane<T> lane);

    /// <summary>Prepares a lane, under the gate, for one more reader. Returns the first position that it gets.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="whenFull">What the reader wants when it is full.</param>
    /// <param name="history">How many of the last messages it wants first.</param>
    public virtual ulong Admit(Lane<T> lane, FullMode whenFull, int history)
    {
        if (whenFull != FullMode.Wait)
        {
            lane.AllowOvertaking();
        }

        if (whenFull == FullMode.Latest)
        {
            lane.ShowNewest();
        }

        return lane.Sent;
    }

    /// <summary>Adds a receiver. Its link begins at the lane's present position.</summary>
    public bool Attach(Func<SendLink<T>> create, out SendLink<T>? link)
    {
        Gate.Enter();
        try
        {
            link = null;
            if (_closed)
            {
                return false;
            }

            link = create();
            Links = [.. Links, link];
            Credits = 0;
            _refusal = null;
            OnAttached(link);
        }
        finally
        {
            Gate.Exit();
        }

        PeerChanged?.Invoke(link, PeerState.Joined, link.Peer.Reason);
        Wake();
        return true;
    }

    /// <summary>A link was added, under the gate.</summary>
    protected abstract void OnAttached(SendLink<T> link);

    /// <summary>Messages that a receiver has not consumed; the end mark is none.</summary>
    protected long Unconsumed(SendLink<T> link) => (long)link.Outstanding - (Completed && link.Outstanding > 0 ? 1 : 0);

    /// <summary>Reads a receiver's page; a lying one is let go. False when it was.</summary>
    protected bool Refresh(SendLink<T> link)
    {
        if (link.IsBroken)
        {
            return false;
        }

        try
        {
            link.Refresh();
            return true;
        }
        catch (ProtocolViolationException error)
        {
            link.IsBroken = true;
            link.Fault = error;
            BreakLater(link, error);
            return false;
        }
    }

    /// <summary>Not from under the gate: detaching takes it. A method of its own, so that only a failure allocates the closure.</summary>
    private void BreakLater(SendLink<T> link, ProtocolViolationException error) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => BreakLink(link, error), null);

    /// <summary>The link to a receiver, if it is there.</summary>
    internal SendLink<T>? FindLink(Guid receiver) => Array.Find(Volatile.Read(ref Links), link => link.Peer.SocketId == receiver);

    /// <summary>Ends the link to a receiver whose other link to us was found faulty.</summary>
    internal void Break(Guid receiver, string reason)
    {
        // Under the gate: who lets go of it meanwhile tells the fault, or knows of none.
        Gate.Enter();
        try
        {
            if (FindLink(receiver) is { IsBroken: false } link)
            {
                ProtocolViolationException error = new(reason);
                link.IsBroken = true;
                link.Fault = error;
                BreakLater(link, error);
            }
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <summary>Tells that a receiver is gone: of one that was found faulty so, since it answers to our close before we have let go of it ourselves.</summary>
    protected void TellGone(SendLink<T> link, string reason, bool lost) =>
        PeerChanged?.Invoke(link, lost || link.IsBroken ? PeerState.Lost : PeerState.Left, ReasonOr(link.Fault?.Message ?? reason));

    private void BreakLink(SendLink<T> link, ProtocolViolationException error)
    {
        // The session first, so that its pump no longer reads what detaching may free.
        link.Closed?.Invoke(link, error.Message);
        Detach(link, error.Message, lost: true);
    }
}
