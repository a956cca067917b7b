using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace Viaduct.Supervision;

/// <summary>The output of one program in files of bounded size: the newest without a number, those before it with 1, 2 and so on. Thread-safe.</summary>
internal sealed class LogFile : IDisposable
{
    /// <summary>Lines that a reader who follows may be behind; older ones are left out then.</summary>
    private const int MostBehind = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Channel<string>> _followers = [];
    private FileStream? _file;
    private bool _disposed;

    public LogFile(ServedLog spec)
    {
        Spec = spec;
        Directory.CreateDirectory(Path.GetDirectoryName(spec.File)!);
        _file = Open();
    }

    /// <summary>Where it is, and how large.</summary>
    public ServedLog Spec { get; }

    /// <summary>Adds a line that the program wrote.</summary>
    public void Add(OutputLine line) => Write(line.IsError ? "err" : "out", line.Text);

    /// <summary>Adds a line about the program.</summary>
    public void Note(string text) => Write("---", text);

    /// <summary>The last lines, and with <paramref name="follow"/> those that come.</summary>
    public async IAsyncEnumerable<string> ReadAsync(int lines, bool follow, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<string> coming = Channel.CreateBounded<string>(new BoundedChannelOptions(MostBehind) { FullMode = BoundedChannelFullMode.DropOldest });
        string[] last;
        lock (_gate)
        {
            // Under the lock nothing is written: what comes behind the last line comes to the follower.
            last = Last(lines);
            if (follow)
            {
                _followers.Add(coming);
            }
        }

        try
        {
            foreach (string line in last)
            {
                yield return line;
            }

            while (follow && await coming.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (coming.Reader.TryRead(out string? line))
                {
                    yield return line;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _followers.Remove(coming);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _file?.Dispose();
            _file = null;
            _followers.ForEach(static follower => follower.Writer.TryComplete());
        }
    }

    private void Write(string mark, string text)
    {
        string line = $"{DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {mark} {text}";
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
                _file ??= Open();
                if (_file.Length > 0 && _file.Length + bytes.Length > Spec.MaxSize)
                {
                    Turn();
                }

                _file.Write(bytes);
                _file.Flush();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A full disk or a folder that was taken away takes the log, not the services. The next line tries again.
            }

            _followers.ForEach(follower => follower.Writer.TryWrite(line));
        }
    }

    /// <summary>Begins a new file; the oldest of those kept goes.</summary>
    private void Turn()
    {
        FileStream full = _file!;
        _file = null;
        try
        {
            // It may have kept what found no room on the disk, and say so once more.
            full.Dispose();
            for (int number = Spec.Keep; number >= 1; number--)
            {
                string older = number == 1 ? Spec.File : Numbered(number - 1);
                if (File.Exists(older))
                {
                    File.Move(older, Numbered(number), overwrite: true);
                }
            }

            if (Spec.Keep == 0)
            {
                File.Delete(Spec.File);
            }
        }
        finally
        {
            _file = Open();
        }
    }

    private string[] Last(int lines)
    {
        List<string> last = [];
        for (int number = 0; number <= Spec.Keep && last.Count < lines; number++)
        {
            string path = number == 0 ? Spec.File : Numbered(number);
            if (!File.Exists(path))
            {
                break;
            }

            last.InsertRange(0, File.ReadLines(path).TakeLast(lines - last.Count));
        }

        return [.. last];
    }

    private string Numbered(int number) => string.Create(CultureInfo.InvariantCulture, $"{Spec.File}.{number}");

    private FileStream Open() => new(Spec.File, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
