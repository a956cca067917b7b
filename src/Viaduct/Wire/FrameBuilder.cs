using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Viaduct.Wire;

/// <summary>Writes frames one after another into one growing buffer that is reused. Not thread-safe.</summary>
internal sealed class FrameBuilder
{
    /// <summary>The first allocation, in bytes: enough for any control frame without long texts.</summary>
    private const int InitialCapacity = 512;

    /// <summary>No frame is open.</summary>
    private const int Closed = -1;

    /// <summary>The frames; valid up to <see cref="_length"/>. Grows by doubling, never shrinks but in <see cref="Trim"/>.</summary>
    private byte[] _buffer = [];

    /// <summary>The bytes written, those of an open frame included.</summary>
    private int _length;

    /// <summary>Where the open frame's length prefix starts, or <see cref="Closed"/>.</summary>
    private int _start = Closed;

    /// <summary>The bytes set aside at <see cref="_start"/> for the length prefix: 1 to <see cref="WireLimits.MaxLengthPrefix"/>.</summary>
    private int _prefix;

    /// <summary>The bytes of the whole frames written since the last <see cref="Clear"/>.</summary>
    internal int Length => _start == Closed ? _length : _start;

    /// <summary>What the buffer can hold before it grows, in bytes.</summary>
    internal int Capacity => _buffer.Length;

    /// <summary>The whole frames written; valid until the next write.</summary>
    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>The whole frames written; valid until the next write.</summary>
    internal ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    /// <summary>Starts a frame; every write up to <see cref="End"/> goes to its body.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="bodyHint">The expected length of the body. A right one saves <see cref="End"/> moving the body; a wrong one harms
    /// nothing.</param>
    /// <exception cref="InvalidOperationException">A frame is open.</exception>
    internal void Begin(FrameType type, int bodyHint = 0)
    {
        if (_start != Closed)
        {
            throw new InvalidOperationException("A frame is open: end it before the next one begins.");
        }

        _prefix = Wire.Varint.Length((uint)Math.Clamp(bodyHint, 0, WireLimits.MaxFrame));
        Span<byte> header = Reserve(_prefix + 1);
        header[_prefix] = (byte)type;
        _start = _length;
        _length += _prefix + 1;
    }

    /// <summary>Completes the open frame.</summary>
    /// <exception cref="InvalidOperationException">No frame is open, or the body is longer than <see cref="WireLimits.MaxFrame"/>: then
    /// the frame is dropped.</exception>
    internal void End()
    {
        if (_start == Closed)
        {
            throw new InvalidOperationException("No frame is open.");
        }

        int body = _length - _start - _prefix - 1;
        if (body > WireLimits.MaxFrame)
        {
            Cancel();
            throw new InvalidOperationException($"The frame's body is {body} bytes, more than the limit of {WireLimits.MaxFrame}.");
        }

        int needed = Wire.Varint.Length((uint)body);
        if (needed != _prefix)
        {
            // Lengths have one canonical form, so a prefix of another length than the one set aside moves what follows it.
            Reserve(Math.Max(0, needed - _prefix));
            Buffer.BlockCopy(_buffer, _start + _prefix, _buffer, _start + needed, body + 1);
            _length += needed - _prefix;
        }

        Wire.Varint.Write(_buffer.AsSpan(_start), (uint)body);
        _start = Closed;
    }

    /// <summary>Drops the open frame, if there is one.</summary>
    internal void Cancel()
    {
        if (_start != Closed)
        {
            _length = _start;
            _start = Closed;
        }
    }

    /// <summary>Forgets everything written and keeps the buffer.</summary>
    internal void Clear()
    {
        _length = 0;
        _start = Closed;
    }

    /// <summary>
    /// Gives the buffer back to the collector if it holds more than <paramref name="retained"/> bytes; forgets everything written.
    /// </summary>
    internal void Trim(int retained)
    {
        Clear();
        if (_buffer.Length > retained)
        {
            _buffer = [];
        }
    }

