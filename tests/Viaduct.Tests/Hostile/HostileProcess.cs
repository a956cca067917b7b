using System.Diagnostics;
using System.Globalization;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>A run of the hostile program.</summary>
internal static class HostileProcess
{
    /// <summary>Runs an attack to its end; what it says of itself. Fails where the victim let it do what it should not, or where it does not end.</summary>
    public static async Task<string> Run(string attack, int seed, int cases, string directory, string channel, string tcp = "")
    {
        ProcessStartInfo start = new(ChildProgram.Host()) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[ChildProgram.Of("Viaduct.HostilePeer"), attack, Text(seed), Text(cases), directory, channel, tcp])
        {
            start.ArgumentList.Add(argument);
        }

        ChildProgram.Hasten(start);
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            using CancellationTokenSource patience = new(Patience.Limit * 3 * Effort.Factor);
            await process.WaitForExitAsync(patience.Token);
            string said = (await output).Trim();
            Assert.True(process.ExitCode == 0, $"The attack failed: {said} {await errors}");
            Effort.Say($"{attack}: {said}");
            return said;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
