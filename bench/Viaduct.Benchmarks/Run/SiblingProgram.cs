namespace Viaduct.Benchmarks.Run;

/// <summary>The other .NET programs of the bench, as the same build made them.</summary>
internal static class SiblingProgram
{
    /// <summary>What starts them all: the same host as this program's, where it was started by one.</summary>
    public static string Host { get; } =
        Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program) == "dotnet" ? program : "dotnet";

    /// <summary>A program's assembly.</summary>
    /// <exception cref="RunnerException">It is not built.</exception>
    public static string PathOf(string project)
    {
        // artifacts/bin/Viaduct.Benchmarks/release -> artifacts/bin/PROJECT/release
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string path = Path.GetFullPath(Path.Combine(own, "..", "..", project, Path.GetFileName(own), project + ".dll"));
        return File.Exists(path) ? path : throw new RunnerException($"{path} is not built");
    }
}
