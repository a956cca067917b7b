namespace Viaduct.Memory;

/// <summary>
/// What one socket may take of a pool: its loans and all that its receivers have not consumed. A receiver that is slow, or keeps its leases, so
/// takes memory from its own sender only. Keeps what came back, since the next message is likely to be of that size. Thread-safe.
/// </summary>
/// <remarks>
/// A sender that has nothing else out uses what there is, and so needs little. One that streams uses a whole <see cref="ChunkPool.Rotation"/>
/// in turn: what came back just now is still in the reader's caches, and slow to write. Where few messages are more than the caches hold, see
/// <see cref="ChunkPool.FillsCaches"/>.
/// </remarks>
internal sealed class ChunkShare
{
    /// <summary>So many are kept however many are out.</summary>
    private const int LeastKept = 2;

    /// <summary>Guards the fields below. Who sends takes and gives back: the gate leans towards that thread.</summary>
    private Gate _gate = new();

    /// <summary>What came back, a ring in the order of return; null until something did.</summary>
    private Chunk?[]? _kept;

    /// <summary>Where the one lies that came back first.</summary>
    private int _first;

    /// <summary>How many are kept.</summary>
    private int _count;

    /// <summary>How many are out.</summary>
    private int _out;

    /// <summary>Counts what is taken.</summary>
    private int _taken;

    /// <summary>The count when idle chunks were looked for last; only for <see cref="FlushIfIdle"/>.</summary>
    private int _takenThen;

    /// <summary>Nothing is kept any more.</summary>
    private volatile bool _closed;

    /// <summary>A share of a pool, until <see cref="Close"/>.</summary>
    public ChunkShare(ChunkPool pool, long limit)
    {
        Pool = pool;
        Limit = limit;
        pool.Add(this);
    }

    /// <summary>The Pool.</summary>
    public ChunkPool Pool { get; }

    /// <summary>The most bytes; a single chunk that is larger goes when nothing else is out.</summary>
    public long Limit { get; }

    /// <summary>Bytes of the chunks that are out or kept. Guarded by the pool's lock.</summary>
    public long Bytes { get; set; }

    /// <summary>A chunk of at least <paramref name="length"/> bytes, or false when the share, or the pool, has no more.</summary>
    public bool TryRent(int length, out Chunk chunk)
    {
        int size = ChunkPool.SizeFor(length);
        if (TryReuse(size, ChunkPool.Rotation(size), out chunk))
        {
            return true;
        }

        if (!Pool.TryRent(this, size, ChunkNeed.Welcome, out chunk!))
        {
            if (TryReuse(size, 0, out chunk))
            {
                return true;
            }

            // What is kept is of other sizes, and counts against the bounds.
            Flush();
            if (!Pool.TryRent(this, size, ChunkNeed.Needed, out chunk!))
            {
                return false;
            }
        }

        CountOut();
        return true;
    }

    /// <summary>A chunk of at least <paramref name="length"/> bytes if one is kept whose turn it is, and nobody is refused any.</summary>
    public bool TryReady(int length, out Chunk chunk)
    {
        if (Volatile.Read(ref _count) > 0 && !Pool.IsStarved)
        {
            int size = ChunkPool.SizeFor(length);
            return TryReuse(size, ChunkPool.Rotation(size), out chunk);
        }

        chunk = null!;
        return false;
    }

    /// <summary>A chunk for a message that has one already and outgrew it: beyond the share if need be, since it could not be finished otherwise.</summary>
    public Chunk Rent(int length)
    {
        Pool.TryRent(this, ChunkPool.SizeFor(length), ChunkNeed.Insisted, out Chunk? chunk);
        CountOut();
        return chunk!;
    }

    /// <summary>Takes a chunk back whose last user is through.</summary>
    public void Return(Chunk chunk)
    {
        Chunk? surplus = chunk;
        int rotation = ChunkPool.Rotation(chunk.Size);

        // Looked at inside: who closes, or starves, enters after saying so, and finds what was kept before.
        _gate.Enter();
        int left = --_out;
        if (!_closed && !Pool.IsStarved)
        {
            surplus = _count >= Math.Max(LeastKept, rotation - left) ? TakeFirst() : null;
            _kept ??= new Chunk?[ChunkPool.MostRotation];
            _kept[(_first + _count++) & (ChunkPool.MostRotation - 1)] = chunk;
        }

        _gate.Exit();
        if (surplus is not null)
        {
            Pool.Return(this, surplus);
        }
    }

    /// <summary>Gives back what is kept.</summary>
    public void Flush()
    {
        while (true)
        {
            _gate.Enter();
            Chunk? kept = _count > 0 ? TakeFirst() : null;
            _gate.Exit();
            if (kept is null)
            {
                return;
            }

            Pool.Return(this, kept);
        }
    }

    /// <summary>Gives back what is kept if nothing was taken since this was asked last. By one thread.</summary>
    public void FlushIfIdle()
    {
        // Not for the gate: who sends would have to share it from then on.
        int taken = Volatile.Read(ref _taken);
        if (taken == _takenThen)
        {
            if (Volatile.Read(ref _count) > 0)
            {
                Flush();
            }
        }
        else
        {
            _takenThen = taken;
        }
    }

    /// <summary>Keeps nothing any more.</summary>
    public void Close()
    {
        _closed = true;
        Flush();
        Pool.Remove(this);
    }

    /// <summary>The chunk that came back first, once a rotation is complete or nothing else is out (large ones: the last then). False where there is none of that size.</summary>
    private bool TryReuse(int size, int rotation, out Chunk chunk)
    {
        Chunk? kept = null;
        _gate.Enter();
        if (_count > 0 && (_out == 0 || _out + _count >= rotation))
        {
            kept = _out == 0 && ChunkPool.FillsCaches(size) ? TakeLast() : TakeFirst();
            if (kept.Size == size)
            {
                _out++;
                _taken++;
                _gate.Exit();
                kept.Begin(this);
                chunk = kept;
                return true;
            }
        }

        _gate.Exit();
        if (kept is not null)
        {
            Pool.Return(this, kept);
        }

        chunk = null!;
        return false;
    }

    private Chunk TakeFirst()
    {
        Chunk first = _kept![_first]!;
        _kept[_first] = null;
        _first = (_first + 1) & (ChunkPool.MostRotation - 1);
        _count--;
        return first;
    }

    private Chunk TakeLast()
    {
        ref Chunk? at = ref _kept![(_first + --_count) & (ChunkPool.MostRotation - 1)];
        Chunk last = at!;
        at = null;
        return last;
    }

    private void CountOut()
    {
        _gate.Enter();
        _out++;
        _taken++;
        _gate.Exit();
    }
}
