using System.Globalization;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

/// <summary>Children of the tests.</summary>
internal static class Peers
{
    /// <summary>Options for the tests' own .NET child.</summary>
    public static ChildProcessOptions Own(params string[] arguments) => new(ChildProgram.Host(), [ChildProgram.Of("Viaduct.ChildPeer"), .. arguments]);

    /// <summary>Starts the tests' own .NET child, which writes a line when it is ready.</summary>
    public static async Task<ChildProcess> Ready(params string[] arguments)
    {
        ChildProcess child = ChildProcess.Start(Own(arguments));
        await child.Says();
        return child;
    }

    /// <summary>Waits for a child's first line.</summary>
    public static async Task<string> Says(this ChildProcess child)
    {
        await Waiting.Until(() => child.LastOutput.Count > 0 || child.OutputEnded.IsCompleted, () => $"a line of {child}");
        return child.LastOutput.Count > 0 ? child.LastOutput[0].Text : $"nothing, for it {await child.Exited}";
    }

    /// <summary>Runs a child to its end.</summary>
    public static async Task<(ExitReason Exit, string[] Lines)> Run(ChildProcessOptions options)
    {
        options.KeptLines = 1000;
        await using ChildProcess child = ChildProcess.Start(options);
        ExitReason exit = await child.Exited.Within($"the end of {child}");
        await child.OutputEnded.Within($"the output of {child}");
        return (exit, [.. child.LastOutput.Select(line => line.Text)]);
    }

    /// <summary>Whether a process is there and no zombie.</summary>
    public static bool Lives(int id)
    {
        try
        {
            string status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Whether a number is taken, be it by a zombie.</summary>
    public static bool Exists(int id) => Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}"));
}
