using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Viaduct.Rpc;

/// <summary>What one end has handed out, by number, and to whom. Thread-safe.</summary>
internal sealed class ExportTable
{
    /// <summary>Numbers from this one on are chosen by the caller: results that it uses before they are there.</summary>
    public const uint FirstPromise = 0x8000_0000;

    /// <summary>The most that one peer may hold: more is a leak, or an attack.</summary>
    private const int MostPerOwner = 65536;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, (IExport Export, Guid Owner)> _exports = [];
    private readonly Dictionary<(Guid Owner, uint Id), IExport> _promises = [];
    private readonly Dictionary<Guid, int> _counts = [];
    private uint _last;
    private bool _isClosed;

    /// <summary>Streams, objects and promised objects that are handed out now.</summary>
    public int Current
    {
        get
        {
            lock (_lock)
            {
                return _exports.Count + _promises.Count;
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
            _exports.Add(id, (export, owner));
        }

        if (isFirst)
        {
            Used?.Invoke();
        }

        return id;
    }

    /// <summary>The promise of a number that its owner chose: it may ask for it before this end has heard of it.</summary>
    /// <exception cref="InvalidOperationException">The peer holds too many.</exception>
    public Promise PromiseOf(Guid owner, uint id)
    {
        lock (_lock)
        {
            if (_promises.TryGetValue((owner, id), out IExport? known))
            {
                return (Promise)known;
            }

            Count(owner);
            var promise = new Promise();
            _promises.Add((owner, id), promise);
            return promise;
        }
    }

    /// <summary>Now it is known who has something.</summary>
    public void SetOwner(uint id, Guid owner)
    {
        lock (_lock)
        {
            ref (IExport Export, Guid Owner) entry = ref CollectionsMarshal.GetValueRefOrNullRef(_exports, id);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry) && entry.Owner == Guid.Empty)
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
            export = PromiseOf(peer, id);
            return true;
        }

        lock (_lock)
        {
            bool found = _exports.TryGetValue(id, out (IExport Export, Guid Owner) entry) && (entry.Owner == peer || entry.Owner == Guid.Empty);
            export = found ? entry.Export : null;
            return found;
        }
    }

    /// <summary>Something was never of use to anybody.</summary>
    public void Withdraw(uint id)
    {
        Guid owner;
        lock (_lock)
        {
            if (!_exports.TryGetValue(id, out (IExport Export, Guid Owner) entry))
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
        IExport? released;
        bool wasLast = false;
        lock (_lock)
        {
            if (id >= FirstPromise)
            {
                if (_promises.Remove((peer, id), out released))
                {
                    Uncount(peer);
                }
            }
            else if (_exports.TryGetValue(id, out (IExport Export, Guid Owner) entry) && (entry.Owner == peer || entry.Owner == Guid.Empty))
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
            foreach ((uint id, (IExport export, Guid owner)) in _exports)
            {
                if (owner == peer)
                {
                    released.Add(export);
                    _exports.Remove(id);
                }
            }

            wereLast &= _exports.Count == 0;
            foreach (((Guid owner, uint id) key, IExport promise) in _promises)
            {
                if (key.owner == peer)
                {
                    released.Add(promise);
                    _promises.Remove(key);
                }
            }

            _counts.Remove(peer);
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
            released = [.. _exports.Values.Select(static entry => entry.Export), .. _promises.Values];
            _exports.Clear();
            _promises.Clear();
            _counts.Clear();
        }

        Array.ForEach(released, static export => export.Release());
        if (wereSome)
        {
            Unused?.Invoke();
        }
    }

    private void Count(Guid owner)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, owner, out _);
        if (count >= MostPerOwner)
        {
            throw new InvalidOperationException($"The other end holds {MostPerOwner} streams and objects; it must release some before it gets more.");
        }

        count++;
    }

    private void Uncount(Guid owner)
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, owner);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count) && --count == 0)
        {
            _counts.Remove(owner);
        }
    }
}
