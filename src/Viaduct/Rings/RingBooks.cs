using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>
/// A ring's private books: where the record of each message kept begins, how long it is, and what memory beside the ring it uses. Nothing
/// here is shared, so nothing that a peer writes changes it. Guarded as the ring is.
/// </summary>
internal sealed class RingBooks
{
    /// <summary>Ring bytes of a message that lies in a chunk.</summary>
    public const int ChunkRecord = 32;

    private const ulong HasChunk = 1UL << 32;
    private const ulong HasBlobs = 1UL << 33;
    private const ulong Freed = 1UL << 34;

    /// <summary>Where in an entry the end of the record stands, in units of 16 bytes, without its high bits.</summary>
    private const int EndShift = 35;

    private const uint EndMask = (1u << (64 - EndShift)) - 1;

    private readonly int _size;
    private readonly int _window;

    /// <summary>
    /// A word for each position, so that sending writes little: payload bytes (32 bits), <see cref="HasChunk"/>, <see cref="HasBlobs"/>,
    /// <see cref="Freed"/>, and the byte position behind the record as far as it can differ from that of others that are kept.
    /// </summary>
    private readonly ulong[] _entries;

    /// <summary>What the messages use beside the ring, by position; null until one uses any.</summary>
    private RingUse[]? _uses;

    /// <summary>Where the next record goes.</summary>
    private NextRecord _next;

    /// <summary>Where the window ends.</summary>
    private ulong _windowEnd;

    /// <summary>Where the ring ends for messages that go into it, plus a <see cref="ChunkRecord"/> for each position: see <see cref="HasRoom(ulong)"/>.</summary>
    private ulong _inlineEnd;

    /// <summary>Begins with nothing kept.</summary>
    /// <param name="size">Bytes of the ring, a power of two.</param>
    /// <param name="window">Positions, a power of two.</param>
    /// <param name="start">The first position.</param>
    /// <param name="countsBytes">Whether <see cref="Bytes"/> is wanted.</param>
    public RingBooks(int size, int window, ulong start, bool countsBytes)
    {
        _size = size;
        _window = window;
        _entries = new ulong[window];
        CountsBytes = countsBytes;
        _next.Sent = First = start;
        NoteRoom();
    }

    /// <summary>Whether <see cref="Bytes"/> is kept.</summary>
    public bool CountsBytes { get; }

    /// <summary>The next message's position.</summary>
    public ulong Sent => _next.Sent;

    /// <summary>The oldest position kept.</summary>
    public ulong First { get; private set; }

    /// <summary>Byte position behind the last record.</summary>
    public ulong Tail => _next.Tail;

    /// <summary>Byte position of the oldest record kept.</summary>
    public ulong Head { get; private set; }

    /// <summary>Payload bytes kept, where they are counted.</summary>
    public long Bytes { get; private set; }

    /// <summary>Messages kept that use memory beside the ring; one that lies in a chunk and refers to blobs counts twice.</summary>
    public int ChunksHeld { get; private set; }

    /// <summary>Whether all positions of the window are taken.</summary>
    public bool IsFull => Sent >= _windowEnd;

    /// <summary>Whether a record may end before that byte position.</summary>
    public bool Fits(ulong end) => end + RecordHeader.Size <= Head + (ulong)_size;

    /// <summary>
    /// Whether there is a position, and its record may hold the message itself and end before that byte position: that leaves room to
    /// refer to as many chunks as positions are left then, so that the capacity is exact whatever the messages' sizes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRoom(ulong end) => HasRoom(end, Sent);

    /// <summary>The same for a record at a position, where those before it are written and not yet noted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRoom(ulong end, ulong position) => position < _windowEnd && (long)(end - (position * ChunkRecord) - _inlineEnd) <= 0;

    /// <summary>Notes a message that lies in the ring itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(ulong end, int length)
    {
        ulong position = Sent;
        NoteAt(position, end, length);
        MoveOn(end, position + 1);
    }

    /// <summary>Notes one of several messages that lie in the ring itself; <see cref="MoveOn"/> follows behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NoteAt(ulong position, ulong end, int length) => EntryOf(position) = (end << (EndShift - 4)) | (uint)length;

    /// <summary>From now on the next record goes there. Both at once: each store of a send waits its turn in the processor (decision 0030).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MoveOn(ulong tail, ulong sent) => Unsafe.As<NextRecord, Vector128<ulong>>(ref _next) = Vector128.Create(sent, tail);

    /// <summary>Whether some message used anything beside the ring, so that there is room to note that.</summary>
    public bool NotesUses => _uses is not null;

