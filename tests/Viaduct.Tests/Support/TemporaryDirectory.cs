using System.Security.Cryptography;

namespace Viaduct.Tests.Support;

/// <summary>A directory of one test's own, with a path short enough for a Unix socket's name.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "vt-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)));
    }

    public string Path { get; }

    /// <summary>One that is there already.</summary>
    public static TemporaryDirectory Create()
    {
        TemporaryDirectory directory = new();
        Directory.CreateDirectory(directory.Path);
        return directory;
    }

    /// <summary>Every file that is there now, as paths below the directory. Lock files of a channel's directory do not count: they hold nothing.</summary>
    public IReadOnlyList<string> Files()
    {
        if (!Directory.Exists(Path))
        {
            return [];
        }

        return [.. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories)
            .Where(entry => !Directory.Exists(entry))
            .Select(entry => System.IO.Path.GetRelativePath(Path, entry))
            .Order(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
