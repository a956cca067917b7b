using System.Globalization;
using System.Text;

namespace Viaduct.Cli.Demo.Running;

/// <summary>
/// A folder for the runtime directories of one demo, removed at its end. What a demo that was killed left is removed by the next one: the lock in
/// it is free then. Thread-safe.
/// </summary>
internal sealed class Workplace : IDisposable
{
    private const string Prefix = "viaduct-demo-";
    private const string LockName = "lock";

    /// <summary>Held for as long as this process lives.</summary>
    private readonly FileStream _lock;

    private Workplace(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes a folder, after removing those that others left behind.</summary>
    public static Workplace Create()
    {
        foreach (string left in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            RemoveIfDead(left);
        }

        while (true)
        {
            string path = Directory.CreateTempSubdirectory(Prefix).FullName;
            try
            {
                FileStream @lock = new(System.IO.Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
                @lock.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
                @lock.Flush();
                return new Workplace(path, @lock);
            }
            catch (IOException) when (File.Exists(System.IO.Path.Combine(path, LockName)) || !Directory.Exists(path))
            {
                // Another demo looked at it between the making and the locking, and took it for dead.
            }
        }
    }

    /// <summary>The path of a folder in it, as short as possible: paths of Unix sockets have 107 bytes.</summary>
    /// <param name="run">Which run.</param>
    /// <param name="machine">Which machine.</param>
    public string DirectoryOf(Distance run, int machine)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{char.ToLowerInvariant(run.ToString()[0])}{machine}");
        return System.IO.Path.Combine(Path, name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remove(Path);
        _lock.Dispose();
    }

    private static void RemoveIfDead(string path)
    {
        try
        {
            string lockPath = System.IO.Path.Combine(path, LockName);
            if (File.Exists(lockPath))
            {
                using FileStream @lock = new(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                using StreamReader reader = new(@lock, Encoding.ASCII);
                RemoveRuntimeFilesOf(reader.ReadToEnd());
                Remove(path);
            }
            else if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > TimeSpan.FromMinutes(1))
            {
                Remove(path);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Its owner lives, or it is somebody else's.
        }
    }

    /// <summary>Removes what the .NET runtime of a killed process leaves in the temporary directory: its diagnostic pipes and socket.</summary>
    private static void RemoveRuntimeFilesOf(string process)
    {
        if (process.Length == 0 || Directory.Exists("/proc/" + process))
        {
            // Another process has the number by now.
            return;
        }

        foreach (string pattern in new[] { $"clr-debug-pipe-{process}-*", $"dotnet-diagnostic-{process}-*" })
        {
            foreach (string file in Directory.EnumerateFiles(System.IO.Path.GetTempPath(), pattern))
            {
                File.Delete(file);
            }
        }
    }

    private static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A process that is just ending may still write there; the next demo tries again.
        }
    }
}
