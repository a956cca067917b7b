using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>One receiver as its sender sees it: what it was sent, and (checked, since it may lie) what it says about it. Guarded by the sender's gate.</summary>
internal abstract unsafe class SendLink : LinkEnd
{
    private readonly ReceiverPage* _page;
    private readonly ulong* _map;
    private readonly int _mapMask;
    private ulong _missedTold;
    private bool _isDying;

    /// <summary>Keeps the page's memory.</summary>
    private readonly object _memory;

    /// <summary>Begins at a position, on a lane that has come to another.</summary>
    protected SendLink(PeerIdentity peer, object memory, ReceiverPage* page, int window, ulong start, ulong joined)
        : base(peer)
    {
        _memory = memory;
        _page = page;
        _map = (ulong*)((byte*)page + ReceiverPage.Size);
        _mapMask = (2 * window) - 1;
        Start = Consumed = Released = Taken = start;
        Joined = joined;
    }

    /// <summary>The first position that this receiver gets.</summary>
    public ulong Start { get; }

    /// <summary>The next position when this receiver came: what it gets below is history, which counts beside the capacity.</summary>
    public ulong Joined { get; }

    /// <summary>How many of its first messages were sent before this receiver came.</summary>
    public int History => (int)(Joined - Start);

    /// <summary>Every position below was consumed, as read last.</summary>
    public ulong Consumed { get; private set; }

    /// <summary>Messages consumed, as a position, as read last.</summary>
    public ulong Released { get; private set; }

    /// <summary>Every position below was received (k = 0), as read last.</summary>
    public ulong Taken { get; private set; }

    /// <summary>What happens when this subscriber is full.</summary>
    public FullMode WhenFull { get; init; }

    /// <summary>The next message's position.</summary>
    public abstract ulong Sent { get; }

    /// <summary>Messages that are not yet consumed, as known.</summary>
    public ulong Outstanding => Sent - Released;

    /// <summary>Those of them that the capacity bounds: at the most what was published since the receiver came.</summary>
    public ulong Counted => Math.Min(Outstanding, Sent - Math.Min(Sent, Joined));

    /// <summary>Whether a receive waits for the next message (k = 0).</summary>
    public bool IsWanted => (long)(Shared.Acquire(&_page->Demand) - Sent) > 0;

    /// <summary>Whether a receive still waits for a message that was published (k = 0).</summary>
    public bool IsStillWanted(ulong position) => (long)(Shared.Acquire(&_page->Demand) - position) > 0;

    /// <summary>The receiver, or its process, is ending: it is sent nothing more that is not meant for it alone. Set by any thread.</summary>
    public bool IsEnding { get; set; }

    /// <summary>The kernel says that the receiver's process is dying, or dead, which is an end, too: it is sent nothing at all. Set by any thread.</summary>
    public bool IsDying
    {
        get => _isDying;
        set
        {
            if (value)
            {
                IsEnding = true;
            }

            _isDying = value;
        }
    }

    /// <summary>The receiver's page said what can't be: it is not read again, and the link is about to be ended.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The socket let go of this link.</summary>
    public bool IsGone { get; set; }

    /// <summary>Messages that this subscriber missed, as it says.</summary>
    public ulong Missed => Shared.Acquire(&_page->Missed);

    /// <summary>Messages missed since this was asked last.</summary>
    public long TakeNewlyMissed()
    {
        long missed = (long)(Missed - _missedTold);
        _missedTold += (ulong)missed;
        return missed;
    }

    /// <summary>The answer to a request to give a message back.</summary>
    public ulong RevokeAnswer => Shared.Acquire(&_page->RevokeAnswer);

    /// <summary>Whether all that was put on the lane has left this process; null where it lies where the receiver reads it.</summary>
    public Func<bool>? IsSent { get; init; }

    /// <summary>
    /// Whether what the page says now, once the link has ended, stays so. Who let go in order has said its last word before. Of a lost receiver only memory that it wrote itself tells,
    /// and only where its process is dead.
    /// </summary>
    /// <param name="lost">Whether the receiver was lost.</param>
    public bool IsLastWord(bool lost) => !IsBroken && (!lost || (IsSent is null && IsDying));

    /// <summary>Asks the receiver to give its one untaken message back (k = 0).</summary>
    public Action<ulong>? Revoke { get; init; }

    /// <summary>Reads the receiver's page.</summary>
    /// <exception cref="ProtocolViolationException">It says what can't be.</exception>
    public void Refresh()
    {
        // In this order: a sound receiver counts Released before it moves Consumed.
        ulong consumed = Shared.Acquire(&_page->Consumed);
        if (consumed == 0 && Start > 0 && Consumed == Start)
        {
            // The receiver has not yet heard where it begins.
            return;
        }

        ulong released = Shared.Acquire(&_page->Released);
        ulong sent = Sent;
        if (consumed < Consumed || released < Released || consumed > released || released > sent)
        {
            throw new ProtocolViolationException(
                $"{Peer.Describe()} says that it consumed {consumed}/{released} of {sent} messages, after {Consumed}/{Released}. The link is closed; the receiver is faulty or hostile.");
        }

        Consumed = consumed;
        Released = released;
    }

    /// <summary>Reads how far the receiver has received (k = 0).</summary>
    public ulong RefreshTaken()
    {
        ulong taken = Shared.Acquire(&_page->Taken);
        if (taken > Taken && taken <= Sent)
        {
            Taken = taken;
        }

        return Taken;
    }

    /// <summary>Where those of them lay that were not consumed when it was looked last, the oldest first; no more than the window has.</summary>
    private List<ulong>? _givenBack;

    /// <summary>Messages that the receiver gave back untaken (k = 0).</summary>
    public int GivenBack { get; private set; }

    /// <summary>Notes that the receiver gave a message back, so that it is not waited for (k = 0).</summary>
    public void NoteGivenBack(ulong position)
    {
        Taken = Math.Max(Taken, position + 1);
        GivenBack++;
        _givenBack ??= [];
        while (_givenBack.Count > 0 && _givenBack[0] < Consumed)
        {
            _givenBack.RemoveAt(0);
        }

        _givenBack.Add(position);
    }

    /// <summary>
    /// Whether the receiver gave back the message at a position that is not consumed (k = 0): it says so before it counts it as consumed, and may die, or leave it, in between. That message is its
    /// sender's own, who has been told so.
    /// </summary>
    public bool WasGivenBack(ulong position) => _givenBack is { } givenBack && givenBack.Contains(position);

    /// <summary>Whether a position at or beyond <see cref="Consumed"/> was consumed out of order.</summary>
    public bool IsReleased(ulong position)
    {
        int bit = (int)position & _mapMask;
        return (Shared.Acquire(_map + (bit >> 6)) & (1UL << (bit & 63))) != 0;
    }
}
