using System.Text;

namespace Viaduct.Supervision;

/// <summary>Cuts bytes into lines, in a buffer of fixed size.</summary>
internal sealed class LineSplitter
{
    private readonly byte[] _buffer;

    /// <summary>Bytes of a line that has not ended, from the buffer's beginning.</summary>
    private int _length;

    /// <param name="maxLine">Bytes after which a line that goes on is cut.</param>
    internal LineSplitter(int maxLine)
    {
        _buffer = new byte[maxLine];
    }

    /// <summary>Where bytes are read to; never empty.</summary>
    internal Span<byte> Free => _buffer.AsSpan(_length);

    /// <summary>Gives out the lines that <paramref name="count"/> more bytes in <see cref="Free"/> have completed.</summary>
    internal void Advance(int count, Action<string> line)
    {
        int start = 0;
        int searched = _length;
        _length += count;
        while (true)
        {
            int end = _buffer.AsSpan(searched, _length - searched).IndexOf((byte)'\n');
            if (end < 0)
            {
                break;
            }

            line(Text(start, searched + end));
            start = searched = searched + end + 1;
        }

        if (start == 0 && _length == _buffer.Length)
        {
            int cut = CutBefore(_length);
            line(Encoding.UTF8.GetString(_buffer, 0, cut));
            start = cut;
        }

        _buffer.AsSpan(start, _length - start).CopyTo(_buffer);
        _length -= start;
    }

    /// <summary>Gives out what is left as the last line.</summary>
    internal void Complete(Action<string> line)
    {
        if (_length > 0)
        {
            line(Text(0, _length));
            _length = 0;
        }
    }

    private string Text(int start, int end) =>
        Encoding.UTF8.GetString(_buffer, start, (end > start && _buffer[end - 1] == '\r' ? end - 1 : end) - start);

    /// <summary>The end of the last whole character; the whole length where the bytes are no UTF-8.</summary>
    private int CutBefore(int length)
    {
        for (int cut = length - 1; cut >= length - 4 && cut > 0; cut--)
        {
            byte value = _buffer[cut];
            if ((value & 0xC0) != 0x80)
            {
                int size = value < 0x80 ? 1 : value < 0xE0 ? 2 : value < 0xF0 ? 3 : 4;
                return cut + size > length ? cut : length;
            }
        }

        return length;
    }
}