    /// <summary>Notes a message that lies at the start of a chunk and uses nothing else, where bytes are not counted and there is room to note it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(ulong end, int length, Chunk chunk)
    {
        ulong position = Sent;
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_uses!), IndexOf(position)).Chunk = chunk;
        EntryOf(position) = (end << (EndShift - 4)) | HasChunk | (uint)length;
        MoveOn(end, position + 1);
        ChunksHeld++;
    }

    /// <summary>Notes a message, and what it uses from now on.</summary>
    public void Note(ulong end, int length, in RingUse use)
    {
        ulong position = Sent;
        Note(end, length);
        if (CountsBytes)
        {
            Bytes += length;
        }

        if (use.Chunk is null && use.Blobs is null)
        {
            return;
        }

        _uses ??= new RingUse[_window];
        _uses[IndexOf(position)] = use;
        EntryOf(position) |= (use.Chunk is null ? 0 : HasChunk) | (use.Blobs is null ? 0 : HasBlobs);
        ChunksHeld += (use.Chunk is null ? 0 : 1) + (use.Blobs is null ? 0 : 1);
    }

    /// <summary>Everything below is no longer kept. What it used comes back by <see cref="ReleaseFrom"/>.</summary>
    public void MoveTo(ulong first)
    {
        Head = EndOf(first - 1);
        First = first;
        NoteRoom();
    }

    /// <summary>What messages that are no longer kept used comes back, from a position on.</summary>
    public void ReleaseFrom(ulong from)
    {
        if (ChunksHeld > 0)
        {
            for (ulong position = from; position < First; position++)
            {
                Release(position);
            }
        }
        else if (CountsBytes)
        {
            Bytes = First == Sent ? 0 : Bytes - SumLengths(from, First);
        }
    }

    /// <summary>What one message uses comes back now; where its record lies stays noted.</summary>
    public void Release(ulong position)
    {
        ref ulong entry = ref EntryOf(position);
        if ((entry & Freed) != 0)
        {
            return;
        }

        if ((entry & (HasChunk | HasBlobs)) != 0)
        {
            ref RingUse use = ref _uses![IndexOf(position)];
            ChunksHeld -= (use.Chunk is null ? 0 : 1) + (use.Blobs is null ? 0 : 1);
            use.Release();
            use = default;
        }

        entry |= Freed;
        if (CountsBytes)
        {
            Bytes -= LengthIn(entry);
        }
    }

    /// <summary>Whether <see cref="Release"/> freed that position.</summary>
    public bool IsFreed(ulong position) => (EntryOf(position) & Freed) != 0;

    /// <summary>Where the record of a position that is kept begins, or the next one will; a skip may come first.</summary>
    public ulong StartOf(ulong position) => position == First ? Head : EndOf(position - 1);

    /// <summary>Payload bytes of a message.</summary>
    public int LengthOf(ulong position) => LengthIn(EntryOf(position));

    /// <summary>What a message that is kept uses beside the ring.</summary>
    public RingUse UseOf(ulong position) => (EntryOf(position) & (HasChunk | HasBlobs | Freed)) is > 0 and < Freed ? _uses![IndexOf(position)] : default;

    /// <summary>Lets go of everything.</summary>
    public void Close()
    {
        for (ulong position = First; position < Sent; position++)
        {
            Release(position);
        }

        First = Sent;
        NoteRoom();
    }

    private void NoteRoom()
    {
        _windowEnd = First + (ulong)_window;
        _inlineEnd = Head + (ulong)_size - (2 * RecordHeader.Size) - (_windowEnd * ChunkRecord);
    }

    private ulong EndOf(ulong position)
    {
        // Records that are kept are less than a ring's size behind the tail, and that is less than what the bits reach.
        ulong behind = ((uint)(Tail >> 4) - (uint)(EntryOf(position) >> EndShift)) & EndMask;
        return Tail - (behind << 4);
    }

    private static int LengthIn(ulong entry) => (int)(uint)entry;

    private int IndexOf(ulong position) => (int)position & (_window - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong EntryOf(ulong position) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_entries), IndexOf(position));

    private long SumLengths(ulong from, ulong upTo)
    {
        long sum = 0;
        for (ulong position = from; position < upTo; position++)
        {
            ulong entry = EntryOf(position);
            sum += (entry & Freed) != 0 ? 0 : LengthIn(entry);
        }

        return sum;
    }

    /// <summary>Its position, and its byte position.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct NextRecord
    {
        public ulong Sent;
        public ulong Tail;
    }
}
