using Viaduct.Linux;

namespace Viaduct.Supervision;

/// <summary>Finds the file that a program's name means, so that what is wrong with it can be said before anything is started.</summary>
internal static class ExecutablePath
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The program's absolute path.</summary>
    /// <exception cref="ChildStartException">There is no such file, or it is none that can be executed.</exception>
    internal static string Resolve(string executable)
    {
        if (executable.Contains('/', StringComparison.Ordinal))
        {
            string path = Path.GetFullPath(executable);
            return Check(executable, path);
        }

        string? search = Environment.GetEnvironmentVariable("PATH");
        foreach (string directory in (search ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string candidate = Path.Combine(directory, executable);
            if (File.Exists(candidate) && IsExecutable(candidate))
            {
                return Path.GetFullPath(candidate);
            }
        }

        throw new ChildStartException(
            executable, $"no directory of PATH ({search}) has a program of this name; give its path.", Libc.ENOENT);
    }

    private static string Check(string executable, string path)
    {
        if (Directory.Exists(path))
        {
            throw new ChildStartException(executable, $"'{path}' is a directory; name the program in it.", Libc.EACCES);
        }

        if (!File.Exists(path))
        {
            throw new ChildStartException(executable, $"there is no file '{path}', or this user may not look into its directory.", Libc.ENOENT);
        }

        return IsExecutable(path)
            ? path
            : throw new ChildStartException(executable, $"'{path}' is not marked as executable; chmod +x makes it so.", Libc.EACCES);
    }

    private static bool IsExecutable(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & AnyExecute) != 0;
}
