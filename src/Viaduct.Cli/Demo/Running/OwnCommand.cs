using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Cli.Demo.Running;

/// <summary>How this program is started once more.</summary>
internal static class OwnCommand
{
    /// <summary>The executable, and the assembly where that is only a host.</summary>
    [UnconditionalSuppressMessage(
        "SingleFile", "IL3000", Justification = "The location is used only where the process is the dotnet host, which runs an assembly that is a file.")]
    public static IReadOnlyList<string> Get()
    {
        string executable = Environment.ProcessPath
            ?? throw new CommandException("the path of this program is not known, so it cannot start further processes.");
        return Path.GetFileNameWithoutExtension(executable) == "dotnet"
            ? [executable, "exec", typeof(OwnCommand).Assembly.Location]
            : [executable];
    }
}
