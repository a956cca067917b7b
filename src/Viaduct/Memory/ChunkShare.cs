namespace Viaduct.Memory;

/// <summary>
/// What one socket may take of a pool: its loans and all that its receivers have not consumed. A receiver that is slow, or keeps its leases, so
/// takes memory from its own sender only. Keeps what came back, since the next message is likely to be of that size. Thread-safe.
/// </summary>
/// <remarks>
/// A sender that has nothing else out uses what there is, and so needs little. One that streams uses a whole <see cref="ChunkPool.Rotation"/>
/// in turn: what came back just now is still in the reader's caches, and slow to write.
/// </remarks>
internal sealed class ChunkShare(ChunkPool pool, long limit)
{
    /// <summary>So many are kept however many are out.</summary>
    private const int LeastKept = 2;

    /// <summary>Guards the fields below, for the few nanoseconds that they take.</summary>
    private SpinLock _lock = new(enableThreadOwnerTracking: false);

    /// <summary>What came back, a ring in the order of return; null until something did.</summary>
    private Chunk?[]? _kept;

    /// <summary>Where the one lies that came back first.</summary>
    private int _first;

    /// <summary>How many are kept.</summary>
    private int _count;

    /// <summary>How many are out.</summary>
    private int _out;

    /// <summary>Nothing is kept any more.</summary>
    private volatile bool _closed;

    /// <summary>The pool.</summary>
    public ChunkPool Pool => pool;

    /// <summary>The most bytes; a single chunk that is larger goes when nothing else is out.</summary>
    public long Limit => limit;

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

        if (!pool.TryRent(this, size, ChunkNeed.Welcome, out chunk!))
        {
            if (TryReuse(size, 0, out chunk))
            {
                return true;
            }

            // What is kept is of other sizes, and counts against the bounds.
            Flush();
            if (!pool.TryRent(this, size, ChunkNeed.Needed, out chunk!))
            {
                return false;
            }
        }

        Interlocked.Increment(ref _out);
        return true;
    }

    /// <summary>A chunk for a message that has one already and outgrew it: beyond the share if need be, since it could not be finished otherwise.</summary>
    public Chunk Rent(int length)
    {
        pool.TryRent(this, ChunkPool.SizeFor(length), ChunkNeed.Insisted, out Chunk? chunk);
        Interlocked.Increment(ref _out);
        return chunk!;
    }

    /// <summary>Takes a chunk back whose last user is through.</summary>
    public void Return(Chunk chunk)
    {
        Chunk? surplus = chunk;
        int rotation = ChunkPool.Rotation(chunk.Size);
        Enter();
        int left = Interlocked.Decrement(ref _out);
        if (!_closed && !pool.IsStarved)
        {
            surplus = _count >= Math.Max(LeastKept, rotation - left) ? TakeFirst() : null;
            _kept ??= new Chunk?[ChunkPool.MostRotation];
            _kept[(_first + _count++) & (ChunkPool.MostRotation - 1)] = chunk;
        }

        Exit();
        if (surplus is not null)
        {
            pool.Return(this, surplus);
        }

        // Closed, or somebody starved, meanwhile: leaving is a fence between our chunk and this look.
        if (_closed || pool.IsStarved)
        {
            Flush();
        }
    }

    /// <summary>Gives back what is kept.</summary>
    public void Flush()
    {
        while (true)
        {
            Enter();
            Chunk? kept = _count > 0 ? TakeFirst() : null;
            Exit();
            if (kept is null)
            {
                return;
            }

            pool.Return(this, kept);
        }
    }

    /// <summary>Keeps nothing any more.</summary>
    public void Close()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        Flush();
    }

    /// <summary>The chunk that came back first, once a rotation is complete or nothing else is out. False where there is none of that size.</summary>
    private bool TryReuse(int size, int rotation, out Chunk chunk)
    {
        Chunk? kept = null;
        Enter();
        if (_count > 0 && (_out == 0 || _out + _count >= rotation))
        {
            kept = TakeFirst();
            if (kept.Size == size)
            {
                Interlocked.Increment(ref _out);
                Exit();
                kept.Begin(this);
                chunk = kept;
                return true;
            }
        }

        Exit();
        if (kept is not null)
        {
            pool.Return(this, kept);
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

    private void Enter()
    {
        bool entered = false;
        _lock.Enter(ref entered);
    }

    private void Exit() => _lock.Exit(useMemoryBarrier: true);
}
