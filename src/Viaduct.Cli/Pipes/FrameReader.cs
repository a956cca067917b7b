using System.Buffers.Binary;

namespace Viaduct.Cli.Pipes;

/// <summary>
/// Cuts a stream into frames: a length of four bytes, little-endian, then that many bytes (none is allowed). Not thread-safe.
/// </summary>
internal sealed class FrameReader
{
    private readonly Stream _input;
    private readonly int _longest;
    private readonly byte[] _header = new byte[sizeof(uint)];
    private byte[] _buffer = new byte[64 * 1024];

    /// <summary>Makes a reader.</summary>
    /// <param name="input">Read as it comes. Worth buffering: the length is read alone.</param>
    /// <param name="longest">The longest frame in bytes without its length.</param>
    public FrameReader(Stream input, int longest)
    {
        _input = input;
        _longest = longest;
    }

    /// <summary>Frames returned so far.</summary>
    public long Frames { get; private set; }

    /// <summary>Reads the next frame.</summary>
    /// <param name="frame">The bytes after the length; valid until the next call.</param>
    /// <returns>False at the end of the input.</returns>
    /// <exception cref="CommandException">The input ends within a frame, or the frame is too long.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> frame)
    {
        int read = _input.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false);
        if (read == 0)
        {
            frame = default;
            return false;
        }

        if (read < _header.Length)
        {
            throw new CommandException($"the input ends within the length of frame {Frames + 1}: {read} of {_header.Length} bytes.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_header);
        if (length > _longest)
        {
            throw new CommandException(
                $"frame {Frames + 1} of the input says that it has {length} bytes, and the channel's largest message has {_longest}; " +
                "is the input really frames (a length of four bytes, little-endian, before each)?");
        }

        if (_buffer.Length < length)
        {
            _buffer = new byte[length];
        }

        read = _input.ReadAtLeast(_buffer.AsSpan(0, (int)length), (int)length, throwOnEndOfStream: false);
        if (read < length)
        {
            throw new CommandException($"the input ends within frame {Frames + 1}: {read} of {length} bytes.");
        }

        Frames++;
        frame = _buffer.AsMemory(0, (int)length);
        return true;
    }
}
