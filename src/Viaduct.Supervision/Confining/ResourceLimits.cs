using System.Globalization;
using Viaduct.Linux;
using Viaduct.Supervision.Linux;

namespace Viaduct.Supervision;

/// <summary>The limits of a process (setrlimit(2)), set on it by its parent.</summary>
internal static unsafe class ResourceLimits
{
    private const int RLIMIT_CPU = 0;
    private const int RLIMIT_FSIZE = 1;
    private const int RLIMIT_DATA = 2;
    private const int RLIMIT_CORE = 4;
    private const int RLIMIT_NPROC = 6;
    private const int RLIMIT_NOFILE = 7;

    /// <summary>Sets the limits of a child; why that failed, or null.</summary>
    internal static string? Apply(int process, Confinement confinement, ChildProcessOptions options)
    {
        if (!options.AllowCoreDump)
        {
            _ = Set(process, RLIMIT_CORE, 0, 0);
        }

        foreach ((int resource, string name, ulong soft, ulong hard) in Of(confinement))
        {
            int error = Set(process, resource, soft, hard);
            if (error != 0)
            {
                return $"{name} = {soft}: {Libc.Describe(error)}";
            }
        }

        return null;
    }

    /// <summary>The limits in words.</summary>
    internal static string Describe(Confinement confinement) =>
        string.Join(", ", Of(confinement).Select(static limit => string.Create(CultureInfo.InvariantCulture, $"{limit.Name} = {limit.Soft}")));

    private static IEnumerable<(int Resource, string Name, ulong Soft, ulong Hard)> Of(Confinement confinement)
    {
        if (confinement.Memory is { } memory)
        {
            yield return (RLIMIT_DATA, nameof(RLIMIT_DATA), (ulong)memory, (ulong)memory);
        }

        if (confinement.ProcessorTime is { } time)
        {
            // The first sends SIGXCPU, which a program could survive, the second SIGKILL.
            ulong seconds = (ulong)Math.Max(1, Math.Ceiling(time.TotalSeconds));
            yield return (RLIMIT_CPU, nameof(RLIMIT_CPU), seconds, seconds + 1);
        }

        if (confinement.OpenFiles is { } files)
        {
            yield return (RLIMIT_NOFILE, nameof(RLIMIT_NOFILE), (ulong)files, (ulong)files);
        }

        if (confinement.FileSize is { } size)
        {
            yield return (RLIMIT_FSIZE, nameof(RLIMIT_FSIZE), (ulong)size, (ulong)size);
        }

        if (confinement.Processes is { } processes)
        {
            yield return (RLIMIT_NPROC, nameof(RLIMIT_NPROC), (ulong)processes, (ulong)processes);
        }
    }

    private static int Set(int process, int resource, ulong soft, ulong hard)
    {
        ulong* limits = stackalloc ulong[2] { soft, hard };
        return SpawnLibrary.SetLimits(process, resource, limits, null) == 0 ? 0 : Libc.LastError;
    }
}
