using Viaduct.Links;

namespace Viaduct;

/// <summary>
/// A client's calls that are not over, by their number, and the places that they take: no more than the capacity are out at a time. A call that nobody waits for any more
/// keeps its place until the server answers, so that a server never has more unread answers than the capacity. Thread-safe.
/// </summary>
/// <param name="requests">Where the requests go out; its gate guards the table.</param>
/// <param name="limit">The places.</param>
/// <param name="freed">A place is free again after all were taken.</param>
internal sealed class OpenCalls<TRequest, TReply>(QueueOutbox<TRequest> requests, int limit, Action freed)
{
    /// <summary>The calls; null for one that nobody waits for any more. Under the gate.</summary>
    private readonly Dictionary<ulong, (Call<TRequest, TReply>? Call, SendLink<TRequest>? Link)> _calls = [];

    /// <summary>Places that are taken.</summary>
    private int _taken;

    /// <summary>Calls that were begun and are not over.</summary>
    public int Count => Volatile.Read(ref _taken);

    /// <summary>Whether a call can begin.</summary>
    public bool HasPlace => Count < limit;

    /// <summary>Takes a place. False only if all are taken: see <see cref="FreePlace"/>.</summary>
    public bool TryTakePlace()
    {
        int taken = Count;
        while (taken < limit)
        {
            int before = taken;
            taken = Interlocked.CompareExchange(ref _taken, before + 1, before);
            if (taken == before)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One call less is out.</summary>
    public void FreePlace()
    {
        // Whoever waits for a place found all of them taken, and all are taken until this one is free.
        if (Interlocked.Decrement(ref _taken) == limit - 1)
        {
            freed();
        }
    }

    /// <summary>Adds a call whose request went out just now. Under the gate.</summary>
    public void Add(Call<TRequest, TReply> call) => _calls.Add(call.Sequence, (call, requests.LastLink));

    /// <summary>Takes a call out that is answered.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="server">Who answers: nobody does for others.</param>
    /// <returns>The call; null where nobody waits for it any more, or nobody ever did.</returns>
    public Call<TRequest, TReply>? Take(ulong sequence, Guid server)
    {
        requests.EnterGate();
        try
        {
            if (!_calls.TryGetValue(sequence, out (Call<TRequest, TReply>? Call, SendLink<TRequest>? Link) entry) || entry.Link?.Peer.SocketId != server)
            {
                return null;
            }

            _calls.Remove(sequence);
            if (entry.Call is not null)
            {
                return entry.Call;
            }
        }
        finally
        {
            requests.ExitGate();
        }

        // The late answer of a call that nobody waits for.
        FreePlace();
        return null;
    }

    /// <summary>Nobody waits for a call any more. False when it is being ended.</summary>
    public bool TryAbandon(Call<TRequest, TReply> call)
    {
        requests.EnterGate();
        try
        {
            if (!_calls.TryGetValue(call.Sequence, out (Call<TRequest, TReply>? Call, SendLink<TRequest>? Link) entry) || entry.Call != call)
            {
                return false;
            }

            _calls[call.Sequence] = (null, entry.Link);
            call.KeepsPlace = true;
            return true;
        }
        finally
        {
            requests.ExitGate();
        }
    }

    /// <summary>Fails the calls that went to a server; null = all.</summary>
    public void FailAll(LinkEnd? server, Exception error)
    {
        List<KeyValuePair<ulong, (Call<TRequest, TReply>? Call, SendLink<TRequest>? Link)>> failed;
        requests.EnterGate();
        try
        {
            failed = [.. _calls.Where(entry => server is null || ReferenceEquals(entry.Value.Link, server))];
            foreach (KeyValuePair<ulong, (Call<TRequest, TReply>? Call, SendLink<TRequest>? Link)> entry in failed)
            {
                _calls.Remove(entry.Key);
            }
        }
        finally
        {
            requests.ExitGate();
        }

        foreach (KeyValuePair<ulong, (Call<TRequest, TReply>? Call, SendLink<TRequest>? Link)> entry in failed)
        {
            if (entry.Value.Call is { } call)
            {
                call.Fail(error);
            }
            else
            {
                FreePlace();
            }
        }
    }
}
