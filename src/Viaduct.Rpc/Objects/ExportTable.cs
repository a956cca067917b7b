using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Rpc;

/// <summary>What one end has handed out, by number, and to whom. Thread-safe.</summary>
/// <param name="remembers">Whether calls may come behind the release of what they are made on, since several threads take them: promises that were released last are remembered then.</param>
internal sealed class ExportTable(bool remembers = true)
{
    /// <summary>Numbers from this one on are chosen by the caller: results that it uses before they are there.</summary>
    public const uint FirstPromise = 0x8000_0000;

    /// <summary>The most that one peer may hold: more is a leak, or an attack.</summary>
    private const int MostPerOwner = 65536;

    /// <summary>The most promises beyond these that are kept, as broken ones: who asked for one hears of that whenever it calls it.</summary>
    private const int MostBroken = 65536;

    /// <summary>The most promises of one peer that are remembered as released. As of early cancellations: calls are overtaken by few frames, and for a moment.</summary>
    private const int MostReleased = 512;

    /// <summary>Stands in for each promise that was released: nobody will keep it, and nobody is given it.</summary>
    private static readonly Promise s_released = Broken(new ObjectDisposedException("the result of a call", "The caller has released it before."));

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, Entry> _exports = [];
    private readonly Dictionary<Guid, Owner> _owners = [];
    private uint _last;
    private bool _isClosed;

    /// <summary>Whether no call begins any more that could bring what is promised.</summary>
    private bool _isEnding;

    /// <summary>Streams, objects and promised objects that are handed out now.</summary>
    public int Current
    {
        get
        {
            lock (_lock)
            {
                int promises = 0;
                foreach (Owner owner in _owners.Values)
                {
                    promises += owner.Promised;
                }

                return _exports.Count + promises;
            }
        }
    }

    /// <summary>Whether a call goes on in something that is handed out: in a stream that has not come to its end.</summary>
    public bool HasCallsUnderWay
    {
        get
        {
            lock (_lock)
            {
                foreach (Entry entry in _exports.Values)
                {
                    if (entry.Export.IsUnderWay)
                    {
                        return true;
                    }
                }

                return false;
            }
        }
    }

    /// <summary>Called when the first thing is handed out, and each time that is so again; not under the lock.</summary>
    public Action? Used { get; set; }

    /// <summary>Called when the last thing was released, and each time that is so again; not under the lock.</summary>
    public Action? Unused { get; set; }

    /// <summary>Hands something out; to <see cref="Guid.Empty"/> where it is not known yet who gets it.</summary>
    /// <exception cref="InvalidOperationException">The peer holds too many.</exception>
    public uint Add(IExport export, Guid owner)
    {
        uint id;
        bool isFirst;
        lock (_lock)
        {
            Count(owner);
            do
            {
                _last = _last == FirstPromise - 1 ? 1 : _last + 1;
            }
            while (_exports.ContainsKey(_last));
            id = _last;
            isFirst = _exports.Count == 0;
            _exports.Add(id, new Entry(export, owner));
        }

        if (isFirst)
        {
            Used?.Invoke();
        }

        return id;
    }

    /// <summary>
    /// The promise of a number that its owner chose: it may ask for it before this end has heard of it. A broken one where the peer holds too many, has released it, or nobody will keep it.
    /// </summary>
    /// <param name="owner">Who chose the number.</param>
    /// <param name="id">The number.</param>
    /// <param name="begins">Whether the call begins now that is to bring the object.</param>
    /// <exception cref="InvalidOperationException">The peer holds too many even of these.</exception>
    public Promise PromiseOf(Guid owner, uint id, bool begins = false)
    {
        lock (_lock)
        {
            if (_owners.TryGetValue(owner, out Owner? books) && books.Promises?.TryGetValue(id, out Promise? known) == true)
            {
                known.IsBegun |= begins && known != s_released;
                return known;
            }

            var promise = new Promise { IsBegun = begins };
            Owner holder = Count(owner, MostPerOwner + MostBroken);
            (holder.Promises ??= []).Add(id, promise);
            if (holder.Count > MostPerOwner)
            {
                promise.Break(HoldsTooMany());
            }
            else if (_isEnding)
            {
                promise.Break(NeverBegun());
            }

            return promise;
        }
    }

    /// <summary>No call begins any more: of what is promised, and was not begun, nothing comes.</summary>
    public void EndPromises()
    {
        lock (_lock)
        {
            if (_isEnding)
            {
                return;
            }

            _isEnding = true;
            foreach (Owner owner in _owners.Values)
            {
                foreach (Promise promise in owner.Promises?.Values ?? Enumerable.Empty<Promise>())
                {
                    if (!promise.IsBegun)
                    {
                        promise.Break(NeverBegun());
                    }
                }
            }
        }
    }

    /// <summary>Now it is known who has something.</summary>
    public void SetOwner(uint id, Guid owner)
    {
        lock (_lock)
        {
            if (_exports.TryGetValue(id, out Entry? entry) && entry.Owner == Guid.Empty)
            {
                Count(owner);
                Uncount(Guid.Empty);
                entry.Owner = owner;
            }
        }
    }

