using System.Runtime.CompilerServices;
using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>
/// The writing end of a ring of variable-length records: one writer, any number of reading cursors. It knows from its own books
/// where each message of the window begins and which chunk it holds, so it never reads back what a peer could have changed.
/// Not thread-safe: its socket's gate guards it.
/// </summary>
internal sealed unsafe partial class RecordRing
{
    private readonly byte* _ring;
    private readonly SenderPage* _page;
    private readonly int _size;
    private readonly int _mask;
    private readonly RingBooks _books;
    private readonly RingPublication _publication;
    private readonly ChunkShare _chunks;

    /// <summary>A usual message ends below this byte offset; 0 where more has to be done for each than to write it.</summary>
    private int _reach;

    /// <summary>The message that is being written.</summary>
    private Reservation _reserved;

    /// <summary>Takes over zeroed memory: <see cref="SenderPage.Size"/> bytes for the page and <paramref name="size"/> for the ring.</summary>
    public RecordRing(Allocation page, Allocation ring, int size, int window, ChunkShare chunks, ulong start = 0, bool countsBytes = false)
    {
        Page = page;
        Ring = ring;
        _page = (SenderPage*)page.Pointer;
        _ring = ring.Pointer;
        _size = size;
        _mask = size - 1;
        _reach = countsBytes ? 0 : size;
        _chunks = chunks;
        _books = new RingBooks(size, window, start, countsBytes);
        _publication = new RingPublication(_page);
        Window = window;
        InlineMaximum = Math.Min(size / 4, RingSize.LargestInline);
        Waiting = new WaitingWord(&_page->Waiting);
        _publication.PublishOldest(OldestMark);
    }

    /// <summary>Where the sender's page lies.</summary>
    public Allocation Page { get; }

    /// <summary>Where the records lie.</summary>
    public Allocation Ring { get; }

    /// <summary>The sender's page.</summary>
    public SenderPage* PagePointer => _page;

    /// <summary>Says to the readers that the sender waits; one for all of them.</summary>
    public WaitingWord Waiting { get; }

    /// <summary>Bytes of the ring, a power of two.</summary>
    public int Size => _size;

    /// <summary>Positions that may be out at once.</summary>
    public int Window { get; }

    /// <summary>Bytes of the largest message that is put into the ring itself.</summary>
    public int InlineMaximum { get; }

    /// <inheritdoc cref="RingBooks.Sent"/>
    public ulong Sent => _books.Sent;

    /// <inheritdoc cref="RingBooks.First"/>
    public ulong First => _books.First;

    /// <inheritdoc cref="RingBooks.Bytes"/>
    public long Bytes => _books.Bytes;

    /// <inheritdoc cref="RingBooks.ChunksHeld"/>
    public int ChunksHeld => _books.ChunksHeld;

    /// <summary>Asks the readers what they have consumed, and reclaims it where more than so many messages lie in chunks.</summary>
    public Action<int>? Recycle { get; init; }

    /// <summary>Where a new cursor starts.</summary>
    public ulong TailMark => RingMark.Pack(Sent, OffsetIn(_books.Tail));

    /// <summary>
    /// Writes and publishes a small message of a fixed size at its first attempt: what <see cref="TryReserve(int)"/> and <see cref="Commit"/> do,
    /// in few instructions, and few stores: while a line is on its way from the reader's core, all stores behind the first one to it wait, and a
    /// processor keeps no more than some hundred. False when those two have to look closer.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite<T>(in T message, ulong sequence)
    {
        RingBooks books = _books;
        byte* record = TryAppend(books, message);
        if (record == null)
        {
            return false;
        }

        // As in Publish, which see.
        int occupies = RecordHeader.Occupies(Unsafe.SizeOf<T>());
        Shared.Write((ulong*)(record + occupies), 0UL);
        Shared.Release((ulong*)record, RecordHeader.Pack(Unsafe.SizeOf<T>(), RecordHeader.Inline, 1), sequence);
        books.Note(books.Tail + (ulong)occupies, Unsafe.SizeOf<T>());
        return true;
    }

    /// <summary>As <see cref="TryWrite{T}(in T, ulong)"/>, a message of any size that may lie in the ring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite(ReadOnlySpan<byte> message, ulong sequence)
    {
        RingBooks books = _books;
        int occupies = RecordHeader.Occupies(message.Length);
        byte* record = TryAppend(books, occupies);
        if (record == null)
        {
            return false;
        }

        Shared.WriteMessage(record + RecordHeader.Size, message);

        // As in Publish, which see.
        Shared.Write((ulong*)(record + occupies), 0UL);
        Shared.Release((ulong*)record, RecordHeader.Pack(message.Length, RecordHeader.Inline, 1), sequence);
        books.Note(books.Tail + (ulong)occupies, message.Length);
        return true;
    }

