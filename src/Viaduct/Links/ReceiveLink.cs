using System.Runtime.CompilerServices;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Links;

/// <summary>
/// The receiving end of a link: it alone writes the receiver's page, which is credit, acknowledgement and progress at once.
/// Guarded by the receiver's gate.
/// </summary>
internal abstract unsafe class ReceiveLink : LinkEnd
{
    private readonly ReceiverPage* _page;
    private readonly ulong* _map;
    private readonly int _mapMask;

    /// <summary>Keeps the page's memory.</summary>
    private readonly object _memory;

    private readonly bool _rendezvous;
    private readonly ulong _start;
    private ulong _consumed;
    private ulong _released;
    private long _handedOn;

    /// <summary>Messages at the most, once the sender was lost.</summary>
    private long _mostMessages;

    /// <summary>Leases that live although their sender no longer keeps their messages: they hold copies.</summary>
    private HashSet<ulong>? _outlived;

    /// <summary>Begins at a position, on a zeroed page.</summary>
    protected ReceiveLink(PeerIdentity peer, object memory, ReceiverPage* page, int window, ulong start, bool rendezvous)
        : base(peer)
    {
        _memory = memory;
        _page = page;
        _map = (ulong*)((byte*)page + ReceiverPage.Size);
        _mapMask = (2 * window) - 1;
        _rendezvous = rendezvous;
        Window = (ulong)window;
        _consumed = _released = _start = start;
        page->Released = page->Taken = page->Demand = start;

        // Last: the sender takes the page for begun once this is no longer zero.
        Shared.Release(&page->Consumed, start);
    }

    /// <summary>Whether a sender waits for its receiver, and for no more than that it consumes.</summary>
    protected static bool IsWaitedFor(FullMode whenFull, bool rendezvous) => whenFull == FullMode.Wait && !rendezvous;

    /// <summary>Positions that may be out at once.</summary>
    public ulong Window { get; }

    /// <summary>The next message to take.</summary>
    public abstract ulong Position { get; }

    /// <summary>The sender said that there is no more.</summary>
    public bool Completed { get; protected set; }

    /// <summary>The completion was told as an event.</summary>
    public bool CompletionTold { get; set; }

    /// <summary>Raises that messages were missed.</summary>
    public Action<LinkEnd, long>? MissedMessages { get; set; }

    /// <summary>Why the sender was lost; set by whoever notices, once all that it had published can be seen.</summary>
    public Exception? Lost { get; private set; }

    /// <summary>Whether more was taken since the sender was lost than it can have left: what lies there leads back to its own beginning.</summary>
    public bool IsEndless => Lost is not null && Messages > _mostMessages;

    /// <summary>The socket let go of this link; what is released later is the sender's again.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Messages received.</summary>
    public long Messages { get; protected set; }

    /// <summary>Whether nobody has a message in hand that was received, and is for somebody else. Where that is counted: see <see cref="NoteHandedOn"/>. Any thread.</summary>
    public bool IsHandedOn
    {
        get
        {
            // In this order: what is received meanwhile is then counted as in hand, and so is never overlooked.
            long handedOn = Volatile.Read(ref _handedOn);
            return handedOn >= Messages;
        }
    }

    /// <summary>Whether something that is no answer has come on it, where answers do. Any thread.</summary>
    public bool HasAsked { get; set; }

    /// <summary>Messages that are held by leases.</summary>
    public long HeldLeases => (long)(Position - _released) + (_outlived?.Count ?? 0);

    /// <summary>How many of the first messages were sent before this receiver came: they count beside the capacity.</summary>
    public int History { get; init; }

    /// <summary>
    /// Whether the sender can't send before a lease ends: as many messages are leased as it may have out, and they are not what it had kept. The same as
    /// <see cref="SendLink.Counted"/> at the other end, once all that it sent was taken.
    /// </summary>
    public bool IsUsedUp(int capacity) => HeldLeases >= capacity && (long)(Position - _start) - History >= capacity;

    /// <summary>Messages overwritten before they were received.</summary>
    public ulong Missed => _page->Missed;

    /// <summary>The receiver's page, for the pump of a stream.</summary>
    public ReceiverPage* Page => _page;

    /// <summary>Whether a lease of that position still lives.</summary>
    public bool IsHeld(ulong position) => !IsClosed && (position >= _consumed ? !Bit(position) : _outlived?.Contains(position) == true);

    /// <summary>As <see cref="IsHeld"/>, but without the gate, and so false also of leases for which it would have to be asked.</summary>
    public bool IsHeldForSure(ulong position) => !IsClosed && position >= Volatile.Read(ref _consumed) && !Bit(position);

    /// <summary>The sender was lost. Only the first reason counts.</summary>
    public void Lose(Exception error)
    {
        if (Lost is null)
        {
            _mostMessages = Messages + (long)Window;
            Lost = error;
        }
    }

    /// <summary>Copies the positions released beyond <see cref="ReceiverPage.Consumed"/>, for the pump of a stream.</summary>
    public int CopyReleased(Span<ulong> positions)
    {
        int count = 0;
        if (_released > _consumed)
        {
            for (ulong position = _consumed; position < Position && count < positions.Length; position++)
            {
                if (Bit(position))
                {
                    positions[count++] = position;
                }
            }
        }

        return count;
    }