    /// <summary>What a peer may use under a number.</summary>
    public bool TryGet(Guid peer, uint id, [NotNullWhen(true)] out IExport? export)
    {
        if (id >= FirstPromise)
        {
            Promise promise = PromiseOf(peer, id);
            export = promise == s_released ? null : promise;
            return export is not null;
        }

        lock (_lock)
        {
            export = _exports.TryGetValue(id, out Entry? entry) && (entry.Owner == peer || entry.Owner == Guid.Empty) ? entry.Export : null;
            return export is not null;
        }
    }

    /// <summary>Something was never of use to anybody.</summary>
    public void Withdraw(uint id)
    {
        Guid owner;
        lock (_lock)
        {
            if (!_exports.TryGetValue(id, out Entry? entry))
            {
                return;
            }

            owner = entry.Owner;
        }

        Release(owner, id);
    }

    /// <summary>A peer has had enough of something.</summary>
    public void Release(Guid peer, uint id)
    {
        IExport? released = null;
        bool wasLast = false;
        lock (_lock)
        {
            if (id >= FirstPromise)
            {
                if (_owners.TryGetValue(peer, out Owner? books) && books.Promises?.TryGetValue(id, out Promise? promise) == true && promise != s_released)
                {
                    released = promise;
                    Forget(books, id);
                    Uncount(peer);
                }
            }
            else if (_exports.TryGetValue(id, out Entry? entry) && (entry.Owner == peer || entry.Owner == Guid.Empty))
            {
                _exports.Remove(id);
                Uncount(entry.Owner);
                released = entry.Export;
                wasLast = _exports.Count == 0;
            }
            else
            {
                return;
            }
        }

        released?.Release();
        if (wasLast)
        {
            Unused?.Invoke();
        }
    }

    /// <summary>A peer is gone.</summary>
    public void ReleaseAll(Guid peer)
    {
        var released = new List<IExport>();
        bool wereLast;
        lock (_lock)
        {
            wereLast = _exports.Count > 0;
            foreach ((uint id, Entry entry) in _exports)
            {
                if (entry.Owner == peer)
                {
                    released.Add(entry.Export);
                    _exports.Remove(id);
                }
            }

            wereLast &= _exports.Count == 0;
            if (_owners.Remove(peer, out Owner? books) && books.Promises is { } promises)
            {
                foreach (Promise promise in promises.Values)
                {
                    // Of calls without an answer that wait for it nobody hears otherwise.
                    promise.Break(new NotBegunException("Who was to have the object is gone."));
                    released.Add(promise);
                }
            }
        }

        released.ForEach(static export => export.Release());
        if (wereLast)
        {
            Unused?.Invoke();
        }
    }

    /// <summary>Releases all, and hands nothing out any more.</summary>
    public void Close()
    {
        IExport[] released;
        bool wereSome;
        lock (_lock)
        {
            _isClosed = true;
            wereSome = _exports.Count > 0;
            released = [.. _exports.Values.Select(static entry => entry.Export), .. _owners.Values.SelectMany(static owner => owner.Promises?.Values ?? Enumerable.Empty<IExport>())];
            _exports.Clear();
            _owners.Clear();
        }

        Array.ForEach(released, static export => export.Release());
        if (wereSome)
        {
            Unused?.Invoke();
        }
    }

    private Owner Count(Guid owner, int most = MostPerOwner)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (!_owners.TryGetValue(owner, out Owner? books))
        {
            _owners.Add(owner, books = new Owner());
        }

        if (books.Count >= most)
        {
            throw HoldsTooMany();
        }

        books.Count++;
        return books;
    }

    /// <summary>A promise is of no use any more. Where a call on it may still come, and would be the first to ask for it, that finds a broken one.</summary>
    private void Forget(Owner owner, uint promise)
    {
        if (!remembers)
        {
            owner.Promises!.Remove(promise);
            return;
        }

        owner.Promises![promise] = s_released;
        Queue<uint> released = owner.Released ??= [];
        released.Enqueue(promise);
        if (released.Count > MostReleased)
        {
            owner.Promises.Remove(released.Dequeue());
        }
    }

    private static Promise Broken(Exception error)
    {
        var promise = new Promise();
        promise.Break(error);
        return promise;
    }

    /// <summary>Why what is promised does not come of a service that ends.</summary>
    public static NotBegunException NeverBegun() => new("The service ended before it began the call that was to bring this object.");

    private static InvalidOperationException HoldsTooMany() => new($"The other end holds {MostPerOwner} streams and objects; it must release some before it gets more.");

    private void Uncount(Guid owner)
    {
        if (_owners.TryGetValue(owner, out Owner? books) && --books.Count == 0 && books.Released is null)
        {
            _owners.Remove(owner);
        }
    }

    /// <summary>Something that is handed out.</summary>
    private sealed class Entry(IExport export, Guid owner)
    {
        public IExport Export => export;

        /// <summary>Who may use it; empty while that is not known.</summary>
        public Guid Owner { get; set; } = owner;
    }

    /// <summary>What one peer holds.</summary>
    private sealed class Owner
    {
        public int Count { get; set; }

        /// <summary>Those of it that are promises, by the numbers that it chose; and those that it has released last.</summary>
        public Dictionary<uint, Promise>? Promises { get; set; }

        /// <summary>The numbers of the latter, the oldest first; null before the first.</summary>
        public Queue<uint>? Released { get; set; }

        /// <summary>How many it holds of the former.</summary>
        public int Promised => (Promises?.Count ?? 0) - (Released?.Count ?? 0);
    }
}
