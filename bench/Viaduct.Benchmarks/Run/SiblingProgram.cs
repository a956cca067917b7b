namespace Viaduct.Benchmarks.Run;

/// <summary>The other .NET programs of the bench, as the same build made them.</summary>
internal static class SiblingProgram
{
    /// <summary>What starts them all: the same host as this program's, where it was started by one.</summary>
    public static string Host { get; } =
        Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program) == "dotnet" ? program : "dotnet";

    private static string Own => Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    /// <summary>A program's assembly.</summary>
    /// <exception cref="RunnerException">It is not built.</exception>
    public static string PathOf(string project)
    {
        // artifacts/bin/Viaduct.Benchmarks/release -> artifacts/bin/PROJECT/release
        string path = Path.GetFullPath(Path.Combine(Own, "..", "..", project, Path.GetFileName(Own), project + ".dll"));
        return File.Exists(path) ? path : throw new RunnerException($"{path} is not built");
    }

    /// <summary>The same program, with everything but the framework compiled ahead of time where "build.sh bench" published it.</summary>
    /// <exception cref="RunnerException">It is not there.</exception>
    public static string ReadyToRunPathOf(string project)
    {
        // artifacts/bin/Viaduct.Benchmarks/release -> artifacts/readytorun/publish/PROJECT/release_RUNTIME
        string directory = Path.GetFullPath(Path.Combine(Own, "..", "..", "..", "readytorun", "publish", project));
        return Directory.Exists(directory) && Directory.EnumerateFiles(directory, project + ".dll", SearchOption.AllDirectories).FirstOrDefault() is { } path
            ? path
            : throw new RunnerException($"{project} is not published with ReadyToRun (./build.sh bench does it where the compiler's package can be had)");
    }
}