    /// <summary>Consumes a message: its credit goes back to the sender. False when it was consumed before.</summary>
    public bool Release(ulong position)
    {
        if (!IsHeld(position) || (position < _consumed && _outlived!.Remove(position)))
        {
            return false;
        }

        // The count first, then the place: SendLink.Refresh reads them the other way round.
        _released++;
        if (position != _consumed)
        {
            int bit = (int)position & _mapMask;
            Shared.Write(_map + (bit >> 6), _map[bit >> 6] | (1UL << (bit & 63)));
            Shared.Release(&_page->Released, _released);
        }
        else
        {
            ulong first = _consumed;
            _consumed++;
            while (_consumed < _released && Bit(_consumed))
            {
                _consumed++;
            }

            Shared.Release(&_page->Released, _released);
            Shared.Release(&_page->Consumed, _consumed);

            if (_consumed > first + 1)
            {
                ClearBits(first + 1, _consumed);
            }
        }

        Changed();
        return true;
    }

    /// <summary>Whether a sender that waits may have sent the message at a position: what is released further away than the window the map can't tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool IsWithinWindow(ulong position) => position - _consumed < Window;

    /// <summary>So many more may be taken before one is consumed.</summary>
    protected ulong Room => Window - (Position - _consumed);

    /// <summary>Whether all below a position is consumed, and nothing else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected bool IsInOrder(ulong position) => _consumed == position && _released == position;

    /// <summary>Consumes the messages up to a position that were taken just now, where they are <see cref="IsInOrder"/>; rings no bell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void ConsumeNext(ulong upTo, int count)
    {
        Messages += count;
        _released = _consumed = upTo;

        // The count first, then the place: SendLink.Refresh reads them the other way round.
        Shared.Release(&_page->Released, upTo);
        Shared.Release(&_page->Consumed, upTo);
    }

    /// <summary>Consumes the messages from a position on that were taken just now; as <see cref="Release"/>, in few instructions where no lease is held.</summary>
    protected void ReleaseNext(ulong position, int count = 1)
    {
        if (IsInOrder(position))
        {
            ConsumeNext(position + (ulong)count, count);
            Ring();
            return;
        }

        Messages += count;
        ReleaseEach(position, count);
    }

    private void ReleaseEach(ulong position, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Release(position + (ulong)i);
        }
    }

    /// <summary>Messages that were received have come to whom they are for. Pairs with the acquire in <see cref="IsHandedOn"/>. Any thread.</summary>
    public void NoteHandedOn(int count) => Interlocked.Add(ref _handedOn, count);

    /// <summary>Says how many receives wait (k = 0).</summary>
    public void SetDemand(int receives)
    {
        Shared.Release(&_page->Demand, Position + (uint)receives);
        Changed();
    }

    /// <summary>Answers the sender that wants its message back: gives it if it was not taken yet (k = 0).</summary>
    public void Revoke(ulong position)
    {
        if (_page->RevokeAnswer >> 1 == position + 1)
        {
            // Asked again after a broken connection: the answer stands.
            Changed();
            return;
        }

        bool given = !IsClosed && Position == position && TryDiscard();
        Shared.Release(&_page->RevokeAnswer, ((position + 1) << 1) | (given ? 1UL : 0));
        if (given)
        {
            Release(position);
        }
        else
        {
            Changed();
        }
    }

    /// <summary>Counts messages that a sender let go before they could be sent.</summary>
    public void AddMissed(ulong count)
    {
        Shared.Release(&_page->Missed, _page->Missed + count);
        MissedMessages?.Invoke(this, (long)count);
        Changed();
    }

    /// <summary>Moves past the message at <see cref="Position"/> without taking it.</summary>
    protected abstract bool TryDiscard();

    /// <summary>Notes that a message was handed to the program.</summary>
    /// <param name="copied">Leases hold copies: the sender need not keep the message, and does not wait for it.</param>
    protected void NoteTaken(bool copied)
    {
        Messages++;
        if (copied && Position - _consumed >= Window)
        {
            // A sender that does not wait comes further than the map, and what is told to it, reach from the oldest lease.
            PassOver(Position - 1, Position - 1);
        }

        if (_rendezvous)
        {
            Shared.Release(&_page->Taken, Position);
            Changed();
        }
    }

    /// <summary>Counts overwritten messages, which count as consumed.</summary>
    protected void NoteMissed(ulong count, ulong upTo)
    {
        PassOver(upTo - count, upTo);
        AddMissed(count);
    }

    /// <summary>Consumes all below a position. Leases of messages up to another live on with their copies.</summary>
    private void PassOver(ulong taken, ulong upTo)
    {
        ulong first = _consumed;
        bool outOfOrder = _released > _consumed;
        for (ulong held = first; held < taken; held++)
        {
            if (!Bit(held))
            {
                (_outlived ??= []).Add(held);
            }
        }

        _released = _consumed = upTo;
        Shared.Release(&_page->Released, _released);
        Shared.Release(&_page->Consumed, _consumed);
        if (outOfOrder)
        {
            ClearBits(first, Math.Min(upTo, first + (2 * Window)));
        }
    }

    /// <summary>Cleared after Consumed was moved, so that a kill in between can't turn a consumed message into one that is not.</summary>
    private void ClearBits(ulong from, ulong upTo)
    {
        Shared.WriteFence();
        for (ulong cleared = from; cleared < upTo; cleared++)
        {
            int bit = (int)cleared & _mapMask;
            Shared.Write(_map + (bit >> 6), _map[bit >> 6] & ~(1UL << (bit & 63)));
        }
    }

    private bool Bit(ulong position)
    {
        int bit = (int)position & _mapMask;
        return (_map[bit >> 6] & (1UL << (bit & 63))) != 0;
    }

    private void Changed() => Ring();
}
