using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Blobs;
using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>
/// The writing end of a ring of variable-length records: one writer, any number of reading cursors. It knows from its own books
/// where each message of the window begins and which chunk it holds, so it never reads back what a peer could have changed.
/// Not thread-safe: its socket's gate guards it.
/// </summary>
internal sealed unsafe class RecordRing
{
    /// <summary>Messages of one ring, consumed out of order or not, never lie further apart than this at the least.</summary>
    private const int SmallestWindow = 64;

    /// <summary>Ring bytes of a message that lies in a chunk.</summary>
    private const int ChunkRecord = 32;

    private const int SmallestSize = 4096;
    private const int LargestSize = 1 << (RingMark.OffsetBits + 4);
    private const int UsualLargestSize = 1 << 20;
    private const int LargestInline = 32 * 1024;

    private const int HasChunk = 1;
    private const int Freed = 2;
    private const int HasBlobs = 4;

    private readonly byte* _ring;
    private readonly SenderPage* _page;
    private readonly int _size;
    private readonly int _mask;
    private readonly int _window;
    private readonly int _inlineMaximum;
    private readonly ChunkShare _chunks;
    private readonly Entry[] _entries;

    /// <summary>The chunks of the messages that lie in some, by position; null until there is one.</summary>
    private ChunkUse[]? _chunkUses;

    /// <summary>Some reader copies and may be overtaken: it must be told before bytes are overwritten.</summary>
    private bool _overtakes;

    /// <summary>Some reader wants only the newest message.</summary>
    private bool _showsNewest;

    /// <summary>Byte position behind the last record; never closer than 16 bytes to the ring's end, so a header always fits.</summary>
    private ulong _tail;

    /// <summary>Byte position of the oldest record kept.</summary>
    private ulong _head;

    private ulong _place;
    private ulong _next;
    private int _skipFrom;
    private Chunk? _chunk;
    private int _chunkStart;
    private bool _chunked;
    private int _chunksHeld;

    /// <summary>Messages are committed that are to be seen together; of the first of them the record, and the word that publishes all.</summary>
    private bool _many;
    private byte* _manyRecord;
    private ulong _manyWord;

    /// <summary>The memory of the blobs of the message that is being written: a piece, or an array of them.</summary>
    private object? _blobs;

