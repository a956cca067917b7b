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
        Dictionary<string, double> figures = Execute(command, workload);
        if (workload.IsRate)
        {
            return new Measurement(null, figures["rate"] * command.MessagesInOne, figures["cpu"] / command.MessagesInOne, null);
        }

        // The programs give half of a round trip, and what it costs.
        int ways = workload.Ways;
        return new Measurement(
            new Percentiles(ways * figures["p50"], ways * figures["p99"], ways * figures["p999"], ways * figures["max"]), null, ways * figures["cpu"], null);
    }

    public void Dispose()
    {
    }

    private Dictionary<string, double> Execute(NativeCommand command, Workload workload)
    {
        string[] line =
        [
            .. command.Program.Launcher,
            _environment.Native.Get(command.Program),
            command.Mode,
            Names.Of(workload.Elementary),
            Text(command.Size),
            Text((int)_environment.Pace.Pass.TotalMilliseconds),
            Text(_environment.Cores.A),
            Text(_environment.Cores.B),
            _work.Distance == Distance.Thread ? "thread" : "process",
            _work.Touched ? "touched" : "untouched",
        ];
        var start = new ProcessStartInfo(line[0], line[1..]);
        foreach ((string name, string value) in command.Program.Environment)
        {
            start.Environment[name] = value;
        }

        return ProgramFigures.Of(start, command.Program.Name, s_timeout);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
