using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Viaduct.Blobs;
using Viaduct.Wire;

namespace Viaduct.Messages;

/// <summary>Reads messages: fields by their tags, and what lies in them. Generated code calls it; see docs/wire-format.md for the form.</summary>
/// <remarks>
/// The bytes come from another program and may be anything. Whatever they are, each method returns what it says or throws
/// <see cref="ProtocolViolationException"/>, takes time in proportion to the bytes, and allocates no more than they justify. Passed on by reference only.
/// </remarks>
// What integers and tags need rarely is a static method that gets a copy and returns it: who reads no more than these gives nobody the reader's address, and keeps its parts in registers.
public ref partial struct WireReader
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>What came beside the message.</summary>
    private readonly BlobList? _blobs;

    /// <summary>Where the bytes begin in the message that it came beside.</summary>
    private readonly int _start;

    /// <summary>Where to go on looking for what lies beside the message.</summary>
    private int _beside;

    /// <summary>Where the next byte is read; never beyond the end.</summary>
    private int _at;

    /// <summary>Objects and lists that have begun and not ended, the outermost object not counted.</summary>
    private int _depth;

    /// <summary>Creates a reader.</summary>
    /// <param name="bytes">A whole message: the fields of an object up to the end.</param>
    public WireReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
    }

    /// <summary>Creates a reader of a message that blobs came with.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="blobs">What came beside the message.</param>
    /// <param name="start">Where in that message the bytes begin.</param>
    internal WireReader(ReadOnlySpan<byte> bytes, BlobList? blobs, int start = 0)
    {
        _bytes = bytes;
        _blobs = blobs;
        _start = start;
    }

    /// <summary>How many bytes are not read yet.</summary>
    public readonly int Remaining => _bytes.Length - _at;

    /// <summary>Reads the tag of the next field, or ends the object that is being read.</summary>
    /// <param name="tag">The field's number, shifted left by three bits, and its <see cref="WireKind"/>; 0 at the end.</param>
    /// <returns><see langword="false"/> at the end of the object, which is then left.</returns>
    /// <exception cref="ProtocolViolationException">There is neither a tag nor an end.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag(out uint tag)
    {
        // Numbers up to 15, by far the most: one byte that is neither an end nor without a number, and of a kind that there is.
        if ((uint)_at < (uint)_bytes.Length)
        {
            uint first = _bytes[_at];
            if (first is >= (1 << MessageLimits.KindBits) and < 0x80 && (first & MessageLimits.KindMask) <= (uint)WireKind.Fixed32)
            {
                _at++;
                tag = first;
                return true;
            }
        }
        else if (_depth == 0)
        {
            tag = 0;
            return false;
        }

        this = ReadLongTag(this, out uint found);
        tag = found;
        return found != 0;
    }

    /// <summary>Passes over the value of a field that is not known.</summary>
    /// <param name="tag">The field's tag, which was read last.</param>
    /// <exception cref="ProtocolViolationException">There is no such value.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(uint tag) => this = SkipValue(this, (WireKind)(tag & MessageLimits.KindMask));

    /// <summary>Begins to read an object: its fields come from <see cref="TryReadTag"/>, which ends it, too.</summary>
    /// <exception cref="ProtocolViolationException">It lies too deep.</exception>
    public void BeginObject() => Enter();

    /// <summary>Begins to read a list.</summary>
    /// <param name="kind">The kind that its elements should have.</param>
    /// <returns>How many elements follow; the bytes that are left are at least as many.</returns>
    /// <exception cref="ProtocolViolationException">It lies too deep, has elements of another kind, or claims more than there can be.</exception>
    public int BeginList(WireKind kind)
    {
        int count = BeginList(out WireKind found);
        return found == kind || count == 0
            ? count
            : throw new ProtocolViolationException($"A list of {count} elements of kind {found} was found where elements of kind {kind} were expected.");
    }

    /// <summary>Ends a list, all elements of which were read.</summary>
    public void EndList() => _depth--;

    /// <summary>Reads an integer.</summary>
    /// <returns>The integer.</returns>
    /// <exception cref="ProtocolViolationException">There is none in its shortest form.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarint()
    {
        if ((uint)_at < (uint)_bytes.Length)
        {
            byte first = _bytes[_at];
            if (first < 0x80)
            {
                _at++;
                return first;
            }
        }

        _at += ReadLongVarint(_bytes[_at..], out ulong value);
        return value;
    }

    /// <summary>Reads a signed integer.</summary>
    /// <returns>The integer.</returns>
    /// <exception cref="ProtocolViolationException">There is none in its shortest form.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadZigZag()
    {
        ulong value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads four bytes.</summary>
    /// <returns>What they hold.</returns>
    /// <exception cref="ProtocolViolationException">There are fewer.</exception>
    public uint ReadFixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads eight bytes.</summary>
    /// <returns>What they hold.</returns>
    /// <exception cref="ProtocolViolationException">There are fewer.</exception>
    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads a length and so many bytes.</summary>
    /// <returns>
    /// The bytes, where they lie: valid as long as what the reader reads. Long ones of a call may lie in memory of the peer, which a faulty one can still change: look
    /// at each but once where that matters.
    /// </returns>
    /// <exception cref="ProtocolViolationException">There are fewer.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        ulong length = ReadVarint();
        if (_blobs is { CountBeside: > 0 } && _blobs.TryFindBeside(_start + _at, ref _beside, out ReadOnlySpan<byte> beside))
        {
            return (ulong)beside.Length == length
                ? beside
                : throw new ProtocolViolationException($"A value claims {length} bytes where {beside.Length} lie beside the message.");
        }

        return TakeBytes(length);
    }

    /// <summary>As <see cref="ReadBytes"/>, of bytes in the message itself, which nobody changes.</summary>
    internal ReadOnlySpan<byte> ReadOwnBytes() => TakeBytes(ReadVarint());

    private ReadOnlySpan<byte> TakeBytes(ulong length)
    {
        return length <= (ulong)Remaining
            ? Take((int)length)
            : throw new ProtocolViolationException($"A value claims {length} bytes where {Remaining} are left.");
    }

    /// <summary>Reads text.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="ProtocolViolationException">There is none, or it is not UTF-8.</exception>
    public string ReadString()
    {
        ReadOnlySpan<byte> bytes = ReadOwnBytes();
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ProtocolViolationException($"A text of {bytes.Length} bytes is not valid UTF-8.", error);
        }
    }

    /// <summary>A blob that came beside the message.</summary>
    internal readonly Blob Detach(ulong number) =>
        _blobs?.Take(number) ?? throw new ProtocolViolationException($"Blob {number} is referred to by a message that brought none.");

    /// <summary>So many bytes, with no length before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Take(int length)
    {
        if (length > Remaining)
        {
            throw TooFew(length, Remaining);
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_at, length);
        _at += length;
        return taken;
    }

    /// <summary>How many elements to make room for at first: as many as there are to be, unless that takes more memory than the bytes that are left.</summary>
    internal readonly int FirstCapacity<T>(int count) => Math.Min(count, Math.Max(16, Remaining / Unsafe.SizeOf<T>()));

    /// <summary>Reads any tag, or the end of an object: 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WireReader ReadLongTag(WireReader reader, out uint tag)
    {
        tag = 0;
        ulong value = reader.ReadVarint();
        if (value == 0 && reader._depth > 0)
        {
            reader._depth--;
            return reader;
        }

        tag = value <= uint.MaxValue ? (uint)value : 0;
        return tag >> MessageLimits.KindBits != 0 && (tag & MessageLimits.KindMask) <= (uint)WireKind.Fixed32
            ? reader
            : throw new ProtocolViolationException($"{value} is not the tag of a field.");
    }

    /// <summary>Reads an integer of any length.</summary>
    /// <returns>The bytes that it has.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadLongVarint(ReadOnlySpan<byte> rest, out ulong value)
    {
        // Two and three bytes, by far the most: a last byte of 0 would be a longer form than need be.
        if (rest.Length >= 3)
        {
            uint first = rest[0] & 0x7Fu;
            uint second = rest[1];
            if (second is > 0 and < 0x80)
            {
                value = first | (second << 7);
                return 2;
            }

            uint third = rest[2];
            if (second >= 0x80 && third is > 0 and < 0x80)
            {
                value = first | ((second & 0x7F) << 7) | (third << 14);
                return 3;
            }
        }

        return Varint.TryRead(rest, out value, out int length) switch
        {
            VarintStatus.Ok => length,
            VarintStatus.NeedMore => throw Ended(),
            _ => throw new ProtocolViolationException("An integer is longer than it need be, or than 64 bits."),
        };
    }

    private int BeginList(out WireKind kind)
    {
        Enter();
        ulong count = ReadVarint();
        ulong found = ReadVarint();
        if (found > (ulong)WireKind.Fixed32)
        {
            throw new ProtocolViolationException($"A list has elements of kind {found}, which there is not.");
        }

        kind = (WireKind)found;
        int least = kind switch { WireKind.Fixed32 => 4, WireKind.Fixed64 => 8, WireKind.List => 2, _ => 1 };
        return count <= (ulong)(Remaining / least)
            ? (int)count
            : throw new ProtocolViolationException($"A list claims {count} elements of kind {kind} where {Remaining} bytes are left.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WireReader SkipValue(WireReader reader, WireKind kind)
    {
        reader.SkipValue(kind);
        return reader;
    }

    private void SkipValue(WireKind kind)
    {
        switch (kind)
        {
            case WireKind.Varint:
                ReadVarint();
                break;
            case WireKind.Fixed32:
                Take(sizeof(uint));
                break;
            case WireKind.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireKind.Bytes:
                ReadBytes();
                break;
            case WireKind.Object:
                BeginObject();
                while (TryReadTag(out uint tag))
                {
                    SkipValue((WireKind)(tag & MessageLimits.KindMask));
                }

                break;
            case WireKind.List:
                for (int rest = BeginList(out WireKind elements); rest > 0; rest--)
                {
                    SkipValue(elements);
                }

                EndList();
                break;
            default:
                throw new ProtocolViolationException($"There is no kind {(int)kind} of values.");
        }
    }

    private void Enter()
    {
        if (++_depth > MessageLimits.MaxDepth)
        {
            throw new ProtocolViolationException($"Objects or lists lie more than {MessageLimits.MaxDepth} deep in each other.");
        }
    }

    private static ProtocolViolationException TooFew(int length, int left) => new($"A value of {length} bytes should follow where {left} are left.");

    private static ProtocolViolationException Ended() => new("The message ends in the midst of a value.");
}
