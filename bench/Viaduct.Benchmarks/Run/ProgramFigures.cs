using System.Diagnostics;
using System.Globalization;

namespace Viaduct.Benchmarks.Run;

/// <summary>Runs a program that prints one line of <c>key=value</c> pairs.</summary>
internal static class ProgramFigures
{
    /// <exception cref="RunnerException">It failed, or did not end in time.</exception>
    public static Dictionary<string, double> Of(ProcessStartInfo start, string name, TimeSpan timeout)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start) ?? throw new RunnerException($"{name} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new RunnerException($"{name} did not end within {timeout.TotalSeconds} s");
        }

        return process.ExitCode == 0
            ? Parse(output.Result)
            : throw new RunnerException($"{name} ended with {process.ExitCode}: {errors.Result.Trim()}");
    }

    private static Dictionary<string, double> Parse(string line) => line
        .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
}