    /// <summary>Takes over zeroed memory: <see cref="SenderPage.Size"/> bytes for the page and <paramref name="size"/> for the ring.</summary>
    public RecordRing(Allocation page, Allocation ring, int size, int window, ChunkShare chunks, ulong start = 0)
    {
        Page = page;
        Ring = ring;
        _page = (SenderPage*)page.Pointer;
        _ring = ring.Pointer;
        _size = size;
        _mask = size - 1;
        _window = window;
        _chunks = chunks;
        _inlineMaximum = Math.Min(size / 4, LargestInline);
        _entries = new Entry[window];
        Waiting = new WaitingWord(&_page->Waiting);
        Sent = First = start;
        PublishOldest();
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
    public int Window => _window;

    /// <summary>Bytes of the largest message that is put into the ring itself.</summary>
    public int InlineMaximum => _inlineMaximum;

    /// <summary>The next message's position.</summary>
    public ulong Sent { get; private set; }

    /// <summary>The oldest position kept.</summary>
    public ulong First { get; private set; }

    /// <summary>Payload bytes kept, where they are counted.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether <see cref="Bytes"/> is wanted.</summary>
    public bool CountsBytes { get; init; }

    /// <summary>Messages kept that lie in chunks.</summary>
    public int ChunksHeld => _chunksHeld;

    /// <summary>Asks the readers what they have consumed, and reclaims it where more than so many messages lie in chunks.</summary>
    public Action<int>? Recycle { get; init; }

    /// <summary>Where a new cursor starts.</summary>
    public ulong TailMark => RingMark.Pack(Sent, (int)_tail & _mask);

    /// <summary>Positions a ring for capacity k keeps: k, and room for what is consumed behind a long-held lease.</summary>
    public static int WindowFor(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(SmallestWindow, capacity + 1));

    /// <summary>Ring bytes for a capacity: all messages of a fixed size fit; of others as many small ones as is usual, and always k references to chunks.</summary>
    public static int SizeFor(int capacity, int fixedSize)
    {
        long window = WindowFor(capacity);
        long least = (window * ChunkRecord) + 256;
        long wanted = fixedSize >= 0 && fixedSize <= LargestInline
            ? (window * Math.Max(ChunkRecord, RecordHeader.Occupies(fixedSize))) + RecordHeader.Occupies(fixedSize) + 256
            : window * 512;
        long size = Math.Clamp(wanted, SmallestSize, Math.Max(UsualLargestSize, least));
        return (int)Math.Min(LargestSize, BitOperations.RoundUpToPowerOf2((ulong)Math.Max(size, least)));
    }

    /// <summary>
    /// Writes and publishes a small message of a fixed size at its first attempt: what <see cref="TryReserve(int)"/> and <see cref="Commit"/> do,
    /// in few instructions. False when they have to look closer.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite<T>(in T message, ulong sequence)
    {
        byte* record = TryAppend(message, sequence);
        if (record == null)
        {
            return false;
        }

        // As in Publish, which see.
        Shared.Write((ulong*)(_ring + ((int)_tail & _mask)), 0UL);
        Shared.Release((ulong*)record, RecordHeader.Pack(Unsafe.SizeOf<T>(), RecordHeader.Inline, 1));
        return true;
    }

    /// <summary>As <see cref="TryWrite{T}(in T, ulong)"/>, as many as there is room for, all published by one release store: that of the first.</summary>
    /// <returns>How many were written.</returns>
    public int TryWrite<T>(ReadOnlySpan<T> messages, ulong sequence)
    {
        ulong word = RecordHeader.Pack(Unsafe.SizeOf<T>(), RecordHeader.Inline, 1);
        byte* first = null;
        int count = 0;
        for (; count < messages.Length; count++)
        {
            byte* record = TryAppend(messages[count], sequence + (ulong)count);
            if (record == null)
            {
                break;
            }

            if (first == null)
            {
                first = record;
            }
            else
            {
                // Nobody comes here before the first is published.
                Shared.Write((ulong*)record, word);
            }
        }

        if (first != null)
        {
            Shared.Write((ulong*)(_ring + ((int)_tail & _mask)), 0UL);
            Shared.Release((ulong*)first, word);
        }

        return count;
    }

    /// <summary>Room to write a message of that many bytes, or null when there is none now. <see cref="Commit"/> publishes it.</summary>
    public byte* TryReserve(int length)
    {
        int held = (int)(Sent - First);
        if (held >= _window)
        {
            return null;
        }

        // What is put into the ring itself must leave room to refer to as many chunks as positions are left: k is exact.
        if (length <= _inlineMaximum && TryPlace(RecordHeader.Occupies(length), ((_window - held) * ChunkRecord) + RecordHeader.Size))
        {
            _chunked = false;
            return _ring + ((int)_place & _mask) + RecordHeader.Size;
        }

        if (!TryPlace(ChunkRecord, 0))
        {
            return null;
        }

        if (ChunkPool.LooksFirst(length) || !_chunks.TryReady(length, out _chunk!))
        {
            if (_chunksHeld > 1 && ChunkPool.EnoughInFlight(length) is var enough && _chunksHeld > enough)
            {
                // What was consumed meanwhile comes back before more is taken.
                Recycle?.Invoke(enough);
            }

            if (!_chunks.TryRent(length, out _chunk!))
            {
                return null;
            }
        }

        _chunkStart = 0;
        _chunked = true;
        return _chunk.Pointer;
    }

    /// <summary>Prepares a message that lies in a chunk already, of which it becomes a user. <see cref="Commit"/> publishes it.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="start">The message's first byte in it.</param>
    /// <param name="given">The caller was a user, and the message is one in its place.</param>
    public bool TryReserve(Chunk chunk, int start, bool given = false)
    {
        if ((int)(Sent - First) >= _window || !TryPlace(ChunkRecord, 0))
        {
            return false;
        }

        ObjectDisposedException.ThrowIf(!given && !chunk.TryHold(), typeof(Chunk));
        _chunk = chunk;
        _chunkStart = start;
        _chunked = true;
        return true;
    }

    /// <summary>The message that was reserved last refers to blobs: it is a user of their memory as long as it is kept.</summary>
    public void Attach(BlobList blobs)
    {
        if (_chunksHeld > 1 && ChunkPool.EnoughInFlight(blobs.Longest) is var enough && _chunksHeld > enough)
        {
            // What was consumed meanwhile lets go of its blobs, so that their memory is used again while it is in the caches.
            Recycle?.Invoke(enough);
        }

        _blobs = blobs.HoldAll();
        _chunksHeld++;
    }

    /// <summary>The blobs of a message still kept; null where it refers to none.</summary>
    public object? BlobsOf(ulong position) => (EntryOf(position).Flags & (HasBlobs | Freed)) == HasBlobs ? UseOf(position).Blobs : null;

    /// <summary>Publishes what was reserved last: one release store.</summary>
    public void Commit(int length, ulong sequence, int attempt)
    {
        byte* record = _ring + ((int)_place & _mask);
        ulong word;
        if (_chunked)
        {
            ChunkReference reference = new()
            {
                Segment = _chunk!.Segment,
                Offset = _chunk.Offset + _chunkStart,
                Length = length,
            };
            Shared.Write((ChunkReference*)(record + RecordHeader.Size), reference);
            word = RecordHeader.Pack(sizeof(ChunkReference), RecordHeader.Chunk, attempt);
            _chunksHeld++;
        }
        else
        {
            word = RecordHeader.Pack(length, RecordHeader.Inline, attempt);
        }

        Publish(record, word, sequence, length);
    }

    /// <summary>
    /// What is committed from now on is seen by nobody before <see cref="PublishMany"/>. False where some reader finds its way by other words than
    /// those of the records.
    /// </summary>
    public bool TryBeginMany()
    {
        _many = !_overtakes && !_showsNewest;
        return _many;
    }

    /// <summary>Publishes what was committed since <see cref="TryBeginMany"/>: one release store.</summary>
    public void PublishMany()
    {
        _many = false;
        if (_manyRecord != null)
        {
            // Pairs with the acquire in RecordReader.TryRead: who sees the first sees all.
            Shared.Release((ulong*)_manyRecord, _manyWord);
            _manyRecord = null;
        }
    }

    /// <summary>Gives back what was reserved and is not to be sent.</summary>
    public void Abandon()
    {
        if (_chunked)
        {
            _chunk!.Release();
        }

        if (_blobs is { } blobs)
        {
            BlobList.ReleaseAll(blobs);
            _blobs = null;
            _chunksHeld--;
        }
    }

    /// <summary>Publishes that there is no more. False when the window is full.</summary>
    public bool TryComplete()
    {
        if ((int)(Sent - First) >= _window || !TryPlace(RecordHeader.Size, 0))
        {
            return false;
        }

        _chunked = false;
        Publish(_ring + ((int)_place & _mask), RecordHeader.Pack(0, RecordHeader.Complete, 1), Sent, 0);
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
        ulong head = EntryOf(upTo - 1).End;
        First = upTo;
        _head = head;
        if (_overtakes)
        {
            PublishOldest();
        }

        if (_chunksHeld > 0)
        {
            for (ulong position = from; position < upTo; position++)
            {
                Release(position);
            }
        }
        else if (CountsBytes)
        {
            Bytes = First == Sent ? 0 : Bytes - SumLengths(from, upTo);
        }
    }

    /// <summary>One message beyond the consumed prefix is no longer read: its chunk and its bytes come back now, its record later.</summary>
    public void Release(ulong position)
    {
        ref Entry entry = ref EntryOf(position);
        if ((entry.Flags & Freed) != 0)
        {
            return;
        }

        if ((entry.Flags & HasChunk) != 0)
        {
            ref ChunkUse use = ref UseOf(position);
            use.Chunk!.Release();
            use.Chunk = null;
            _chunksHeld--;
        }

        if ((entry.Flags & HasBlobs) != 0)
        {
            ref ChunkUse use = ref UseOf(position);
            BlobList.ReleaseAll(use.Blobs!);
            use.Blobs = null;
            _chunksHeld--;
        }

        entry.Flags |= Freed;
        if (CountsBytes)
        {
            Bytes -= entry.Length;
        }
    }

    /// <summary>Whether <see cref="Release"/> freed that position.</summary>
    public bool IsFreed(ulong position) => (EntryOf(position).Flags & Freed) != 0;

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
        if (RecordHeader.Kind(word) != RecordHeader.Chunk)
        {
            return new ReadOnlySpan<byte>(record + RecordHeader.Size, RecordHeader.Length(word));
        }

        ref ChunkUse use = ref UseOf(position);
        return new ReadOnlySpan<byte>(use.Chunk!.Pointer + use.Start, EntryOf(position).Length);
    }

