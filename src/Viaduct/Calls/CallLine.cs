using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Calls;

/// <summary>
/// Calls that wait at their caller until a callee is free: those of the highest priority first, of these the one with the earliest deadline, of these the one that came first.
/// A heap in which each call knows its place, so that nothing is allocated for one and one can be taken out. Guarded by the gate of its owner's outbox.
/// </summary>
internal sealed class CallLine
{
    private PendingCall[] _heap = new PendingCall[16];
    private ulong _arrivals;

    /// <summary>Calls that wait. May be read without the gate.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a call.</summary>
    public void Add(PendingCall call, Frame frame)
    {
        if (Count == _heap.Length)
        {
            Array.Resize(ref _heap, 2 * Count);
        }

        call.Waiting = frame;
        call.Arrival = ++_arrivals;
        Count++;
        Rise(Count - 1, call);
    }

    /// <summary>The call whose turn it is.</summary>
    public bool TryPeek([NotNullWhen(true)] out PendingCall? call)
    {
        call = Count > 0 ? _heap[0] : null;
        return call is not null;
    }

    /// <summary>Takes a call out. False where it does not wait here.</summary>
    public bool Remove(PendingCall call)
    {
        if (call.Waiting is null)
        {
            return false;
        }

        call.Waiting = null;
        Count--;
        PendingCall last = _heap[Count];
        _heap[Count] = null!;
        if (last != call)
        {
            Sink(call.Place, last);
            Rise(last.Place, last);
        }

        return true;
    }

    private static bool IsBefore(PendingCall one, PendingCall other)
    {
        if (one.Priority != other.Priority)
        {
            return one.Priority > other.Priority;
        }

        return one.Deadline != other.Deadline ? one.Deadline < other.Deadline : one.Arrival < other.Arrival;
    }

    private void Rise(int place, PendingCall call)
    {
        while (place > 0 && _heap[(place - 1) / 2] is var parent && IsBefore(call, parent))
        {
            Put(place, parent);
            place = (place - 1) / 2;
        }

        Put(place, call);
    }

    private void Sink(int place, PendingCall call)
    {
        while ((2 * place) + 1 is var child && child < Count)
        {
            if (child + 1 < Count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsBefore(_heap[child], call))
            {
                break;
            }

            Put(place, _heap[child]);
            place = child;
        }

        Put(place, call);
    }

    private void Put(int place, PendingCall call)
    {
        _heap[place] = call;
        call.Place = place;
    }
}
