using Viaduct.Links;

namespace Viaduct.Calls;

/// <summary>
/// The calls of one end that are under way, each at a place that its number names, so that an answer finds its call without a search. Guarded by a gate of
/// its owner's.
/// </summary>
internal sealed class CallTable
{
    /// <summary>Bits of a call's number that say where it lies.</summary>
    private const int SlotBits = 16;

    private readonly Place[] _places;

    /// <summary>Places that are free, as a stack.</summary>
    private readonly int[] _free;
    private int _freeCount;

    /// <summary>An empty table.</summary>
    public CallTable(int capacity)
    {
        int places = Math.Clamp(capacity, 1, 1 << SlotBits);
        _places = new Place[places];
        _free = new int[places];
        for (int i = 0; i < places; i++)
        {
            _free[_freeCount++] = places - 1 - i;
        }
    }

    /// <summary>Calls under way. May be read without the gate.</summary>
    public int Count => _places.Length - Volatile.Read(ref _freeCount);

    /// <summary>Whether no more calls can begin. May be read without the gate.</summary>
    public bool IsFull => Volatile.Read(ref _freeCount) == 0;

    /// <summary>The number of the next call that is added; 0 if there is no place.</summary>
    public uint NextId()
    {
        if (_freeCount == 0)
        {
            return 0;
        }

        int slot = _free[_freeCount - 1];
        ushort uses = _places[slot].Uses == ushort.MaxValue ? (ushort)1 : (ushort)(_places[slot].Uses + 1);
        return ((uint)uses << SlotBits) | (uint)slot;
    }

    /// <summary>Lets no call have a number of <see cref="NextId"/> that may have gone out for none.</summary>
    public void Skip(uint id) => _places[SlotOf(id)].Uses = (ushort)(id >> SlotBits);

    /// <summary>Adds a call, which went out under <see cref="NextId"/> at a position of a link.</summary>
    public void Add(PendingCall call, uint id, SendLink<Frame> link, ulong position)
    {
        int slot = SlotOf(id);
        _freeCount--;
        ref Place place = ref _places[slot];
        place.Uses = (ushort)(id >> SlotBits);
        place.Call = call;
        place.Id = id;
        place.Link = link;
        place.Position = position;
        place.IsWork = call.IsWork;
        link.UnderWay++;
        if (link.WorkTime is { } time && place.IsWork)
        {
            time.Begin();
        }

        call.Id = id;
        if (!ReferenceEquals(call.Link, link))
        {
            // As a rule it is the one of the last time: the collector is told of every reference that is written.
            call.Link = link;
        }
    }

    /// <summary>Whether a call is under way.</summary>
    private bool Contains(PendingCall call) => call.Id != 0 && ReferenceEquals(_places[SlotOf(call.Id)].Call, call);

    /// <summary>Takes a call out whose answer has come; null where nobody waits for it any more, or nobody ever did.</summary>
    /// <param name="id">The number that the answer names.</param>
    /// <param name="callee">Who gave it: nobody answers for others.</param>
    public PendingCall? Take(uint id, Guid callee)
    {
        int slot = SlotOf(id);
        if (slot >= _places.Length || _places[slot].Id != id || _places[slot].Link is not { } link || link.Peer.SocketId != callee)
        {
            return null;
        }

        link.HasSpoken = true;
        PendingCall? call = _places[slot].Call;
        Free(slot);
        return call;
    }

    /// <summary>Nobody waits for a call any more. Its place stays taken until the answer comes. False where it is not under way.</summary>
    public bool TryAbandon(PendingCall call)
    {
        if (!Contains(call))
        {
            return false;
        }

        _places[SlotOf(call.Id)].Call = null;
        call.Id = 0;
        return true;
    }

    /// <summary>Takes all calls out that went to a link (null = any), with how far each has come.</summary>
    /// <param name="link">The link.</param>
    /// <param name="isFinal">Whether the callee can take none any more, and its page says what it took: see <see cref="SendLink.IsLastWord"/>.</param>
    public List<(PendingCall Call, CallProgress Progress)> TakeAll(LinkEnd? link, bool isFinal)
    {
        var taken = new List<(PendingCall Call, CallProgress Progress)>();
        for (int slot = 0; slot < _places.Length; slot++)
        {
            Place place = _places[slot];
            if (place.Id == 0 || (link is not null && !ReferenceEquals(place.Link, link)))
            {
                continue;
            }

            Free(slot);
            CallProgress progress = isFinal ? ProgressOf(place.Link!, place.Position) : CallProgress.Unknown;
            NoteWork(place, progress);
            if (place.Call is { } call)
            {
                taken.Add((call, progress));
            }
        }

        if (link is SendLink<Frame> lost)
        {
            lost.WasAtWork |= MayBeAtUnanswered(lost, isFinal);
        }

        return taken;
    }