    /// <summary>The chunk of a message still kept, if it lies in one.</summary>
    public Chunk? ChunkOf(ulong position, out int start)
    {
        start = 0;
        if ((EntryOf(position).Flags & (HasChunk | Freed)) != HasChunk)
        {
            return null;
        }

        ref ChunkUse use = ref UseOf(position);
        start = use.Start;
        return use.Chunk;
    }

    /// <summary>Where the record of a position that is still kept begins, as a byte offset in the ring.</summary>
    public int OffsetOf(ulong position) =>
        (int)(position == First ? _head : EntryOf(position - 1).End) & _mask;

    /// <summary>From now on some reader may be overtaken: it is told before anything is overwritten.</summary>
    public void AllowOvertaking()
    {
        _overtakes = true;
        PublishOldest();
    }

    /// <summary>From now on some reader wants only the newest message: it is told where that lies.</summary>
    public void ShowNewest() => _showsNewest = true;

    /// <summary>Gives all chunks back; the ring is not used again.</summary>
    public void Close()
    {
        for (ulong position = First; position < Sent; position++)
        {
            Release(position);
        }

        First = Sent;
    }

    /// <summary>Writes the record of a usual message but for its word, and books it; null where there is no room or the ring's end is near.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* TryAppend<T>(in T message, ulong sequence)
    {
        int need = RecordHeader.Occupies(Unsafe.SizeOf<T>());
        int held = (int)(Sent - First);
        int offset = (int)_tail & _mask;
        ulong next = _tail + (ulong)need;
        if (held >= _window
            || _showsNewest
            || offset + need + RecordHeader.Size > _size
            || next + (ulong)(((_window - held) * ChunkRecord) + (2 * RecordHeader.Size)) > _head + (ulong)_size)
        {
            return null;
        }

        byte* record = _ring + offset;
        Shared.Write((ulong*)(record + 8), sequence);
        Shared.WriteMessage(record + RecordHeader.Size, message);
        ref Entry entry = ref EntryOf(Sent);
        entry.End = next;
        entry.Length = Unsafe.SizeOf<T>();
        entry.Flags = 0;
        if (CountsBytes)
        {
            Bytes += Unsafe.SizeOf<T>();
        }

        _tail = next;
        Sent++;
        return record;
    }

