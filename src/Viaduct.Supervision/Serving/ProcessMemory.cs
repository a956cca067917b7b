using System.Globalization;

namespace Viaduct.Supervision;

/// <summary>What a process takes of the machine's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>The resident memory of a process, in bytes; 0 if there is none.</summary>
    public static long Of(int? process)
    {
        try
        {
            return process is { } id
                ? long.Parse(File.ReadAllText($"/proc/{id}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize
                : 0;
        }
        catch (Exception error) when (error is IOException or FormatException or IndexOutOfRangeException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
