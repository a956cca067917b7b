using Viaduct.Blobs;
using Viaduct.Memory;

namespace Viaduct.Rings;

/// <content>Messages that lie in chunks, or refer to memory beside the ring.</content>
internal sealed unsafe partial class RecordRing
{
    /// <summary>
    /// Publishes a message at its first attempt that lies at the start of a chunk, of which it becomes a user in the caller's place: what
    /// <see cref="TryReserve(Chunk, int)"/> and <see cref="Commit"/> do, in as few instructions and stores as <see cref="TryWrite{T}(in T, ulong)"/>. False when
    /// those two have to look closer.
    /// </summary>
    public bool TryGive(Chunk chunk, int length, ulong sequence)
    {
        RingBooks books = _books;
        ulong tail = books.Tail;
        int offset = OffsetIn(tail);
        ulong end = tail + RingBooks.ChunkRecord;
        if (offset + RingBooks.ChunkRecord + RecordHeader.Size > _reach || !books.NotesUses || books.IsFull || !books.Fits(end))
        {
            return false;
        }

        byte* record = _ring + offset;
        ChunkReference reference = new() { Segment = chunk.Segment, Offset = chunk.Offset, Length = length };
        Shared.Write((ChunkReference*)(record + RecordHeader.Size), reference);

        // As in Publish, which see.
        Shared.Write((ulong*)(record + RingBooks.ChunkRecord), 0UL);
        Shared.Release((ulong*)record, RecordHeader.Pack(sizeof(ChunkReference), RecordHeader.Chunk, 1), sequence);
        books.Note(end, length, chunk);
        return true;
    }

    /// <summary>Prepares a message that lies in a chunk already, of which it becomes a user. <see cref="Commit"/> publishes it.</summary>
    public bool TryReserve(Chunk chunk, int start)
    {
        if (!TryPlace(RingBooks.ChunkRecord))
        {
            return false;
        }

        if (!chunk.TryHold())
        {
            throw Disposed.Of("The loan that this memory came from has ended.");
        }

        _reserved.Use.Chunk = chunk;
        _reserved.Use.Start = start;
        return true;
    }

    /// <summary>The message that was reserved last refers to blobs: it is a user of their memory as long as it is kept.</summary>
    public void Attach(BlobList blobs)
    {
        RecycleFor(blobs.Longest);
        _reserved.Use.Blobs = blobs.HoldAll();
    }

    private Chunk? TryTakeChunk(int length)
    {
        if (!ChunkPool.LooksFirst(length) && _chunks.TryReady(length, out Chunk ready))
        {
            return ready;
        }

        RecycleFor(length);
        return _chunks.TryRent(length, out Chunk chunk) ? chunk : null;
    }

    /// <summary>What was consumed meanwhile comes back before more memory of that length is taken, so that it is used again while it is in the caches.</summary>
    private void RecycleFor(int length)
    {
        int enough = ChunkPool.EnoughInFlight(length);
        if (ChunksHeld > enough)
        {
            Recycle?.Invoke(enough);
        }
    }
}
