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
    private volatile Table _table = new(2);

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
                _table = _table.Without(id);
            }

            return removed;
        }
    }

    /// <summary>Takes all numbers back.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _table = new Table(2);
        }
    }

    /// <summary>
    /// Numbers and what has them; once it is found by others it does not change. A change copies it and moves little: numbers that a peer chooses so that all want one place cost no more than
    /// their count.
    /// </summary>
    private sealed class Table
    {
        private readonly int[] _ids;
        private readonly T?[] _values;

        /// <summary>A table of so many places, a power of two.</summary>
        public Table(int size)
        {
            _ids = new int[size];
            _values = new T?[size];
        }

        private Table(Table other)
        {
            _ids = (int[])other._ids.Clone();
            _values = (T?[])other._values.Clone();
            Count = other.Count;
        }

        public int Count { get; private set; }

        private int Mask => _values.Length - 1;

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

        /// <summary>The same, with a value for a number. At most half of the places are taken, so that each search comes to an end.</summary>
        public Table With(int id, T value)
        {
            Table changed;
            if (2 * (Count + 1) <= _values.Length)
            {
                changed = new Table(this);
            }
            else
            {
                changed = new Table(2 * _values.Length);
                for (int i = 0; i < _ids.Length; i++)
                {
                    if (_values[i] is { } other)
                    {
                        changed.Put(_ids[i], other);
                    }
                }
            }

            changed.Put(id, value);
            return changed;
        }

        /// <summary>The same without a number, which is there.</summary>
        public Table Without(int id)
        {
            var changed = new Table(this);
            changed.Take(id);
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

        private void Put(int id, T value)
        {
            int at = id & Mask;
            while (_values[at] is not null && _ids[at] != id)
            {
                at = (at + 1) & Mask;
            }

            Count += _values[at] is null ? 1 : 0;
            _ids[at] = id;
            _values[at] = value;
        }

        private void Take(int id)
        {
            int free = id & Mask;
            while (_ids[free] != id || _values[free] is null)
            {
                free = (free + 1) & Mask;
            }

            // Those behind it that were kept from this place, or from one before it, come forward, so that no search ends too soon.
            for (int at = (free + 1) & Mask; _values[at] is not null; at = (at + 1) & Mask)
            {
                if (((at - _ids[at]) & Mask) >= ((at - free) & Mask))
                {
                    _ids[free] = _ids[at];
                    _values[free] = _values[at];
                    free = at;
                }
            }

            _values[free] = null;
            Count--;
        }
    }
}
