using System.Diagnostics;
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

    /// <summary>Sets what a process that lives for a second or two spends less time on.</summary>
    public static void Hasten(ProcessStartInfo start)
    {
        // A core dump would only delay the death that tests are about, and crash reports are no use to them.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";

        // What was compiled ahead of time is optimised, and what has to be compiled at the start is not worth compiling a second time before a second has passed (0x3E8
        // milliseconds), nor being counted for that, nor being mapped twice.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "3E8";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
    }
}
