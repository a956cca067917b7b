using System.Globalization;

namespace Viaduct.Linux;

/// <summary>How large the largest cache of the machine's first core is: what messages on their way between cores had better stay in.</summary>
internal static class CacheSize
{
    private const string Directory = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>Bytes; 0 where the system does not say.</summary>
    public static long Largest { get; } = Read(Directory);

    /// <summary>Reads what the kernel says of one core's caches.</summary>
    internal static long Read(string directory)
    {
        long largest = 0;
        try
        {
            foreach (string cache in System.IO.Directory.EnumerateDirectories(directory, "index*"))
            {
                largest = Math.Max(largest, Parse(File.ReadAllText(Path.Combine(cache, "size"))));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Some containers hide it. What was found counts.
        }

        return largest;
    }

    /// <summary>As the kernel writes it: a number and its unit, "32768K".</summary>
    private static long Parse(string text) =>
        text.TrimEnd() is [.. string number, 'K'] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes) ? kibibytes << 10 : 0;
}