    /// <summary>Appends whole frames that were built elsewhere.</summary>
    internal void Append(ReadOnlySpan<byte> wholeFrames)
    {
        if (_start != Closed)
        {
            throw new InvalidOperationException("A frame is open: whole frames can't be put inside it.");
        }

        Bytes(wholeFrames);
    }

    /// <summary>Exactly <paramref name="count"/> bytes to write into; they count once <see cref="Advance"/> is called.</summary>
    internal Span<byte> Reserve(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_buffer.Length - _length < count)
        {
            Grow(count);
        }

        return _buffer.AsSpan(_length, count);
    }

    /// <summary>Takes over <paramref name="count"/> bytes of the last <see cref="Reserve"/>.</summary>
    internal void Advance(int count)
    {
        if ((uint)count > (uint)(_buffer.Length - _length))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "More than what was reserved.");
        }

        _length += count;
    }

    /// <summary>Writes an integer.</summary>
    internal void Varint(ulong value)
    {
        _length += Wire.Varint.Write(Reserve(Wire.Varint.Length(value)), value);
    }

    /// <summary>Writes an integer that may not be negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative; the open frame is dropped.</exception>
    internal void VarintInt(int value)
    {
        if (value < 0)
        {
            Cancel();
            throw new ArgumentOutOfRangeException(nameof(value), value, "No field of a frame is negative.");
        }

        Varint((uint)value);
    }

    /// <summary>Writes one byte.</summary>
    internal void Byte(byte value)
    {
        Reserve(1)[0] = value;
        _length++;
    }

    /// <summary>Writes a text that must arrive as it is: a name or a key.</summary>
    /// <exception cref="ArgumentException">The text has an unpaired surrogate or is longer than <paramref name="maxBytes"/> in UTF-8;
    /// the open frame is dropped.</exception>
    internal void Text(string text, int maxBytes = WireLimits.MaxText)
    {
        ArgumentNullException.ThrowIfNull(text);
        int bytes = text.Length <= maxBytes ? Encoding.UTF8.GetByteCount(text) : int.MaxValue;
        if (bytes > maxBytes)
        {
            Cancel();
            throw new ArgumentException($"The text is longer than the {maxBytes} bytes that its field may have.", nameof(text));
        }

        Varint((uint)bytes);
        OperationStatus status = Utf8.FromUtf16(text, Reserve(bytes), out _, out int written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            Cancel();
            throw new ArgumentException("The text has an unpaired surrogate.", nameof(text));
        }

        _length += written;
    }

    /// <summary>
    /// Writes a text for people: what is too long is cut, what is no valid text is replaced. Never throws, so that an error can always
    /// be told.
    /// </summary>
    internal void FreeText(string? text, int maxBytes = WireLimits.MaxText)
    {
        ReadOnlySpan<char> chars = text;
        Span<byte> utf8 = maxBytes <= WireLimits.MaxText ? stackalloc byte[maxBytes] : new byte[maxBytes];

        // With too small a destination FromUtf16 stops before the code point that does not fit, never within one.
        Utf8.FromUtf16(chars, utf8, out _, out int written, replaceInvalidSequences: true);
        Varint((uint)written);
        Bytes(utf8[..written]);
    }

    /// <summary>Writes the 16 bytes of an identity in the order of RFC 4122 (as its text reads).</summary>
    internal void Guid(Guid value)
    {
        value.TryWriteBytes(Reserve(16), bigEndian: true, out _);
        _length += 16;
    }

    /// <summary>Writes bytes as they are, without a length.</summary>
    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    /// <summary>Makes room for <paramref name="count"/> more bytes.</summary>
    private void Grow(int count)
    {
        long needed = (long)_length + count;
        long doubled = Math.Max(InitialCapacity, 2L * _buffer.Length);
        byte[] larger = GC.AllocateUninitializedArray<byte>(checked((int)Math.Max(needed, Math.Min(doubled, Array.MaxLength))));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        _buffer = larger;
    }
}
