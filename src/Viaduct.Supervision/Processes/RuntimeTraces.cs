namespace Viaduct.Supervision;

/// <summary>
/// What the .NET runtime of a process leaves in the temporary directory when that is killed, or ends without telling it: the pipes of its debugger and the socket of its diagnostics. Its parent
/// removes them, since nobody else would.
/// </summary>
internal static class RuntimeTraces
{
    /// <summary>When a process began, among the fields of its <c>stat</c> behind its name.</summary>
    private const int BeganField = 19;

    /// <summary>Where the runtime has them, as it finds that in its environment.</summary>
    /// <param name="temporary">Its <c>TMPDIR</c>.</param>
    internal static string DirectoryOf(string? temporary) => string.IsNullOrEmpty(temporary) ? "/tmp" : temporary;

    /// <summary>What tells a process in their names from others of its number: when it began, in the kernel's ticks. Null where that is not known.</summary>
    /// <param name="process">One that lives, or has ended and is still to be collected.</param>
    internal static string? KeyOf(int process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > BeganField ? fields[BeganField] : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes them, if they are there and this process may.</summary>
    internal static void Remove(string directory, int process, string key)
    {
        foreach (string name in new[] { $"clr-debug-pipe-{process}-{key}-in", $"clr-debug-pipe-{process}-{key}-out", $"dotnet-diagnostic-{process}-{key}-socket" })
        {
            try
            {
                File.Delete(Path.Combine(directory, name));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // They are another user's, or the directory is gone.
            }
        }
    }
}
