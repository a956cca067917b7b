using System.Diagnostics;
using System.Globalization;
using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Run;

/// <summary>
/// A program of <c>bench/native</c>. It is started anew for each repetition, finds out for itself how many messages fill the
/// time, and prints one line of <c>key=value</c> pairs.
/// </summary>
internal sealed class NativeRunner : IRunner
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private readonly BenchEnvironment _environment;
    private readonly Func<Workload, NativeCommand> _command;
    private readonly bool _threads;

    public NativeRunner(BenchEnvironment environment, Func<Workload, NativeCommand> command, bool threads)
    {
        _environment = environment;
        _command = command;
        _threads = threads;
    }

    public void Start(IReadOnlyList<Workload> workloads)
    {
        foreach (Workload workload in workloads)
        {
            _environment.Native.Get(_command(workload).Program);
        }
    }

    public Measurement Measure(Workload workload)
    {
        NativeCommand command = _command(workload);
        Dictionary<string, double> figures = Parse(Execute(command));
        return workload == Workload.Latency
            ? new Measurement(figures["p50"], figures["p99"], figures["p999"], null, figures["cpu"], null)
            : new Measurement(
                null, null, null, figures["rate"] * command.MessagesInOne, figures["cpu"] / command.MessagesInOne, null);
    }

    public void Dispose()
    {
    }

    private string Execute(NativeCommand command)
    {
        string[] arguments =
        [
            command.Mode,
            Text(command.Size),
            Text((int)_environment.Pace.Pass.TotalMilliseconds),
            Text(_environment.Cores.A),
            Text(_environment.Cores.B),
            _threads ? "thread" : "process",
        ];
        var start = new ProcessStartInfo(_environment.Native.Get(command.Program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new RunnerException($"{command.Program} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new RunnerException($"{command.Program} did not end within {s_timeout.TotalSeconds} s");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new RunnerException($"{command.Program} ended with {process.ExitCode}: {errors.Result.Trim()}");
    }

    private static Dictionary<string, double> Parse(string line) => line
        .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
