using System.Globalization;

namespace Viaduct.Tests.Support;

/// <summary>What this process, or the machine, holds that a test might have left. Compiled into the child program too.</summary>
public static class Footprint
{
    /// <summary>The names in /dev/shm.</summary>
    public static IReadOnlyList<string> SharedMemory() =>
        [.. Directory.EnumerateFileSystemEntries("/dev/shm").Order(StringComparer.Ordinal)];

    /// <summary>What this process's descriptors are of, but for assemblies and their symbols, which the runtime opens when it first needs them and keeps open.</summary>
    public static IReadOnlyList<string> Descriptors() =>
        [.. Targets().Where(target => Path.GetExtension(target) is not (".dll" or ".pdb"))];

    /// <summary>How many descriptors a process has, counted in the same way.</summary>
    public static int DescriptorsOf(int processId) =>
        Targets(processId.ToString(CultureInfo.InvariantCulture)).Count(target => Path.GetExtension(target) is not (".dll" or ".pdb"));

    /// <summary>This process's descriptors of memory files. The runtime keeps one of its own for code.</summary>
    public static IReadOnlyList<string> MemoryFiles() =>
    [
        .. Targets()
            .Where(target => target.StartsWith("/memfd:", StringComparison.Ordinal) && !target.Contains("doublemapper", StringComparison.Ordinal))
            .Select(target => target.Split(' ')[0]),
    ];

    /// <summary>How many threads of this process the product has started: it names each of them.</summary>
    public static int ProductThreads() => Directory.EnumerateDirectories("/proc/self/task").Count(static task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("viaduct ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    });

    private static IEnumerable<string> Targets(string process = "self") =>
        Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(entry => new FileInfo(entry).LinkTarget ?? "");
}
