using System.Runtime.InteropServices;

namespace Viaduct.Cli.Demo.Input;

/// <summary>Finds the installed .NET SDK.</summary>
internal static class SdkLocation
{
    /// <summary>The folder with <c>sdk</c> and <c>packs</c> in it.</summary>
    /// <exception cref="CommandException">No SDK is there.</exception>
    public static string Find()
    {
        foreach (string candidate in Candidates())
        {
            if (Directory.Exists(Path.Combine(candidate, "sdk")))
            {
                return candidate;
            }
        }

        throw new CommandException("no .NET SDK was found to read as input; name another with --input FILE or --input DIR.");
    }

    private static IEnumerable<string> Candidates()
    {
        // The runtime that runs this: ROOT/shared/Microsoft.NETCore.App/VERSION/.
        string runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        if (Path.GetFullPath(Path.Combine(runtime, "..", "..", "..")) is { } root)
        {
            yield return root;
        }

        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } named)
        {
            yield return named;
        }

        string host = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator))
        {
            FileInfo file = new(Path.Combine(folder, host));
            if (folder.Length > 0 && file.Exists)
            {
                yield return Path.GetDirectoryName(file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName)!;
            }
        }
    }
}
