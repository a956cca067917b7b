namespace Viaduct.Memory;

/// <summary>
/// What one socket may take of a pool: its loans and all that its receivers have not consumed. A receiver that is slow, or keeps its leases, so
/// takes memory from its own sender only. Guarded by the pool's lock.
/// </summary>
internal sealed class ChunkShare(ChunkPool pool, long limit)
{
    /// <summary>The pool.</summary>
    public ChunkPool Pool => pool;

    /// <summary>The most bytes; a single chunk that is larger goes when nothing else is out.</summary>
    public long Limit => limit;

    /// <summary>Bytes of the chunks that are out.</summary>
    public long Bytes { get; set; }

    /// <summary>A chunk of at least <paramref name="length"/> bytes, or false when the share, or the pool, has no more.</summary>
    public bool TryRent(int length, out Chunk chunk) => pool.TryRent(this, length, force: false, out chunk!);

    /// <summary>A chunk for a message that has one already and outgrew it: beyond the share if need be, since it could not be finished otherwise.</summary>
    public Chunk Rent(int length)
    {
        pool.TryRent(this, length, force: true, out Chunk? chunk);
        return chunk!;
    }

    /// <summary>Takes a chunk back whose last user is through.</summary>
    public void Return(Chunk chunk) => pool.Return(this, chunk);
}