    /// <summary>Whether a callee may be at work: it has begun a call that is, and it is not known to have ended it.</summary>
    public bool IsAtWork(SendLink<Frame> link)
    {
        foreach (ref readonly Place place in _places.AsSpan())
        {
            if (ReferenceEquals(place.Link, link) && place.IsWork && ProgressOf(link, place.Position) != CallProgress.NotStarted)
            {
                return true;
            }
        }

        return MayBeAtUnanswered(link, isFinal: true);
    }

    /// <summary>How many calls that are work went out on a link and have no answer yet.</summary>
    public int CountWork(SendLink<Frame> link)
    {
        int count = 0;
        foreach (ref readonly Place place in _places.AsSpan())
        {
            count += ReferenceEquals(place.Link, link) && place.IsWork ? 1 : 0;
        }

        return count;
    }

    /// <summary>
    /// Takes the calls out that went to a link whose callee is dying and that another may carry out at once, with how far each has come by now: a thread of the callee may run
    /// for a moment still.
    /// </summary>
    public List<(PendingCall Call, CallProgress Progress)> TakeRepeatable(LinkEnd link)
    {
        var taken = new List<(PendingCall Call, CallProgress Progress)>();
        for (int slot = 0; slot < _places.Length; slot++)
        {
            Place place = _places[slot];
            if (ReferenceEquals(place.Link, link) && place.Call is { MayRepeat: true } call)
            {
                Free(slot);
                CallProgress progress = ProgressOf(place.Link!, place.Position);
                NoteWork(place, progress);
                taken.Add((call, progress));
            }
        }

        return taken;
    }

    /// <summary>Notes what a lost callee may have been at: also where nobody waits for the answer any more.</summary>
    private static void NoteWork(in Place place, CallProgress progress) => place.Link!.WasAtWork |= place.IsWork && progress != CallProgress.NotStarted;

    /// <summary>Whether a callee may be at a call without an answer: nobody hears that it is over.</summary>
    private static bool MayBeAtUnanswered(SendLink<Frame> link, bool isFinal) =>
        link.FirstUnanswered is { } first && (!isFinal || ProgressOf(link, first) != CallProgress.NotStarted);

    private static int SlotOf(uint id) => (int)(id & ((1 << SlotBits) - 1));

    /// <summary>
    /// What a callee had taken it consumed at once, and its page, or over a stream its last word, outlives it. What a crash may have scribbled there is believed only where it can
    /// be true.
    /// </summary>
    private static CallProgress ProgressOf(SendLink<Frame> link, ulong position)
    {
        if (link.IsBroken)
        {
            return CallProgress.Unknown;
        }

        try
        {
            link.Refresh();
        }
        catch (ProtocolViolationException)
        {
            return CallProgress.Unknown;
        }

        return position >= link.Consumed ? CallProgress.NotStarted : CallProgress.Started;
    }

    private void Free(int slot)
    {
        ref Place place = ref _places[slot];
        if (place.Call is { } call)
        {
            call.Id = 0;
        }

        place.Link!.UnderWay--;
        if (place.Link.WorkTime is { } time && place.IsWork)
        {
            time.End();
        }

        place.Call = null;
        place.Link = null;
        place.Id = 0;
        _free[_freeCount++] = slot;
    }

    private struct Place
    {
        /// <summary>Who waits; null when nobody does.</summary>
        public PendingCall? Call;

        /// <summary>Where it went.</summary>
        public SendLink<Frame>? Link;

        /// <summary>Its position on that link.</summary>
        public ulong Position;

        /// <summary>What its answer names; 0 = this place is free.</summary>
        public uint Id;

        /// <summary>Counts how often this place was taken, so that numbers differ and none is 0.</summary>
        public ushort Uses;

        /// <summary>As <see cref="PendingCall.IsWork"/>.</summary>
        public bool IsWork;
    }
}
