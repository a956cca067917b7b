namespace Viaduct.Memory;

/// <summary>
/// What one socket may take of a pool: its loans and all that its receivers have not consumed. A receiver that is slow, or keeps its leases, so
/// takes memory from its own sender only. Keeps the two chunks that came back last, since the next message is likely to be of their size. Thread-safe.
/// </summary>
internal sealed class ChunkShare(ChunkPool pool, long limit)
{
    /// <summary>Came back last. Whoever exchanges it has it.</summary>
    private Chunk? _hot;

    /// <summary>Came back before that.</summary>
    private Chunk? _warm;

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
        if (Take(ref _hot) is { } hot && Reuse(hot, size))
        {
            chunk = hot;
            return true;
        }

        if (Take(ref _warm) is { } warm && Reuse(warm, size))
        {
            chunk = warm;
            return true;
        }

        return pool.TryRent(this, size, force: false, out chunk!);
    }

    /// <summary>A chunk for a message that has one already and outgrew it: beyond the share if need be, since it could not be finished otherwise.</summary>
    public Chunk Rent(int length)
    {
        pool.TryRent(this, ChunkPool.SizeFor(length), force: true, out Chunk? chunk);
        return chunk!;
    }

    /// <summary>Takes a chunk back whose last user is through.</summary>
    public void Return(Chunk chunk)
    {
        if (_closed || pool.IsStarved)
        {
            pool.Return(this, chunk);
            return;
        }

        if (Interlocked.Exchange(ref _hot, chunk) is { } before && Interlocked.Exchange(ref _warm, before) is { } oldest)
        {
            pool.Return(this, oldest);
        }

        // Closed, or somebody starved, meanwhile: the exchange above is a fence between our chunk and this look.
        if (_closed || pool.IsStarved)
        {
            Flush();
        }
    }

    /// <summary>Gives back what is kept.</summary>
    public void Flush()
    {
        if (Take(ref _hot) is { } hot)
        {
            pool.Return(this, hot);
        }

        if (Take(ref _warm) is { } warm)
        {
            pool.Return(this, warm);
        }
    }

    /// <summary>Keeps nothing any more.</summary>
    public void Close()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        Flush();
    }

    private static Chunk? Take(ref Chunk? kept) => kept is null ? null : Interlocked.Exchange(ref kept, null);

    private bool Reuse(Chunk chunk, int size)
    {
        if (chunk.Size != size)
        {
            pool.Return(this, chunk);
            return false;
        }

        chunk.Begin(this);
        return true;
    }
}
