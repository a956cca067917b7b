using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Viaduct.Blobs;
using Viaduct.Memory;
using Viaduct.Wire;

namespace Viaduct.Messages;

/// <summary>Writes messages: fields with their tags, and what lies in them. Generated code calls it; see docs/wire-format.md for the form.</summary>
/// <remarks>
/// Call <see cref="Flush"/> at the end. Passed on by reference only: a copy would not know what the original has written. Methods that
/// take a field's number write nothing for 0, <see langword="false"/> and <see langword="null"/>, which a reader takes an absent field for.
/// </remarks>
// What integers and tags need rarely is a static method that gets only what it needs: who writes no more than these gives nobody the writer's address, and keeps its parts in registers.
public ref partial struct WireWriter
{
    /// <summary>The least that is asked of the output at a time, in bytes.</summary>
    private const int LeastBuffer = 256;

    private readonly IBufferWriter<byte> _output;

    /// <summary>What the output gave last; empty before the first byte, and once it was handed back.</summary>
    private Span<byte> _span;

    /// <summary>How much of it is written.</summary>
    private int _used;

    /// <summary>Objects and lists that have begun and not ended.</summary>
    private int _depth;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go. It must not be used by anything else before <see cref="Flush"/>.</param>
    public WireWriter(IBufferWriter<byte> output)
    {
        _output = output;
    }

    /// <summary>Hands what was written to the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        Debug.Assert(_depth == 0, "Each object and list that has begun has ended.");
        HandOver();
    }

    /// <summary>Writes what comes before a field's value.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="kind">How its value is written.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteTag(int id, WireKind kind) => WriteVarint(((uint)id << MessageLimits.KindBits) | (uint)kind);

    /// <summary>Begins an object that is a field's value.</summary>
    /// <param name="id">The field's number.</param>
    /// <exception cref="InvalidOperationException">It lies too deep: a graph with a cycle is no message.</exception>
    public void BeginObject(int id)
    {
        WriteTag(id, WireKind.Object);
        BeginObject();
    }

    /// <summary>Begins an object that is a list's element, or whose tag is written.</summary>
    /// <exception cref="InvalidOperationException">It lies too deep: a graph with a cycle is no message.</exception>
    public void BeginObject() => Enter();

    /// <summary>Ends an object.</summary>
    public void EndObject()
    {
        WriteVarint(0);
        _depth--;
    }

    /// <summary>Begins a list that is a field's value.</summary>
    /// <param name="id">The field's number.</param>
    /// <param name="count">How many elements follow.</param>
    /// <param name="kind">How each is written.</param>
    /// <exception cref="InvalidOperationException">It lies too deep: a graph with a cycle is no message.</exception>
    public void BeginList(int id, int count, WireKind kind)
    {
        WriteTag(id, WireKind.List);
        BeginList(count, kind);
    }

    /// <summary>Begins a list that is a list's element, or whose tag is written.</summary>
    /// <param name="count">How many elements follow.</param>
    /// <param name="kind">How each is written.</param>
    /// <exception cref="InvalidOperationException">It lies too deep: a graph with a cycle is no message.</exception>
    public void BeginList(int count, WireKind kind)
    {
        Enter();
        WriteVarint((uint)count);
        WriteVarint((uint)kind);
    }

    /// <summary>Ends a list, all elements of which are written.</summary>
    public void EndList() => _depth--;

    /// <summary>Writes an integer without a tag.</summary>
    /// <param name="value">The integer.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteVarint(ulong value)
    {
        if (value < 0x80 && (uint)_used < (uint)_span.Length)
        {
            _span[_used++] = (byte)value;
            return;
        }

        // Before what it is added to is read: where there is no room, that begins anew.
        Span<byte> room = Room(Varint.MaxLength);
        _used += WriteLongVarint(room, value);
    }

    /// <summary>Writes a signed integer without a tag, so that small ones of both signs are short.</summary>
    /// <param name="value">The integer.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteZigZag(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes four bytes without a tag.</summary>
    /// <param name="value">What they hold.</param>
    public void WriteFixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(sizeof(uint)), value);
        _used += sizeof(uint);
    }

    /// <summary>Writes eight bytes without a tag.</summary>
    /// <param name="value">What they hold.</param>
    public void WriteFixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(sizeof(ulong)), value);
        _used += sizeof(ulong);
    }

    /// <summary>Writes a length and bytes, without a tag.</summary>
    /// <param name="value">The bytes.</param>
    public void WriteBytes(scoped ReadOnlySpan<byte> value)
    {
        WriteVarint((uint)value.Length);
        if (value.Length < LongBytes.Least || Beside() is not { } output || !output.TryAddBytes(value))
        {
            WriteRaw(value);
        }
    }

    /// <summary>As <see cref="WriteBytes(ReadOnlySpan{byte})"/>, of bytes that may lie in memory that the reader can look at.</summary>
    internal void WriteBytes(scoped ReadOnlySpan<byte> value, Piece? piece)
    {
        WriteVarint((uint)value.Length);
        if (piece is null || Beside() is not { } output || !output.TryAddPiece(piece, value.Length))
        {
            WriteRaw(value);
        }
    }

    /// <summary>Lets a blob go beside the message; its number, or -1 where none can.</summary>
    internal readonly int Attach(Blob blob) => _output is IBlobOutput output ? output.Add(blob) : -1;

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="value">The bytes.</param>
    internal void WriteRaw(scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        _used += value.Length;
    }

    /// <summary>Writes text as UTF-8 with its length in bytes, without a tag.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="ArgumentException">It has an unpaired surrogate.</exception>
    public void WriteString(scoped ReadOnlySpan<char> value)
    {
        // Three bytes are the most that a char takes (a pair takes four): if so many have a one-byte length, it needs no counting.
        if (value.Length <= 127 / 3)
        {
            Span<byte> room = Room(1 + (3 * value.Length));
            int written = Encode(value, room[1..]);
            room[0] = (byte)written;
            _used += 1 + written;
            return;
        }

        int length = System.Text.Encoding.UTF8.GetByteCount(value);
        WriteVarint((uint)length);
        Encode(value, Room(length)[..length]);
        _used += length;
    }

    /// <summary>Where bytes can be laid beside the message, with all in it that was written before; null where they can't.</summary>
    private IBlobOutput? Beside()
    {
        if (_output is not IBlobOutput output)
        {
            return null;
        }

        HandOver();
        return output;
    }

    /// <summary>Gives what was written to the output, and the rest of its room back. Forgets it first, so that nothing is handed over twice where the output throws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void HandOver()
    {
        int used = _used;
        _span = default;
        _used = 0;
        if (used > 0)
        {
            _output.Advance(used);
        }
    }

    private static int Encode(scoped ReadOnlySpan<char> value, scoped Span<byte> destination)
    {
        OperationStatus status = Utf8.FromUtf16(value, destination, out _, out int written, replaceInvalidSequences: false);
        return status == OperationStatus.Done
            ? written
            : throw new ArgumentException($"A text of {value.Length} characters has an unpaired surrogate, which UTF-8 can't carry.");
    }

    /// <summary>Writes an integer of any length.</summary>
    /// <returns>The bytes that it has.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WriteLongVarint(Span<byte> room, ulong value)
    {
        if (value is >= 0x80 and < 0x4000)
        {
            room[1] = (byte)(value >> 7);
            room[0] = (byte)(value | 0x80);
            return 2;
        }

        return Varint.Write(room, value);
    }

    /// <summary>Free room of at least so many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Room(int length)
    {
        if (_span.Length - _used < length)
        {
            // As HandOver, in one call with what comes after.
            int used = _used;
            _span = default;
            _used = 0;
            _span = Renew(_output, used, length);
        }

        return _span[_used..];
    }

    /// <summary>Hands over what was written, and asks for more room.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Span<byte> Renew(IBufferWriter<byte> output, int used, int length)
    {
        if (used > 0)
        {
            output.Advance(used);
        }

        return output.GetSpan(Math.Max(length, LeastBuffer));
    }

    private void Enter()
    {
        if (++_depth > MessageLimits.MaxDepth)
        {
            throw new InvalidOperationException(
                $"A message has objects or lists more than {MessageLimits.MaxDepth} deep in each other. If its objects refer back to each other, it isn't a tree and can't be sent.");
        }
    }
}
