namespace Viaduct.Tests.Cli;

/// <summary>The solution's programs as this build made them, in the same configuration as the tests.</summary>
internal static class BuiltProgram
{
    /// <summary>The tool <c>viaduct</c>.</summary>
    internal const string Tool = "Viaduct.Cli";

    /// <summary>A program's executable.</summary>
    internal static string PathOf(string project)
    {
        // artifacts/bin/Viaduct.Tests/release -> artifacts/bin/PROJECT/release
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string path = Path.Combine(own, "..", "..", project, Path.GetFileName(own), OperatingSystem.IsWindows() ? project + ".exe" : project);
        return File.Exists(path) ? Path.GetFullPath(path) : throw new FileNotFoundException($"{path} is not built.");
    }
}
