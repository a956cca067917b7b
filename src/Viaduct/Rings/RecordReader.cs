using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Viaduct.Memory;

namespace Viaduct.Rings;

/// <summary>
/// A reading cursor on a <see cref="RecordRing"/>, which may belong to a hostile process: every value is read once into a local,
/// checked, and only then used. Not thread-safe: its socket's gate guards it.
/// </summary>
internal sealed unsafe class RecordReader
{
    private readonly byte* _ring;
    private readonly SenderPage* _page;
    private readonly int _size;
    private readonly int _mask;
    private readonly int _maximumMessage;
    private readonly int _inlineMaximum;
    private readonly bool _overtakable;
    private readonly MemoryBlock _block;
    private readonly long _blockOffset;
    private readonly ISegments _segments;

    private int _offset;
    private int _occupies;

    /// <summary>Where the message found lies.</summary>
    private MemoryBlock _foundBlock;
    private long _foundOffset;

    /// <summary>Where the last message in a chunk was looked for: most small ones lie in the same block again.</summary>
    private MemoryBlock? _lastBlock;

    /// <summary>A cursor over <paramref name="size"/> bytes at <paramref name="offset"/> of a block; ranges were checked by the caller.</summary>
    public RecordReader(MemoryBlock block, long offset, int size, SenderPage* page, ISegments segments, int maximumMessage, bool overtakable)
    {
        _block = _foundBlock = block;
        _blockOffset = offset;
        _ring = block.Pointer + offset;
        _page = page;
        _size = size;
        _mask = size - 1;
        _segments = segments;
        _maximumMessage = maximumMessage;
        _inlineMaximum = Math.Min(size, maximumMessage);
        _overtakable = overtakable;
    }

    /// <summary>The sender's memory.</summary>
    public ISegments Segments => _segments;

    /// <summary>The position of the message that is read next.</summary>
    public ulong Position { get; private set; }

    /// <summary>The sender's page.</summary>
    public SenderPage* PagePointer => _page;

    /// <summary>First byte of the message found.</summary>
    public byte* Payload { get; private set; }

    /// <summary>Bytes of the message found.</summary>
    public int Length { get; private set; }

    /// <summary>The sequence number of the message found.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>The attempt number of the message found, 1 = first.</summary>
    public int Attempt { get; private set; }

    /// <summary>The message found, as memory that stays readable.</summary>
    public ReadOnlyMemory<byte> Memory => _foundBlock.Slice(_foundOffset, Length);

    /// <summary>Moves the cursor to where the sender says that it starts.</summary>
    public void Seek(ulong position, int offset)
    {
        if ((uint)offset > (uint)(_size - RecordHeader.Size) || (offset & 15) != 0)
        {
            throw Violation($"a start at byte {offset} of a ring of {_size}");
        }

        Position = position;
        _offset = offset;
    }

    /// <summary>The word at the cursor's position: 0 = nothing yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Peek() => Shared.Acquire((ulong*)(_ring + _offset));

    /// <summary>
    /// Reads the message at the cursor and moves on: what <see cref="TryRead"/> and <see cref="Advance"/> do, in few instructions. The caller has seen
    /// that its word is that of a message in the ring of just this type's size. False where it would reach over the ring's end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadNext<T>(out T message)
    {
        int end = _offset + RecordHeader.Occupies(Unsafe.SizeOf<T>());
        if (end + RecordHeader.Size > _size)
        {
            Unsafe.SkipInit(out message);
            return false;
        }

        message = Shared.ReadMessage<T>(_ring + _offset + RecordHeader.Size);
        _offset = end;
        Position++;
        return true;
    }

    /// <summary>
    /// The bytes of the message at the cursor, if it lies in the ring, at its first attempt, and is no longer than that; otherwise none. The word is the one that
    /// <see cref="Peek"/> has seen. The cursor moves by <see cref="Advance"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Find(ulong word, int most)
    {
        int length = RecordHeader.Length(word);
        int occupies = RecordHeader.Occupies(length);
        if (word != RecordHeader.Pack(length, RecordHeader.Inline, 1) || (uint)length > (uint)Math.Min(most, _inlineMaximum) || _offset + occupies + RecordHeader.Size > _size)
        {
            return default;
        }

        _occupies = occupies;
        return new ReadOnlySpan<byte>(_ring + _offset + RecordHeader.Size, length);
    }

    /// <summary>
    /// Looks at the record at the cursor, whose word the caller has read: what <see cref="TryRead"/> does where that is a message, in the ring or in a
    /// chunk of a block that is here. False where that has to look closer. Never throws.
    /// </summary>
    public bool TryReadUsual(ulong word)
    {
        int length = RecordHeader.Length(word);
        byte* record = _ring + _offset;
        if ((uint)length > (uint)_inlineMaximum || RecordHeader.Occupies(length) + RecordHeader.Size > _size - _offset)
        {
            return false;
        }

        if (RecordHeader.Kind(word) == RecordHeader.Chunk && length == sizeof(ChunkReference))
        {
            ChunkReference reference = Shared.Read((ChunkReference*)(record + RecordHeader.Size));
            MemoryBlock? block = _lastBlock;
            if (block is null || block.SegmentId != reference.Segment)
            {
                block = _lastBlock = _segments.Find(reference.Segment);
            }

            if (block is null || !TryNoteChunk(block, reference))
            {
                return false;
            }
        }
        else if (RecordHeader.Kind(word) == RecordHeader.Inline)
        {
            NotePlace(_block, _blockOffset + _offset + RecordHeader.Size, length);
        }
        else
        {
            return false;
        }

        Note(word, record);
        return true;
    }

