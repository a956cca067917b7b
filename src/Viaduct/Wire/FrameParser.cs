using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Viaduct.Wire;

/// <summary>
/// Reads the fields of one frame's body, each checked where it is read; anything else than what is expected
/// throws <see cref="ProtocolViolationException"/>.
/// </summary>
internal ref struct FrameParser
{
    /// <summary>The frame, for the texts of errors; zero when not known.</summary>
    private readonly FrameType _type;

    /// <summary>What has not been read yet.</summary>
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the first byte of a body.</summary>
    internal FrameParser(ReadOnlySpan<byte> body, FrameType type = default)
    {
        _rest = body;
        _type = type;
    }

    /// <summary>The bytes not read yet.</summary>
    internal readonly int Remaining => _rest.Length;

    /// <summary>Reads an integer of up to 64 bits.</summary>
    internal ulong Varint(string field = "number")
    {
        switch (Wire.Varint.TryRead(_rest, out ulong value, out int length))
        {
            case VarintStatus.Ok:
                _rest = _rest[length..];
                return value;
            case VarintStatus.NeedMore:
                Fail(field, "ends with the frame");
                return 0;
            default:
                Fail(field, "is no canonical varint of 64 bits");
                return 0;
        }
    }

    /// <summary>Reads an integer from 0 to <paramref name="maximum"/>.</summary>
    internal int VarintInt(int maximum = int.MaxValue, string field = "number")
    {
        ulong value = Varint(field);
        if (value > (ulong)maximum)
        {
            Fail(field, $"is {value}, more than {maximum}");
        }

        return (int)value;
    }

    /// <summary>Reads one byte.</summary>
    internal byte Byte(byte maximum = byte.MaxValue, string field = "byte")
    {
        if (_rest.IsEmpty)
        {
            Fail(field, "is missing");
        }

        byte value = _rest[0];
        if (value > maximum)
        {
            Fail(field, $"is {value}, more than {maximum}");
        }

        _rest = _rest[1..];
        return value;
    }

    /// <summary>Reads a byte that is 0 or 1.</summary>
    internal bool Flag(string field = "flag") => Byte(1, field) != 0;

    /// <summary>Reads a text of at most <paramref name="maxBytes"/> bytes of valid UTF-8.</summary>
    internal string Text(int maxBytes = WireLimits.MaxText, string field = "text")
    {
        int length = VarintInt(maxBytes, field);
        ReadOnlySpan<byte> utf8 = Bytes(length, field);
        if (!Utf8.IsValid(utf8))
        {
            Fail(field, "is no valid UTF-8");
        }

        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Reads the 16 bytes of an identity.</summary>
    internal Guid Guid(string field = "identity") => new(Bytes(16, field), bigEndian: true);

    /// <summary>Reads <paramref name="count"/> bytes as they are; they belong to the frame.</summary>
    internal ReadOnlySpan<byte> Bytes(int count, string field = "bytes")
    {
        if ((uint)count > (uint)_rest.Length)
        {
            Fail(field, $"needs {count} bytes where {_rest.Length} are left");
        }

        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>Reads all that is left; it belongs to the frame.</summary>
    internal ReadOnlySpan<byte> Rest()
    {
        ReadOnlySpan<byte> rest = _rest;
        _rest = default;
        return rest;
    }

    /// <summary>Demands that everything was read.</summary>
    internal readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            Fail("body", $"has {_rest.Length} bytes more than its fields");
        }
    }

    /// <summary>Refuses the frame: <paramref name="field"/> <paramref name="problem"/>.</summary>
    /// <exception cref="ProtocolViolationException">Always.</exception>
    [DoesNotReturn]
    internal readonly void Fail(string field, string problem)
    {
        string frame = _type == default ? "A frame" : $"The frame {_type}";
        throw new ProtocolViolationException($"{frame} is malformed: its {field} {problem}.");
    }
}
