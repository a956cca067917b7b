namespace Viaduct.Memory;

/// <summary>
/// What has numbers: found without a lock, by any thread, and changed seldom, each change putting a new table in the old one's place. Thread-safe.
/// </summary>
internal sealed class IdMap<T>
    where T : class
{
    private readonly Lock _lock = new();
    private volatile Dictionary<int, T> _entries = [];

    /// <summary>How many there are.</summary>
    public int Count => _entries.Count;

    /// <summary>All of them, as they were when this was asked.</summary>
    public IReadOnlyCollection<T> Values => _entries.Values;

    /// <summary>What has the number, or null.</summary>
    public T? Find(int id) => _entries.TryGetValue(id, out T? entry) ? entry : null;

    /// <summary>Gives a number to something, whatever had it before.</summary>
    public void Set(int id, T entry)
    {
        lock (_lock)
        {
            _entries = new Dictionary<int, T>(_entries) { [id] = entry };
        }
    }

    /// <summary>Takes a number back, and what had it; null if nothing did.</summary>
    public T? Remove(int id)
    {
        lock (_lock)
        {
            if (!_entries.ContainsKey(id))
            {
                return null;
            }

            var entries = new Dictionary<int, T>(_entries);
            entries.Remove(id, out T? removed);
            _entries = entries;
            return removed;
        }
    }

    /// <summary>Takes all numbers back.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries = [];
        }
    }
}
