using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Viaduct.Blobs;
using Viaduct.Calls;
using Viaduct.Memory;
using Viaduct.Messages;
using Viaduct.Rings;
using Viaduct.Tests.Wire;

namespace Viaduct.Tests.Blobs;

/// <summary>The form of bytes that lie beside a call, right and wrong.</summary>
public sealed class LongBytesFormTests
{
    private static readonly PinnedBlock s_block = new(1 << 20) { SegmentId = 7 };

    [Fact]
    public void The_vectors_of_prefixes_are_what_is_written()
    {
        Dictionary<string, byte[]> vectors = WireDocument.Rows(WireDocument.Section("### Vectors of blobs"))[1..]
            .ToDictionary(static row => row[0], static row => Convert.FromHexString(row[1].Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(["By reference", "By value", "With places"], vectors.Keys.Order());
        using var blobs = new BlobList();
        blobs.AddHeld(PieceAt(0), 5);
        PieceAt(0).GetSpan()[..5].Fill(9);
        Assert.Equal(vectors["By reference"], Prefix(blobs, byReference: true));
        Assert.Equal(vectors["By value"], Prefix(blobs, byReference: false));
        blobs.SetPlace(blobs.AddHeld(PieceAt(1), 70_000), 30);
        Assert.Equal(vectors["With places"], Prefix(blobs, byReference: true));

        using var read = new BlobList();
        BlobPrefix.Read(vectors["With places"], new Segments(), read);
        Assert.Equal((2, 1, 70_000L, 30), (read.Count, read.CountBeside, read.BytesBeside, read.LastPlace));
        Assert.Equal((-1, 5, 0L), (read.PlaceOf(0), read.LengthOf(0), read.PieceOf(0).Offset));
    }

    [Fact]
    public void What_lies_beside_a_call_is_in_it_where_memory_is_not_shared()
    {
        byte[] bytes = new byte[LongBytes.Least];
        bytes.AsSpan().Fill(5);
        Frame inside = Write(bytes, laysBeside: false);
        Frame beside = Write(bytes, laysBeside: true);
        Assert.Null(inside.Blobs);
        Assert.Equal((1, inside.Length - bytes.Length, (long)inside.Length), (beside.Blobs!.CountBeside, beside.Length, beside.FullLength));

        var format = new FrameFormat { ByReference = false };
        Assert.Equal(inside.Length, format.Measure(beside));
        byte[] sent = new byte[inside.Length];
        format.Write(beside, sent);
        Assert.True(inside.Bytes.SequenceEqual(sent));

        format.ByReference = true;
        byte[] referred = new byte[format.Measure(beside)];
        Assert.InRange(referred.Length, 1, 200);
        Assert.Equal(bytes.Length, format.Beside);
        format.Write(beside, referred);
        inside.Return();
        beside.Return();
    }

    [Theory]
    [InlineData("claims 65536 bytes where 65535 lie beside", 65535, 3)]
    [InlineData("claims 65536 bytes where 65537 lie beside", 65537, 3)]
    [InlineData("claims 65536 bytes where 0 lie beside", 0, 3)]
    [InlineData("A value claims 65536 bytes where 3 are left", 65536, 2)]
    [InlineData("A value claims 65536 bytes where 3 are left", 65536, 4)]
    [InlineData("has some beside it that belong at 100", 65536, 99)]
    [InlineData("behind some that belong at", 65536, -2)]
    [InlineData("of memory file 7", -1, 3)]
    [InlineData("of memory file 7", int.MaxValue, 3)]
    public void Lengths_and_places_that_are_not_so_are_violations(string expected, int length, int place)
    {
        // Field 1 of 65536 bytes, and a field 2 behind it.
        byte[] message = [0x0A, 0x80, 0x80, 0x04, 0x10, 0x02, 0x00];
        message = message[..6];
        byte[] prefix = Prefix(length, place >= 0 ? place + 1 : place);
        ProtocolViolationException error = Assert.Throws<ProtocolViolationException>(() =>
        {
            Frame frame = new FrameFormat().Read([.. prefix, .. message, 0], new Segments());
            try
            {
                ReadField(frame);
            }
            finally
            {
                frame.Return();
            }
        });
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_and_values_of_fixed_size_are_never_taken_from_beside()
    {
        byte[] message = [0x0A, 0x10, 1, 2, 3];
        Frame frame = new FrameFormat().Read([.. Prefix(16, 2), .. message], new Segments());
        Assert.Contains("claims 16 bytes where 3 are left", Assert.Throws<ProtocolViolationException>(() => Read(frame, static (ref WireReader reader) => reader.ReadString())).Message, StringComparison.Ordinal);
        Assert.Contains("claims 16 bytes where 3 are left", Assert.Throws<ProtocolViolationException>(() => Read(frame, static (ref WireReader reader) => ValueCodec.Guid.ReadValue(ref reader))).Message, StringComparison.Ordinal);
        Read(frame, static (ref WireReader reader) => Assert.Equal(16, reader.ReadBytes().Length));
        frame.Return();
    }

    [Fact]
    public void Where_no_more_can_be_held_bytes_are_copied_and_blobs_are_not()
    {
        byte[] message = [0x0A, 0x80, 0x80, 0x04, 0x10, 0x02];
        s_block.GetSpan()[..65536].Fill(6);
        Frame frame = new FrameFormat().Read([.. Prefix(65536, 4), .. message], new Segments { IsFull = true });
        s_block.GetSpan()[..65536].Clear();
        Read(frame, static (ref WireReader reader) =>
        {
            ReadOnlySpan<byte> bytes = reader.ReadBytes();
            Assert.Equal((65536, -1), (bytes.Length, bytes.IndexOfAnyExcept((byte)6)));
        });
        frame.Return();
        Frame failed = new FrameFormat().Read([.. Prefix(65536, -1), .. message], new Segments { IsFull = true });

        // The call that it is about fails, and nothing else does.
        Assert.IsType<InvalidOperationException>(failed.Failure);
        Assert.Equal(message, failed.Bytes.ToArray());
        failed.Return();
        Assert.Null(Frame.Rent().Failure);
    }

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    [InlineData(65535, false)]
    public void More_blobs_than_a_message_may_carry_are_a_violation_and_no_crash(int count, bool isSound)
    {
        // By value, each empty: a small frame, which any connection may bring.
        byte[] bytes = new byte[12 + (count * 6)];
        byte[] tag = [0xFA, 0xFF, 0xFF, 0xFF, 0x0F];
        tag.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(5), (uint)(bytes.Length - 12));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(9), (ushort)count);
        if (isSound)
        {
            Frame frame = new FrameFormat().Read(bytes, null);
            Assert.Equal((count, null), (frame.Blobs!.Count, frame.Failure));
            frame.Return();
        }
        else
        {
            Assert.Throws<ProtocolViolationException>(() => new FrameFormat().Read(bytes, null));
        }
    }

    [Fact]
    public void A_field_that_is_not_known_is_passed_over_with_what_lies_beside()
    {
        byte[] message = [0x0A, 0x80, 0x80, 0x04, 0x10, 0x02];
        Frame frame = new FrameFormat().Read([.. Prefix(65536, 4), .. message], new Segments());
        WireReader reader = new(frame.Bytes, frame.Blobs);
        Assert.True(reader.TryReadTag(out uint tag));
        reader.Skip(tag);
        Assert.True(reader.TryReadTag(out tag));
        Assert.Equal((16u, 1L), (tag, reader.ReadZigZag()));
        Assert.False(reader.TryReadTag(out _));
        frame.Return();
    }

    private delegate void Reading(ref WireReader reader);

    private static void Read(Frame frame, Reading reading)
    {
        WireReader reader = new(frame.Bytes, frame.Blobs);
        Assert.True(reader.TryReadTag(out _));
        reading(ref reader);
    }

    private static void ReadField(Frame frame) => Read(frame, static (ref WireReader reader) => reader.ReadBytes());

    private static Frame Write(byte[] bytes, bool laysBeside)
    {
        Frame frame = Frame.Rent();
        frame.LaysBeside = laysBeside;
        WireWriter writer = new(frame);
        writer.WriteInt32(1, 1);
        writer.WriteBytes(2, bytes);
        writer.WriteInt32(3, 1);
        writer.Flush();
        return frame;
    }

    private static byte[] Prefix(BlobList blobs, bool byReference)
    {
        byte[] bytes = new byte[BlobPrefix.Measure(blobs, byReference)];
        BlobPrefix.Write(blobs, byReference, bytes);
        return bytes;
    }

    private static byte[] Prefix(int length, int place)
    {
        byte[] prefix = [0xFA, 0xFF, 0xFF, 0xFF, 0x0F, 22, 0, 0, 0, 1, 0, 2, 0, 0, .. new byte[20]];
        MemoryMarshal.Write(prefix.AsSpan(14), new ChunkReference { Segment = 7, Length = length, Offset = 0 });
        BinaryPrimitives.WriteInt32LittleEndian(prefix.AsSpan(30), place);
        return prefix;
    }

    private static Chunk PieceAt(int index)
    {
        var chunk = new Chunk(new PoolBlock(s_block), index * 4096, 1 << 17);
        chunk.Begin(new ChunkShare(new ChunkPool(static size => new PinnedBlock(size), static _ => { }, 1 << 20), 1 << 20));
        chunk.TryHold();
        return chunk;
    }

    /// <summary>A peer's memory: one file of blobs.</summary>
    private sealed class Segments : ISegments
    {
        public bool IsFull { get; init; }

        public MemoryBlock? Find(int segmentId) => segmentId == 7 ? s_block : null;

        public Piece? Hold(in ChunkReference reference)
        {
            ForeignSegment.Check(reference, s_block);
            return IsFull ? throw new InvalidOperationException("full") : reference.Segment == 7 ? PieceAt((int)reference.Offset / 4096) : null;
        }
    }
}
