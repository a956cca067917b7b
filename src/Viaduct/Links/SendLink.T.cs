using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>A receiver on a lane.</summary>
internal sealed unsafe class SendLink<T>(Lane<T> lane, PeerIdentity peer, object memory, ReceiverPage* page, ulong start)
    : SendLink(peer, memory, page, lane.Window, start, lane.Sent)
{
    /// <summary>The lane that it reads.</summary>
    public Lane<T> Lane => lane;

    /// <inheritdoc/>
    public override ulong Sent => lane.Sent;

    /// <summary>Calls that went out on it and have no answer yet. Under the gate of its outbox.</summary>
    public int UnderWay { get; set; }

    /// <summary>Whether its receiver has ever answered a call, or made one: it is then not one that only stands in for another. Set by any thread.</summary>
    public bool HasSpoken { get; set; }

    /// <summary>
    /// Whether its receiver was lost while it may have been at a call that was work for it, also where it got such a one without an answer before. Set under the gate of its outbox,
    /// read by who tells of the loss.
    /// </summary>
    public bool WasAtWork { get; set; }

    /// <summary>The position of the first call without an answer that was work; null where there was none. Under the gate of its outbox.</summary>
    public ulong? FirstUnanswered { get; set; }

    /// <summary>How long its receiver was at calls that are work for it; null where nobody wants to know. Under the gate of its outbox.</summary>
    public WorkTime? WorkTime { get; set; }

    /// <summary>Frees what the receiver released, for a lane that it has alone: all, or no more than so many of the consumed prefix, and nothing behind that.</summary>
    public void Reclaim(int most = int.MaxValue)
    {
        lane.Reclaim(Math.Min(Consumed, lane.First + (uint)most));
        if (most == int.MaxValue && Released > Consumed)
        {
            for (ulong position = Consumed; position < lane.Sent; position++)
            {
                if (IsReleased(position))
                {
                    lane.Release(position);
                }
            }
        }
    }
}
