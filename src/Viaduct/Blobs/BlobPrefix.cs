using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Memory;
using Viaduct.Rings;

namespace Viaduct.Blobs;

/// <summary>
/// What stands before the bytes of a message that carries blobs: where they lie in the sender's memory, or their bytes where there is no such way. It begins with a
/// tag that no message begins with: see docs/wire-format.md.
/// </summary>
internal static unsafe class BlobPrefix
{
    /// <summary>The tag of a field of bytes with the largest number that there is, which no member has.</summary>
    private static ReadOnlySpan<byte> Tag => [0xFA, 0xFF, 0xFF, 0xFF, 0x0F];

    /// <summary>The tag; the bytes behind this head; how many blobs; whether they are referred to.</summary>
    private const int HeadSize = 5 + sizeof(uint) + sizeof(ushort) + 1;

    /// <summary>Bytes of a blob that is referred to: which one of the call it replaces, and where it lies.</summary>
    private const int ReferenceSize = sizeof(ushort) + 16;

    private const byte ByValue = 0;
    private const byte ByReference = 1;

    /// <summary>References, behind which stands of each where in the message its bytes belong.</summary>
    private const byte WithPlaces = 2;

    /// <summary>Bytes that it takes; 0 where none is needed.</summary>
    /// <exception cref="PeerGoneException">The bytes of one are gone.</exception>
    public static int Measure(BlobList blobs, bool byReference)
    {
        bool withPlaces = blobs.CountBeside > 0;
        if (!byReference && blobs.CountBeside == blobs.Count)
        {
            return 0;
        }

        long length = HeadSize;
        for (int i = 0; i < blobs.Count; i++)
        {
            if (blobs.PieceOf(i).LostOwner is { } owner)
            {
                throw new PeerGoneException(owner);
            }

            length += sizeof(ushort) + (byReference ? sizeof(ChunkReference) + (withPlaces ? sizeof(int) : 0) : sizeof(uint) + (long)LengthByValue(blobs, i));
        }

        return (int)Math.Min(length, int.MaxValue / 2);
    }

