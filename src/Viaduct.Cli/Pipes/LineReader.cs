namespace Viaduct.Cli.Pipes;

/// <summary>
/// Cuts a stream of bytes into lines. A line is everything up to and with its line feed (0x0A), the last one perhaps without; no byte is
/// added, dropped or interpreted, so the lines written one after another are the input again. Not thread-safe.
/// </summary>
internal sealed class LineReader
{
    private readonly Stream _input;
    private readonly int _longest;
    private readonly bool _cutLongLines;
    private byte[] _buffer = new byte[256 * 1024];

    /// <summary>The unread bytes are those from here to <see cref="_end"/>.</summary>
    private int _start;

    /// <summary>See <see cref="_start"/>.</summary>
    private int _end;

    /// <summary>Bytes from <see cref="_start"/> on that are known to hold no line feed.</summary>
    private int _searched;

    private bool _ended;

    /// <summary>Makes a reader.</summary>
    /// <param name="input">Read as it comes: a line is returned as soon as it is whole.</param>
    /// <param name="longest">The longest line in bytes with its line feed.</param>
    /// <param name="cutLongLines">True: longer lines are cut there. False: they are an error.</param>
    public LineReader(Stream input, int longest, bool cutLongLines = false)
    {
        _input = input;
        _longest = longest;
        _cutLongLines = cutLongLines;
    }

    /// <summary>Lines returned so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line with its line feed; valid until the next call.</param>
    /// <returns>False at the end of the input.</returns>
    /// <exception cref="CommandException">The line is longer than the longest allowed.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (true)
        {
            int found = _buffer.AsSpan(_start + _searched, _end - _start - _searched).IndexOf((byte)'\n');
            int length = found >= 0 ? _searched + found + 1 : _end - _start;
            // One as long as the longest may be the last, without a line feed: more of it decides.
            if (length > _longest)
            {
                length = CutLongLine();
                found = 0;
            }

            if (found >= 0 || (_ended && length > 0))
            {
                line = _buffer.AsMemory(_start, length);
                _start += length;
                _searched = 0;
                Lines++;
                return true;
            }

            if (_ended)
            {
                line = default;
                return false;
            }

            _searched = length;
            Fill();
        }
    }

    private int CutLongLine()
    {
        return _cutLongLines
            ? _longest
            : throw new CommandException(
                $"line {Lines + 1} of the input is longer than {_longest} bytes, the channel's largest message; send such data with --frames.");
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min((long)_buffer.Length * 2, Array.MaxLength));
        }

        int read = _input.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}
