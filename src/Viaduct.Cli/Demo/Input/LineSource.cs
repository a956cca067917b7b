using System.Buffers;
using Viaduct.Cli.Pipes;

namespace Viaduct.Cli.Demo.Input;

/// <summary>The lines of a file as events, each with its line feed; of a CSV file all but the first. Lines of more than 1 MiB are cut.</summary>
internal sealed class LineSource : IEventSource
{
    private const int LongestLine = 1024 * 1024;

    private readonly FileStream _stream;
    private readonly LineReader _lines;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipHead">Whether its first line names columns.</param>
    public LineSource(string path, bool skipHead)
    {
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        _lines = new LineReader(_stream, LongestLine, cutLongLines: true);
        if (skipHead)
        {
            _lines.TryRead(out _);
        }
    }

    /// <inheritdoc/>
    public int SizeHint => 256;

    /// <inheritdoc/>
    public bool TryRead(IBufferWriter<byte> output, out bool text)
    {
        text = true;
        if (!_lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            return false;
        }

        output.Write(line.Span);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Dispose();
    }
}
