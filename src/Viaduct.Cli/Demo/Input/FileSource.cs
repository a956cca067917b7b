using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Viaduct.Cli.Demo.Input;

/// <summary>
/// Whole files as events; a file of more than 64 KiB in parts of at most so much, and those of a text end after a line feed where there
/// is one, so that few words are cut.
/// </summary>
internal sealed class FileSource : IEventSource
{
    private const int LargestEvent = 64 * 1024;

    private readonly IReadOnlyList<InputFile> _files;
    private int _next;
    private SafeFileHandle? _open;

    /// <summary>Of the open file: where the next part begins, how much of it is to be read in all, and whether it is text.</summary>
    private long _offset;

    private long _length;
    private bool _text;

    /// <summary>Makes a source.</summary>
    /// <param name="files">The files in order.</param>
    public FileSource(IReadOnlyList<InputFile> files)
    {
        _files = files;
    }

    /// <inheritdoc/>
    public int SizeHint => LargestEvent;

    /// <inheritdoc/>
    public bool TryRead(IBufferWriter<byte> output, out bool text)
    {
        if (_open is null && !OpenNext())
        {
            text = false;
            return false;
        }

        int wanted = (int)Math.Min(LargestEvent, _length - _offset);
        Span<byte> part = output.GetSpan(Math.Max(wanted, 1))[..wanted];
        ReadWhole(part);
        if (_offset == 0)
        {
            _text = InputPlanner.IsText(part);
        }

        int used = _text && _offset + wanted < _length ? part.LastIndexOf((byte)'\n') + 1 : wanted;
        used = used == 0 ? wanted : used;
        output.Advance(used);
        _offset += used;
        text = _text;
        if (_offset == _length)
        {
            Close();
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
    }

    private bool OpenNext()
    {
        if (_next == _files.Count)
        {
            return false;
        }

        InputFile file = _files[_next++];
        try
        {
            _open = File.OpenHandle(file.Path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"cannot read the input {file.Path}: {problem.Message}");
        }

        _offset = 0;
        _length = file.Length;
        return true;
    }

    private void ReadWhole(Span<byte> part)
    {
        long offset = _offset;
        while (!part.IsEmpty)
        {
            int read = RandomAccess.Read(_open!, part, offset);
            if (read == 0)
            {
                throw new CommandException($"the input {_files[_next - 1].Path} became shorter while the demo ran.");
            }

            offset += read;
            part = part[read..];
        }
    }

    private void Close()
    {
        _open?.Dispose();
        _open = null;
    }
}
