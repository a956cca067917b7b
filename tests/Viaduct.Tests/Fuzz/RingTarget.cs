using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Hostile;

namespace Viaduct.Tests.Fuzz;

/// <summary>
/// The records of a ring, as its reader finds them: any bytes are messages that lie within the sender's memory, an end, nothing yet, or a violation, and whichever way they are looked at
/// they are the same. An input says how it is read (bit 0: by who may be overtaken, bit 1: by who wants only the newest), where in the ring in steps of 16 bytes, what the sender's
/// page says of the oldest and of the newest, and what lies from there on, over the ring's end to its begin.
/// </summary>
internal sealed unsafe class RingTarget : FuzzTarget, IDisposable
{
    private const int Head = 18;
    private const int Size = 4096;
    private const int MaximumMessage = 8192;

    /// <summary>Records that are read at the most: a sender may lead its reader round for ever.</summary>
    private const int MostRecords = 64;

    /// <summary>The page, and the ring up to the end: whoever reads outside ends the process.</summary>
    private readonly GuardedBlock _memory = GuardedBlock.Private(2 * Size);
    private readonly BlobSegments _segments = new();

    /// <inheritdoc/>
    public override string Name => "ring-record";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds
    {
        get
        {
            foreach (int start in (int[])[0, Size - 16, Size - 32, Size - 64, Size - 128])
            {
                foreach (byte mode in (byte[])[0, 1, 3])
                {
                    yield return Write(mode, start);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Words { get; } =
    [
        Word(0, RecordHeader.Inline), Word(8, RecordHeader.Inline), Word(16, RecordHeader.Chunk), Word(0, RecordHeader.Skip), Word(0, RecordHeader.Complete), Word(Size - 32, RecordHeader.Inline),
        Word(int.MaxValue, RecordHeader.Inline), Word(-1, RecordHeader.Inline), Word(0, 0), [7, 0, 0, 0, 16, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0, 0, 0, 0, 0],
    ];

    /// <inheritdoc/>
    public override string Run(ReadOnlySpan<byte> input)
    {
        Span<byte> head = stackalloc byte[Head];
        head.Clear();
        input[..Math.Min(Head, input.Length)].CopyTo(head);
        int start = head[1] * 16;
        Lay(head, input[Math.Min(Head, input.Length)..], start);
        bool isOvertakable = (head[0] & 1) != 0;
        RecordReader reader = Reader(isOvertakable, start);
        string found = "";
        try
        {
            if ((head[0] & 2) != 0)
            {
                found += reader.PassOver() > 0 ? "newest " : "";
            }

            int before = found.Length;

            for (int i = 0; i < MostRecords; i++)
            {
                string one = Look(reader, isOvertakable, out bool isOver);
                if (isOver)
                {
                    return found + one;
                }

                // How they follow one another, but not how often.
                found += found.Length < before + 3 && !found.EndsWith(one, StringComparison.Ordinal) ? one : "";
            }

            return found + " round";
        }
        catch (ProtocolViolationException error)
        {
            // What it quotes differs from input to input.
            string[] words = error.Message.Split(" holds ")[^1].Split(' ');
            return $"{found} {words[1]} {words[2]}";
        }
    }

    public void Dispose() => ((IDisposable)_memory).Dispose();

    private byte* Ring => _memory.Pointer + Size;

    /// <summary>Reads one record, and looks at it in the other ways that there are.</summary>
    private string Look(RecordReader reader, bool isOvertakable, out bool isOver)
    {
        isOver = false;
        ulong word = reader.Peek();
        ReadOnlySpan<byte> quick = reader.Find(word, 128);
        ReadStatus status = reader.TryRead();
        Assert.True(quick.IsEmpty || status == ReadStatus.Message);
        switch (status)
        {
            case ReadStatus.Message:
                ReadOnlySpan<byte> message = new(reader.Payload, reader.Length);
                bool isHere = reader.Payload >= Ring && reader.Payload < Ring + Size;
                Assert.InRange(reader.Length, 0, MaximumMessage);
                Assert.True(isHere ? message.Length <= Ring + Size - reader.Payload : IsIn(7, reader) || IsIn(8, reader));
                Assert.True(message.SequenceEqual(reader.Memory.Span));
                Assert.True(quick.IsEmpty || (isHere && message.SequenceEqual(quick)));
                if (isHere && word == RecordHeader.Pack(sizeof(long), RecordHeader.Inline, 1))
                {
                    RecordReader other = Reader(isOvertakable, (int)(reader.Payload - Ring) - RecordHeader.Size);
                    Assert.True(other.TryReadNext(out long value));
                    Assert.Equal(BitConverter.ToInt64(message), value);
                }

                if (isOvertakable && reader.WasOvertaken())
                {
                    reader.CatchUp();
                    return "o";
                }

                reader.Advance();
                return isHere ? "r" : "c";

            case ReadStatus.Overtaken:
                reader.CatchUp();
                return "o";

            default:
                isOver = true;
                return $" {status}";
        }
    }

    private bool IsIn(int segment, RecordReader reader) =>
        _segments.Find(segment) is { } block && reader.Payload >= block.Pointer && reader.Payload + reader.Length <= block.Pointer + block.Length;

    private RecordReader Reader(bool isOvertakable, int start)
    {
        RecordReader reader = new(_memory, Size, Size, (SenderPage*)_memory.Pointer, _segments, MaximumMessage, isOvertakable);
        reader.Seek(0, start);
        return reader;
    }

    private void Lay(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest, int start)
    {
        new Span<byte>(_memory.Pointer, 2 * Size).Clear();
        head[2..].CopyTo(new Span<byte>(_memory.Pointer, Head - 2));
        rest = rest[..Math.Min(rest.Length, Size)];
        int first = Math.Min(rest.Length, Size - start);
        rest[..first].CopyTo(new Span<byte>(Ring + start, Size - start));
        rest[first..].CopyTo(new Span<byte>(Ring, start));
    }

    /// <summary>What a sound sender writes: messages in the ring and beside it, over the ring's end where it comes to that, and the end.</summary>
    private static byte[] Write(byte mode, int start)
    {
        PinnedBlock memory = new(2 * Size);
        using ChunkPool pool = new(static size => new PinnedBlock(size) { SegmentId = 7 }, static _ => { }, 1 << 24);
        RecordRing ring = new(new Allocation(memory, 0, SenderPage.Size), new Allocation(memory, Size, Size), Size, 64, new ChunkShare(pool, 1 << 24));
        for (int left = start; left > 0;)
        {
            int length = Math.Min(left, 512) - RecordHeader.Size;
            Commit(ring, length, 1);
            left -= length + RecordHeader.Size;
        }

        ring.Reclaim(ring.Sent);
        Commit(ring, 8, 1);
        Commit(ring, 5, 2);
        Commit(ring, 2000, 1);
        Commit(ring, 0, 1);
        Assert.True(ring.TryComplete());
        ReadOnlySpan<byte> written = new(memory.Pointer + Size, Size);
        byte[] all = [mode, (byte)(start / 16), .. new ReadOnlySpan<byte>(memory.Pointer, Head - 2), .. written[start..], .. written[..start]];
        ring.Close();
        return all[..(Head + 256)];
    }

    private static void Commit(RecordRing ring, int length, int attempt)
    {
        byte* room = ring.TryReserve(length);
        Assert.True(room != null);
        new Span<byte>(room, length).Fill((byte)length);
        ring.Commit(length, ring.Sent + 1, attempt);
    }

    private static byte[] Word(int length, int kind) => BitConverter.GetBytes(RecordHeader.Pack(length, kind, 1));
}
