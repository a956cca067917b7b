namespace Viaduct.Memory;

/// <summary>
/// What has numbers: found without a lock, by any thread, and changed seldom, each change putting a new table in the old one's place. Thread-safe.
/// </summary>
/// <remarks>
/// A receiver finds by it where a message lies, and waits for what that is read through. So a number's place is what its last bits say, or the first free one behind that: one read that depends on the
/// number, where a dictionary has three.
/// </remarks>
internal sealed class IdMap<T>
    where T : class
{
    private readonly Lock _lock = new();
    private volatile Table _table = new(0);

    /// <summary>How many there are.</summary>
    public int Count => _table.Count;

    /// <summary>All of them, as they are when this is asked.</summary>
    public T[] Values => _table.ToArray();

    /// <summary>What has the number, or null.</summary>
    public T? Find(int id) => _table.Find(id);

    /// <summary>Gives a number to something, whatever had it before.</summary>
    public void Set(int id, T value)
    {
        lock (_lock)
        {
            _table = _table.With(id, value);
        }
    }

    /// <summary>Takes a number back, and what had it; null if nothing did.</summary>
    public T? Remove(int id)
    {
        lock (_lock)
        {
            T? removed = _table.Find(id);
            if (removed is not null)
            {
                _table = _table.With(id, null);
            }

            return removed;
        }
    }

    /// <summary>Takes all numbers back.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _table = new Table(0);
        }
    }

    /// <summary>Numbers and what has them; once it is found by others it does not change.</summary>
    private sealed class Table
    {
        private readonly int[] _ids;
        private readonly T?[] _values;

        /// <summary>A table that at most half of is used, so that each search comes to an end.</summary>
        public Table(int most)
        {
            int size = 2;
            while (size < 2 * most)
            {
                size *= 2;
            }

            _ids = new int[size];
            _values = new T?[size];
        }

        public int Count { get; private set; }

        public T? Find(int id)
        {
            int[] ids = _ids;
            T?[] values = _values;
            for (int place = id; ; place++)
            {
                int at = place & (values.Length - 1);
                T? value = values[at];
                if (value is null || ids[at] == id)
                {
                    return value;
                }
            }
        }

        /// <summary>The same, with another value for a number; null for none.</summary>
        public Table With(int id, T? value)
        {
            var changed = new Table(Count + 1);
            for (int i = 0; i < _ids.Length; i++)
            {
                if (_values[i] is { } other && _ids[i] != id)
                {
                    changed.Add(_ids[i], other);
                }
            }

            if (value is not null)
            {
                changed.Add(id, value);
            }

            return changed;
        }

        public T[] ToArray()
        {
            T[] all = new T[Count];
            int count = 0;
            foreach (T? value in _values)
            {
                if (value is not null)
                {
                    all[count++] = value;
                }
            }

            return all;
        }

        private void Add(int id, T value)
        {
            int at = id & (_values.Length - 1);
            while (_values[at] is not null)
            {
                at = (at + 1) & (_values.Length - 1);
            }

            _ids[at] = id;
            _values[at] = value;
            Count++;
        }
    }
}