    /// <summary>Writes it; what follows is the message.</summary>
    /// <param name="blobs">The blobs.</param>
    /// <param name="byReference">Whether the reader maps their memory.</param>
    /// <param name="destination">Where, of just the bytes that were measured.</param>
    public static void Write(BlobList blobs, bool byReference, Span<byte> destination)
    {
        Tag.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[5..], (uint)(destination.Length - HeadSize));
        BinaryPrimitives.WriteUInt16LittleEndian(destination[9..], (ushort)blobs.Count);
        destination[11] = !byReference ? ByValue : blobs.CountBeside > 0 ? WithPlaces : ByReference;
        Span<byte> rest = destination[HeadSize..];
        for (int i = 0; i < blobs.Count; i++, rest = rest[sizeof(ushort)..])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, blobs.ReplacedBy(i));
        }

        for (int i = 0; i < blobs.Count; i++)
        {
            Piece piece = blobs.PieceOf(i);
            int length = byReference ? blobs.LengthOf(i) : LengthByValue(blobs, i);
            if (byReference)
            {
                piece.Expose();
                ChunkReference reference = new() { Segment = piece.Segment, Offset = piece.Offset, Length = length };
                MemoryMarshal.Write(rest, reference);
                rest = rest[sizeof(ChunkReference)..];
                continue;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)length);
            piece.GetSpan()[..length].CopyTo(rest[sizeof(uint)..]);
            BlobMemory.NoteCopied(length);
            rest = rest[(sizeof(uint) + length)..];
        }

        for (int i = 0; i < blobs.Count && rest.Length > 0; i++, rest = rest[sizeof(int)..])
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, blobs.PlaceOf(i));
        }
    }

    /// <summary>Whether a message may begin with one. False is certain.</summary>
    public static bool MayStand(ReadOnlySpan<byte> message) => message.Length >= HeadSize && message[0] == Tag[0];

    /// <summary>Whether a message begins with one, and how long it is.</summary>
    /// <exception cref="ProtocolViolationException">It is broken.</exception>
    public static bool TryMeasure(ReadOnlySpan<byte> message, out int length)
    {
        length = 0;
        if (message.Length < HeadSize || message[0] != Tag[0] || !message.StartsWith(Tag))
        {
            return false;
        }

        uint body = BinaryPrimitives.ReadUInt32LittleEndian(message[5..]);
        if (body > (uint)(message.Length - HeadSize))
        {
            throw Violation($"claims {body} bytes where {message.Length - HeadSize} are");
        }

        length = HeadSize + (int)body;
        return true;
    }

    /// <summary>Whether all memory that a message refers to has come. The message may be changed by its sender while this looks.</summary>
    public static bool HasAll(ReadOnlySpan<byte> message, ISegments segments)
    {
        if (message.Length < HeadSize || message[0] != Tag[0])
        {
            return true;
        }

        // What is wrong is found when it is read.
        int count = BinaryPrimitives.ReadUInt16LittleEndian(message[9..]);
        if (!message.StartsWith(Tag) || message[11] is not (ByReference or WithPlaces) || message.Length < HeadSize + (count * ReferenceSize))
        {
            return true;
        }

        for (int i = 0; i < count; i++)
        {
            if (segments.Find(Unsafe.ReadUnaligned<ChunkReference>(in message[HeadSize + (count * sizeof(ushort)) + (i * sizeof(ChunkReference))]).Segment) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// A message of ours with the bytes of the blobs that it refers to; null where it refers to none. What lies there may be
    /// overtaken meanwhile: it is then asked for in vain.
    /// </summary>
    public static byte[]? Expand(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeadSize || message[0] != Tag[0] || !message.StartsWith(Tag) || message[11] != ByReference)
        {
            return null;
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(message[9..]);
        int prefix = HeadSize + (count * ReferenceSize);
        int head = HeadSize + (count * sizeof(ushort));
        if (message.Length < prefix)
        {
            return null;
        }

        ChunkReference[] references = new ChunkReference[count];
        message[head..prefix].CopyTo(MemoryMarshal.AsBytes(references.AsSpan()));
        MemoryBlock[] blocks = new MemoryBlock[count];
        long length = head + (message.Length - prefix);
        for (int i = 0; i < count; i++)
        {
            ref ChunkReference reference = ref references[i];
            if (BlobMemory.Find(reference.Segment) is not { } block || reference.Length < 0 || reference.Offset < 0 || reference.Offset > block.Length - reference.Length)
            {
                return null;
            }

            blocks[i] = block;
            length += sizeof(uint) + (uint)reference.Length;
        }

        byte[] expanded = new byte[(int)Math.Min(length, Array.MaxLength)];
        message[..head].CopyTo(expanded);
        BinaryPrimitives.WriteUInt32LittleEndian(expanded.AsSpan(5), (uint)(length - HeadSize - (message.Length - prefix)));
        expanded[11] = ByValue;
        Span<byte> rest = expanded.AsSpan(head);
        for (int i = 0; i < count; i++)
        {
            int bytes = references[i].Length;
            BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)bytes);
            new ReadOnlySpan<byte>(blocks[i].Pointer + references[i].Offset, bytes).CopyTo(rest[sizeof(uint)..]);
            BlobMemory.NoteCopied(bytes);
            rest = rest[(sizeof(uint) + bytes)..];
        }

        message[prefix..].CopyTo(rest);
        return expanded;
    }

    /// <summary>Reads one, and becomes a user of all that it names.</summary>
    /// <param name="prefix">Its bytes, which nobody changes any more.</param>
    /// <param name="segments">The sender's memory; null where blobs can't be referred to.</param>
    /// <param name="blobs">Where they go.</param>
    /// <exception cref="ProtocolViolationException">It is broken.</exception>
    public static void Read(ReadOnlySpan<byte> prefix, ISegments? segments, BlobList blobs)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(prefix[9..]);
        byte form = prefix[11];
        ReadOnlySpan<byte> rest = prefix[HeadSize..];
        if (count > BlobList.Most)
        {
            throw Violation($"names {count} blobs, where {BlobList.Most} are the most");
        }

        if (rest.Length < count * sizeof(ushort))
        {
            throw Violation($"has {rest.Length} bytes for {count} blobs");
        }

        ReadOnlySpan<byte> replaced = rest;
        rest = rest[(count * sizeof(ushort))..];
        int first = blobs.Count;
        ReadAll(rest, count, form, segments, blobs);
        for (int i = 0; i < count; i++)
        {
            blobs.SetReplaced(first + i, BinaryPrimitives.ReadUInt16LittleEndian(replaced[(i * sizeof(ushort))..]));
        }
    }

    /// <summary>Bytes of one where they are not referred to: those that belong into the message are written there.</summary>
    private static int LengthByValue(BlobList blobs, int index) => blobs.PlaceOf(index) < 0 ? blobs.LengthOf(index) : 0;

    private static void ReadAll(ReadOnlySpan<byte> rest, int count, byte form, ISegments? segments, BlobList blobs)
    {
        if (form is ByReference or WithPlaces)
        {
            int size = sizeof(ChunkReference) + (form == WithPlaces ? sizeof(int) : 0);
            if (rest.Length != count * size)
            {
                throw Violation($"has {rest.Length} bytes for {count} references");
            }

            ReadReferences(rest, count, form == WithPlaces ? rest[(count * sizeof(ChunkReference))..] : [], segments, blobs);
            return;
        }

        if (form != ByValue)
        {
            throw Violation($"is of form {form}, which there is not");
        }

        for (; count > 0; count--)
        {
            if (rest.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(rest) is var length && length > (uint)(rest.Length - sizeof(uint)))
            {
                throw Violation("ends within a blob");
            }

            ReadOnlySpan<byte> bytes = rest.Slice(sizeof(uint), (int)length);
            Chunk chunk = BlobMemory.Rent(bytes.Length);
            bytes.CopyTo(chunk.GetSpan());
            blobs.AddHeld(chunk, bytes.Length);
            rest = rest[(sizeof(uint) + bytes.Length)..];
        }

        if (rest.Length > 0)
        {
            throw Violation($"has {rest.Length} bytes too many");
        }
    }

    private static void ReadReferences(ReadOnlySpan<byte> rest, int count, ReadOnlySpan<byte> places, ISegments? segments, BlobList blobs)
    {
        int last = -1;
        for (; count > 0; count--, rest = rest[sizeof(ChunkReference)..])
        {
            int place = -1;
            if (places.Length > 0)
            {
                place = BinaryPrimitives.ReadInt32LittleEndian(places);
                places = places[sizeof(int)..];
                if (place < -1 || (place >= 0 && place <= last))
                {
                    throw Violation($"has bytes that belong at {place}, behind some that belong at {last}");
                }

                last = Math.Max(last, place);
            }

            ChunkReference reference = Unsafe.ReadUnaligned<ChunkReference>(in rest[0]);
            Piece piece = Hold(reference, isBeside: place >= 0, segments) ?? throw Violation($"refers to memory file {reference.Segment}, where no blobs lie");
            int number = blobs.AddHeld(piece, reference.Length);
            if (place >= 0)
            {
                blobs.SetPlace(number, place);
            }
        }
    }

    private static Piece? Hold(in ChunkReference reference, bool isBeside, ISegments? segments)
    {
        try
        {
            return segments?.Hold(reference);
        }
        catch (InvalidOperationException) when (isBeside && segments!.Find(reference.Segment) is { } block)
        {
            // As many are held as can be. The program asked for no blob and knows of none: it gets the bytes, which the message keeps until it is consumed.
            Chunk chunk = BlobMemory.Rent(reference.Length);
            new ReadOnlySpan<byte>(block.Pointer + reference.Offset, reference.Length).CopyTo(chunk.GetSpan());
            return chunk;
        }
    }

    private static ProtocolViolationException Violation(string what) => new($"The part of a message that says where its blobs are {what}.");
}