    /// <summary>As <see cref="TryWrite{T}(in T, ulong)"/>, as many as there is room for, all published by one release store: that of the first.</summary>
    /// <returns>How many were written.</returns>
    public int TryWrite<T>(ReadOnlySpan<T> messages, ulong sequence)
    {
        RingBooks books = _books;
        int occupies = RecordHeader.Occupies(Unsafe.SizeOf<T>());
        ulong word = RecordHeader.Pack(Unsafe.SizeOf<T>(), RecordHeader.Inline, 1);
        (ulong sent, ulong tail) = (books.Sent, books.Tail);
        byte* first = _ring + OffsetIn(tail);
        int count = 0;
        for (; count < messages.Length; count++)
        {
            int offset = OffsetIn(tail);
            ulong end = tail + (ulong)occupies;
            if (offset + occupies + RecordHeader.Size > _reach || !books.HasRoom(end, sent))
            {
                break;
            }

            byte* record = _ring + offset;
            Shared.WriteMessage(record + RecordHeader.Size, messages[count]);
            if (count > 0)
            {
                // Nobody comes here before the first is published.
                Shared.Write((ulong*)record, word, sequence + (ulong)count);
            }

            books.NoteAt(sent++, end, Unsafe.SizeOf<T>());
            tail = end;
        }

        if (count > 0)
        {
            books.MoveOn(tail, sent);
            Shared.Write((ulong*)(_ring + OffsetIn(tail)), 0UL);
            Shared.Release((ulong*)first, word, sequence);
        }

        return count;
    }

    /// <summary>Room to write a message of that many bytes, or null when there is none now. <see cref="Commit"/> publishes it.</summary>
    public byte* TryReserve(int length)
    {
        if (_books.IsFull)
        {
            return null;
        }

        if (length <= InlineMaximum)
        {
            Place(RecordHeader.Occupies(length));
            if (_books.HasRoom(_reserved.End))
            {
                return _ring + OffsetIn(_reserved.Place) + RecordHeader.Size;
            }
        }

        if (!TryPlace(RingBooks.ChunkRecord) || TryTakeChunk(length) is not { } chunk)
        {
            return null;
        }

        _reserved.Use.Chunk = chunk;
        return chunk.Pointer;
    }

    /// <summary>Publishes what was reserved last: one release store.</summary>
    public void Commit(int length, ulong sequence, int attempt)
    {
        if (_reserved.Use.Chunk is not { } chunk)
        {
            Publish(RecordHeader.Pack(length, RecordHeader.Inline, attempt), sequence, length);
            return;
        }

        ChunkReference reference = new()
        {
            Segment = chunk.Segment,
            Offset = chunk.Offset + _reserved.Use.Start,
            Length = length,
        };
        Shared.Write((ChunkReference*)(_ring + OffsetIn(_reserved.Place) + RecordHeader.Size), reference);
        Publish(RecordHeader.Pack(sizeof(ChunkReference), RecordHeader.Chunk, attempt), sequence, length);
    }

    /// <inheritdoc cref="RingPublication.TryBeginMany"/>
    public bool TryBeginMany() => _publication.TryBeginMany();

    /// <inheritdoc cref="RingPublication.PublishMany"/>
    public void PublishMany() => _publication.PublishMany();

    /// <summary>Gives back what was reserved and is not to be sent.</summary>
    public void Abandon() => _reserved.Abandon();

    /// <summary>Publishes that there is no more. False when the window is full.</summary>
    public bool TryComplete()
    {
        if (!TryPlace(RecordHeader.Size))
        {
            return false;
        }

        Publish(RecordHeader.Pack(0, RecordHeader.Complete, 1), Sent, 0);
        return true;
    }

    /// <summary>Everything below <paramref name="upTo"/> is no longer read by anyone, or may be overwritten.</summary>
    public void Reclaim(ulong upTo)
    {
        if (upTo <= First)
        {
            return;
        }

        ulong from = First;
        _books.MoveTo(upTo);
        if (_publication.Overtakes)
        {
            // Before what the messages used is anybody else's.
            _publication.PublishOldest(OldestMark);
        }

        _books.ReleaseFrom(from);
    }

    /// <summary>One message beyond the consumed prefix is no longer read: its chunk and its bytes come back now, its record later.</summary>
    public void Release(ulong position) => _books.Release(position);

    /// <inheritdoc cref="RingBooks.IsFreed"/>
    public bool IsFreed(ulong position) => _books.IsFreed(position);

