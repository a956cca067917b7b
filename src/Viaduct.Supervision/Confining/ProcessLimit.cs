using System.Globalization;

namespace Viaduct.Supervision;

/// <summary>Whether the kernel applies a limit of processes (RLIMIT_NPROC) to a child.</summary>
/// <remarks>
/// When a process or thread is started, the kernel passes over the limit for the user root, whatever its capabilities, and for who has CAP_SYS_RESOURCE or CAP_SYS_ADMIN there
/// (<c>copy_process</c> in the kernel's fork.c). Root is who has number 0 in the machine's first user namespace, where the
/// capabilities must be, too, and of which the map of this one tells as far as its parent.
/// </remarks>
internal static class ProcessLimit
{
    /// <summary>CAP_SYS_ADMIN and CAP_SYS_RESOURCE.</summary>
    private const ulong Exempting = (1UL << 21) | (1UL << 24);

    /// <summary>Why a child of this process is exempt from the limit; null where it is not.</summary>
    internal static string? FindExemption(bool dropsCapabilities) =>
        FindExemption(File.ReadLines("/proc/self/status"), File.ReadLines("/proc/self/uid_map"), dropsCapabilities);

    /// <summary>The same, from what the kernel says of this process.</summary>
    /// <param name="status">The lines of its status.</param>
    /// <param name="map">The lines of the map of users: the first here, the first in the parent namespace, how many.</param>
    /// <param name="dropsCapabilities">Whether the child has none.</param>
    internal static string? FindExemption(IEnumerable<string> status, IEnumerable<string> map, bool dropsCapabilities)
    {
        long user = -1;
        ulong kept = 0;
        foreach (string line in status)
        {
            string[] words = Words(line);
            if (words is ["Uid:", string real, ..])
            {
                user = long.Parse(real, CultureInfo.InvariantCulture);
            }
            else if (words is ["CapAmb:", string ambient])
            {
                // What another user than root keeps when it executes a program.
                kept = ulong.Parse(ambient, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }

        string[][] ranges = [.. map.Select(Words)];
        if (ranges.Any(range => IsRoot(user, range)))
        {
            return "the kernel does not apply RLIMIT_NPROC to root, with or without capabilities";
        }

        // What somebody may in a namespace of users within the first one is nothing to the limit.
        bool isInFirst = ranges is [["0", "0", "4294967295"]];
        return dropsCapabilities || !isInFirst || (kept & Exempting) == 0 ? null : "the kernel does not apply RLIMIT_NPROC to who has CAP_SYS_RESOURCE or CAP_SYS_ADMIN";
    }

    private static bool IsRoot(long user, string[] range)
    {
        long[] numbers = [.. range.Select(static number => long.Parse(number, CultureInfo.InvariantCulture))];
        return numbers is [long here, long there, long count] && user >= here && user - here < count && there + (user - here) == 0;
    }

    private static string[] Words(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
