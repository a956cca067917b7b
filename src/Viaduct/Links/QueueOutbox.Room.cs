namespace Viaduct.Links;

/// <content>Which receivers messages go to, and how many more there may be.</content>
internal partial class QueueOutbox<T>
{
    /// <summary>The links that messages go to, where that is not all, and which ones there were when they were chosen.</summary>
    private (SendLink<T>[] Of, SendLink<T>[] Chosen) _active = ([], []);

    /// <summary>The links that messages go to in turn, where nothing but <see cref="Outbox{T}.Credits"/> and a lane's room has to be looked at before; else none.</summary>
    private SendLink<T>[] _inTurn = [];

    /// <summary>The most receivers that messages go to at a time: those that came first. The others stand by until one of them is gone. 0 = all.</summary>
    public int ActiveReceivers { get; init; }

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

            if (!ReferenceEquals(_active.Of, links) || Array.Exists(_active.Chosen, static link => link.IsEnding))
            {
                _active = (links, [.. links.Where(static link => !link.IsEnding).Take(ActiveReceivers)]);
            }

            return _active.Chosen;
        }
    }

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
    protected override bool HasRoom()
    {
        if (Channel.Capacity == 0)
        {
            return Array.Exists(Links, static link => link.IsWanted && !link.IsEnding);
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

    private bool HasRoom(SendLink<T> link)
    {
        Lane<T> lane = link.Lane;
        if (link.IsEnding || lane.Sent - lane.First < (ulong)lane.Window)
        {
            return !link.IsEnding;
        }

        if (Refresh(link))
        {
            link.Reclaim();
        }

        return lane.Sent - lane.First < (ulong)lane.Window;
    }

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
        SendLink<T>[] links = _orphans.Count == 0 && Channel is { Capacity: > 0, ByteCapacity: 0 } ? Active : [];
        SendLink<T>? only = links is [var one] ? one : null;
        _inTurn = only is null && ActiveReceivers == 0 && distribution == Distribution.RoundRobin ? links : [];
        GoShortWay(only?.Lane, only?.Bell ?? Bell.Silent, only);
        return Credits > 0;
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
    protected override void Recycle(int kept, int most)
    {
        foreach (SendLink<T> link in Links)
        {
            // What is known to be consumed comes first, where that is enough: the receiver's page is its own as long as nobody looks there.
            if (link.Lane.ChunksHeld > kept && ((most < All && link.Lane.First < link.Consumed) || Refresh(link)))
            {
                link.Reclaim(most);
            }
        }
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

    /// <summary>The receiver with the fewest messages that it has not consumed, or the fewest calls that it has not answered, where these are more: those that it carries out it has consumed.</summary>
    private int LeastLoaded(SendLink<T>[] links)
    {
        int best = _turn % links.Length;
        ulong least = ulong.MaxValue;
        for (int i = 0; i < links.Length; i++)
        {
            int index = (_turn + i) % links.Length;
            Refresh(links[index]);
            ulong load = Math.Max(links[index].Outstanding, (ulong)links[index].UnderWay);
            if (load < least)
            {
                least = load;
                best = index;
            }
        }

        return best;
    }
}