    /// <summary>A message still kept, out of our own memory.</summary>
    public ReadOnlySpan<byte> Read(ulong position, out ulong sequence, out int attempt, out bool completes)
    {
        byte* record = _ring + OffsetOf(position);
        if (RecordHeader.Kind(*(ulong*)record) == RecordHeader.Skip)
        {
            record = _ring;
        }

        ulong word = *(ulong*)record;
        sequence = *(ulong*)(record + 8);
        attempt = RecordHeader.Attempt(word);
        completes = RecordHeader.Kind(word) == RecordHeader.Complete;
        return UseOf(position) is { Chunk: { } chunk, Start: var start }
            ? new ReadOnlySpan<byte>(chunk.Pointer + start, _books.LengthOf(position))
            : new ReadOnlySpan<byte>(record + RecordHeader.Size, RecordHeader.Length(word));
    }

    /// <inheritdoc cref="RingBooks.UseOf"/>
    public RingUse UseOf(ulong position) => _books.UseOf(position);

    /// <summary>Where the record of a position that is still kept begins, as a byte offset in the ring.</summary>
    public int OffsetOf(ulong position) => OffsetIn(_books.StartOf(position));

    /// <summary>From now on some reader may be overtaken: it is told before anything is overwritten.</summary>
    public void AllowOvertaking()
    {
        _publication.AllowOvertaking();
        _publication.PublishOldest(OldestMark);
    }

    /// <summary>From now on some reader wants only the newest message: it is told where that lies.</summary>
    public void ShowNewest()
    {
        _publication.ShowNewest();
        _reach = 0;
    }

    /// <summary>Gives all chunks back; the ring is not used again.</summary>
    public void Close() => _books.Close();

    /// <summary>Writes the record of a usual message but for its first two words; null where there is no room or the ring's end is near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* TryAppend<T>(RingBooks books, in T message)
    {
        byte* record = TryAppend(books, RecordHeader.Occupies(Unsafe.SizeOf<T>()));
        if (record != null)
        {
            Shared.WriteMessage(record + RecordHeader.Size, message);
        }

        return record;
    }

    /// <summary>Where the record of a usual message goes; null where there is no room or the ring's end is near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* TryAppend(RingBooks books, int occupies)
    {
        ulong tail = books.Tail;
        int offset = OffsetIn(tail);
        return offset + occupies + RecordHeader.Size <= _reach && books.HasRoom(tail + (ulong)occupies) ? _ring + offset : null;
    }

    private ulong OldestMark => RingMark.Pack(First, OffsetIn(_books.Head));

    private int OffsetIn(ulong bytePosition) => (int)bytePosition & _mask;

    /// <summary>A place for a record that is not behind the ring's last 16 bytes, so that there is room for the next word.</summary>
    private void Place(int occupies)
    {
        ulong tail = _books.Tail;
        int offset = OffsetIn(tail);
        int toEnd = _size - offset;
        bool skips = toEnd < occupies + RecordHeader.Size;
        _reserved.SkipFrom = skips ? offset : -1;
        _reserved.Place = skips ? tail + (ulong)toEnd : tail;
        _reserved.End = _reserved.Place + (ulong)occupies;
        _reserved.Use = default;
    }

    private bool TryPlace(int occupies)
    {
        if (_books.IsFull)
        {
            return false;
        }

        Place(occupies);
        return _books.Fits(_reserved.End);
    }

    /// <summary>Publishes the record that was reserved, all but its first 16 bytes written.</summary>
    private void Publish(ulong word, ulong sequence, int length)
    {
        byte* record = _ring + OffsetIn(_reserved.Place);

        // The word behind the record must read as "nothing yet" before this record can be seen: see RecordHeader.
        Shared.Write((ulong*)(_ring + OffsetIn(_reserved.End)), 0UL);
        Shared.Write((ulong*)(record + 8), sequence);
        _books.Note(_reserved.End, length, _reserved.Use);
        _reserved.Use = default;
        bool ends = RecordHeader.Kind(word) == RecordHeader.Complete;
        if (_reserved.SkipFrom >= 0)
        {
            // The reader still stands before the skip, so the record at the start needs no order of its own.
            Shared.Write((ulong*)record, word);
            Shared.Write((ulong*)(_ring + _reserved.SkipFrom + 8), 0UL);
            record = _ring + _reserved.SkipFrom;
            word = RecordHeader.Pack(0, RecordHeader.Skip, 0);
        }

        _publication.Publish(record, word);
        if (_publication.ShowsNewest && !ends)
        {
            _publication.PublishNewest(RingMark.Pack(Sent - 1, OffsetIn(_reserved.Place)));
        }
    }
}
