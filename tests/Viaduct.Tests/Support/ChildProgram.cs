using System.Runtime.InteropServices;

namespace Viaduct.Tests.Support;

/// <summary>Programs of the tests' own, as they were built beside them.</summary>
internal static class ChildProgram
{
    /// <summary>The .NET host that runs these tests.</summary>
    public static string Host()
    {
        // The runtime lies in <dotnet>/shared/Microsoft.NETCore.App/<version>/.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }

    /// <summary>A project's program.</summary>
    public static string Of(string project)
    {
        // artifacts/bin/<project>/<configuration>/
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration, $"{project}.dll"));
        Assert.True(File.Exists(program), $"The child program is missing: {program}");
        return program;
    }
}