    private bool TryPlace(int need, int spare)
    {
        int offset = (int)_tail & _mask;
        int toEnd = _size - offset;
        int skip = toEnd < need + RecordHeader.Size ? toEnd : 0;
        if (_tail + (ulong)(skip + need + RecordHeader.Size + spare) > _head + (ulong)_size)
        {
            return false;
        }

        _skipFrom = skip == 0 ? -1 : offset;
        _place = _tail + (ulong)skip;
        _next = _place + (ulong)need;
        return true;
    }

    private void Publish(byte* record, ulong word, ulong sequence, int length)
    {
        bool ends = RecordHeader.Kind(word) == RecordHeader.Complete;

        // The word behind the record must read as "nothing yet" before this record can be seen: see RecordHeader.
        Shared.Write((ulong*)(_ring + ((int)_next & _mask)), 0UL);
        Shared.Write((ulong*)(record + 8), sequence);
        ref Entry entry = ref EntryOf(Sent);
        entry.End = _next;
        entry.Length = length;
        entry.Flags = 0;
        if (_chunked)
        {
            entry.Flags = HasChunk;
            UseOf(Sent) = new ChunkUse { Chunk = _chunk, Start = _chunkStart };
        }

        if (_blobs is not null)
        {
            entry.Flags |= HasBlobs;
            UseOf(Sent).Blobs = _blobs;
            _blobs = null;
        }

        if (CountsBytes)
        {
            Bytes += length;
        }

        _tail = _next;
        Sent++;
        if (_skipFrom >= 0)
        {
            // The reader still stands before the skip, so the record at the start needs no order of its own.
            Shared.Write((ulong*)record, word);
            Shared.Write((ulong*)(_ring + _skipFrom + 8), 0UL);
            record = _ring + _skipFrom;
            word = RecordHeader.Pack(0, RecordHeader.Skip, 0);
        }

        if (!_many)
        {
            // Release: pairs with the acquire in RecordReader.TryRead. All bytes of the record are visible to whoever sees the word.
            Shared.Release((ulong*)record, word);
        }
        else if (_manyRecord == null)
        {
            _manyRecord = record;
            _manyWord = word;
        }
        else
        {
            // Nobody comes here before the first is published.
            Shared.Write((ulong*)record, word);
        }

        if (_showsNewest && !ends)
        {
            // Pairs with the acquire in RecordReader.PassOver.
            Shared.Release(&_page->Newest, RingMark.Pack(Sent - 1, (int)_place & _mask));
        }
    }