    /// <summary>Looks at the cursor's position. The cursor moves by <see cref="Advance"/>, and past skips.</summary>
    /// <exception cref="ProtocolViolationException">The record can't have been written by a sound sender.</exception>
    public ReadStatus TryRead()
    {
        while (true)
        {
            int offset = _offset;

            // Acquire: pairs with the release in RingPublication.Publish.
            ulong word = Shared.Acquire((ulong*)(_ring + offset));
            if (word == 0)
            {
                return _overtakable && WasOvertaken() ? ReadStatus.Overtaken : ReadStatus.Empty;
            }

            if (TryReadUsual(word))
            {
                return ReadStatus.Message;
            }

            int length = RecordHeader.Length(word);
            int toEnd = _size - offset;
            switch (RecordHeader.Kind(word))
            {
                case RecordHeader.Chunk when length == sizeof(ChunkReference) && RecordHeader.Occupies(length) + RecordHeader.Size <= toEnd:
                    return ReadElsewhere(word, Shared.Read((ChunkReference*)(_ring + offset + RecordHeader.Size)));

                case RecordHeader.Skip when offset != 0 && length == 0:
                    if (_overtakable && WasOvertaken())
                    {
                        return ReadStatus.Overtaken;
                    }

                    _offset = 0;
                    continue;

                case RecordHeader.Complete when length == 0 && toEnd >= 2 * RecordHeader.Size:
                    if (_overtakable && WasOvertaken())
                    {
                        return ReadStatus.Overtaken;
                    }

                    _occupies = RecordHeader.Size;
                    return ReadStatus.Complete;

                default:
                    return _overtakable && WasOvertaken()
                        ? ReadStatus.Overtaken
                        : throw Violation($"a record word 0x{word:x16} at byte {offset} of {_size}");
            }
        }
    }

    /// <summary>Whether the sender has taken the cursor's position back: asked after copying, before the copy is believed.</summary>
    public bool WasOvertaken()
    {
        // Load → load against the copying before: pairs with the write barrier in RingPublication.PublishOldest.
        Shared.ReadFence();
        return (long)(RingMark.Position(Shared.Acquire(&_page->Oldest), Position) - Position) > 0;
    }

    /// <summary>Moves an overtaken cursor to the oldest whole message and tells how many it missed.</summary>
    public ulong CatchUp()
    {
        ulong mark = Shared.Acquire(&_page->Oldest);
        ulong position = RingMark.Position(mark, Position);
        ulong missed = position - Position;
        if ((long)missed <= 0)
        {
            throw Violation($"an oldest position {position} behind {Position}");
        }

        Seek(position, RingMark.Offset(mark));
        return missed;
    }

    /// <summary>Moves the cursor to the newest message, for who wants no other, and tells how many it passed over.</summary>
    public ulong PassOver()
    {
        // Acquire: pairs with the release in RingPublication.PublishNewest; the record there is whole, until the mark of the oldest passes it.
        ulong mark = Shared.Acquire(&_page->Newest);
        ulong position = RingMark.Position(mark, Position);
        ulong passed = position - Position;
        if ((long)passed <= 0)
        {
            return 0;
        }

        Seek(position, RingMark.Offset(mark));
        return passed;
    }

    /// <summary>Moves past the record found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance()
    {
        _offset += _occupies;
        Position++;
    }

    private void Note(ulong word, byte* record)
    {
        _occupies = RecordHeader.Occupies(RecordHeader.Length(word));
        Sequence = Shared.Read((ulong*)(record + 8));
        Attempt = RecordHeader.Attempt(word);
    }

    private void NotePlace(MemoryBlock block, long offset, int length)
    {
        Payload = block.Pointer + offset;
        Length = length;
        _foundOffset = offset;
        if (_foundBlock != block)
        {
            // Written only where it changes: the collector is told of every reference that is written.
            _foundBlock = block;
        }
    }

    private bool TryNoteChunk(MemoryBlock block, in ChunkReference reference)
    {
        if ((uint)reference.Length > (uint)_maximumMessage
            || (ulong)reference.Offset > (ulong)block.Length
            || (ulong)reference.Length > (ulong)block.Length - (ulong)reference.Offset)
        {
            return false;
        }

        NotePlace(block, reference.Offset, reference.Length);
        if (Sse.IsSupported)
        {
            // The sender's core has it. It is on its way while the caller does what there is to do before it looks.
            Sse.Prefetch0(Payload);
        }

        return true;
    }

    /// <summary>Reads of a message in a chunk of a block that is not here yet, or that can't be where it says.</summary>
    private ReadStatus ReadElsewhere(ulong word, in ChunkReference reference)
    {
        // One that was retired meanwhile stays readable, and no sound sender refers to it.
        MemoryBlock? block = _segments.Find(reference.Segment);
        if (block is not null && TryNoteChunk(block, reference))
        {
            Note(word, _ring + _offset);
            return ReadStatus.Message;
        }

        if (_overtakable && WasOvertaken())
        {
            return ReadStatus.Overtaken;
        }

        // The descriptor travels by socket and may come after the record; its arrival wakes the socket.
        return block is null
            ? ReadStatus.Empty
            : throw Violation($"a message of {reference.Length} bytes at {reference.Offset} of segment {reference.Segment} ({block.Length} bytes), at most {_maximumMessage} allowed");
    }

    private static ProtocolViolationException Violation(string found) =>
        new($"The sender's shared memory holds {found}. The link is closed; the sender is faulty or hostile.");
}
