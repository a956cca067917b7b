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
    private readonly Assignment _work;

    public NativeRunner(BenchEnvironment environment, Func<Workload, NativeCommand> command, Assignment work)
    {
        _environment = environment;
        _command = command;
        _work = work;
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
        Dictionary<string, double> figures = Parse(Execute(command, workload));
        return workload == Workload.Throughput
            ? new Measurement(null, figures["rate"] * command.MessagesInOne, figures["cpu"] / command.MessagesInOne, null)
            : new Measurement(
                new Percentiles(figures["p50"], figures["p99"], figures["p999"], figures["max"]), null, figures["cpu"], null);
    }

    public void Dispose()
    {
    }

    private string Execute(NativeCommand command, Workload workload)
    {
        string[] line =
        [
            .. command.Program.Launcher,
            _environment.Native.Get(command.Program),
            command.Mode,
            Names.Of(workload),
            Text(command.Size),
            Text((int)_environment.Pace.Pass.TotalMilliseconds),
            Text(_environment.Cores.A),
            Text(_environment.Cores.B),
            _work.Distance == Distance.Thread ? "thread" : "process",
            _work.Touched ? "touched" : "untouched",
        ];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in command.Program.Environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new RunnerException($"{command.Program.Name} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new RunnerException($"{command.Program.Name} did not end within {s_timeout.TotalSeconds} s");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new RunnerException($"{command.Program.Name} ended with {process.ExitCode}: {errors.Result.Trim()}");
    }

    private static Dictionary<string, double> Parse(string line) => line
        .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