    private void PublishOldest()
    {
        Shared.Release(&_page->Oldest, RingMark.Pack(First, (int)_head & _mask));

        // Store → store against the overwriting that follows: pairs with the read barrier in RecordReader.WasOvertaken.
        Shared.WriteFence();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Entry EntryOf(ulong position) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_entries), (int)position & (_window - 1));

    private ref ChunkUse UseOf(ulong position) => ref (_chunkUses ??= new ChunkUse[_window])[(int)position & (_window - 1)];

    private long SumLengths(ulong from, ulong upTo)
    {
        long sum = 0;
        for (ulong position = from; position < upTo; position++)
        {
            ref Entry entry = ref EntryOf(position);
            sum += (entry.Flags & Freed) != 0 ? 0 : entry.Length;
        }

        return sum;
    }

    /// <summary>The sender's private note on one position.</summary>
    private struct Entry
    {
        /// <summary>Byte position behind its record.</summary>
        public ulong End;

        /// <summary>Payload bytes.</summary>
        public int Length;

        /// <summary><see cref="HasChunk"/>, <see cref="HasBlobs"/>, <see cref="Freed"/>.</summary>
        public int Flags;
    }

    /// <summary>The chunk that holds a message's payload.</summary>
    private struct ChunkUse
    {
        /// <summary>The chunk, of which the message is a user.</summary>
        public Chunk? Chunk;

        /// <summary>Where in the chunk the payload begins.</summary>
        public int Start;

        /// <summary>The memory of the message's blobs, of which it is a user.</summary>
        public object? Blobs;
    }
}
