using System.Diagnostics;
using System.Globalization;
using Viaduct.Benchmarks.Plan;

namespace Viaduct.Benchmarks.Run;

/// <summary>
/// A .NET program of the bench that measures by itself. It is started anew for each repetition, with how often it shall measure as the last argument, and prints
/// its percentiles. It runs where the scheduler puts it: what it measures is the start of processes.
/// </summary>
internal sealed class StartedRunner : IRunner
{
    /// <summary>A crash takes some tens of milliseconds where there is no standby, so a pass of 100 ms stands for this many.</summary>
    private const int TimesAPass = 10;

    private const int FewestTimes = 3;
    private static readonly TimeSpan s_pass = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private readonly BenchEnvironment _environment;
    private readonly string _program;
    private readonly Func<string> _path;
    private readonly IReadOnlyList<string> _arguments;

    /// <param name="environment">Of the run.</param>
    /// <param name="program">Its name.</param>
    /// <param name="path">Finds its assembly, or throws a <see cref="RunnerException"/>.</param>
    /// <param name="arguments">Those before the count.</param>
    public StartedRunner(BenchEnvironment environment, string program, Func<string> path, IReadOnlyList<string> arguments)
    {
        _environment = environment;
        _program = program;
        _path = path;
        _arguments = arguments;
    }

    /// <summary>How often something that takes so long is measured in one repetition.</summary>
    public static int TimesFor(Pace pace) => Math.Max(FewestTimes, (int)(TimesAPass * pace.Pass / s_pass));

    public void Start(IReadOnlyList<Workload> workloads) => _path();

    public Measurement Measure(Workload workload)
    {
        string times = TimesFor(_environment.Pace).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(SiblingProgram.Host, [_path(), .. _arguments, times]);
        start.Environment["VIADUCT_RUNTIME_DIR"] = Path.Combine(_environment.NewDirectory(), "run");
        Dictionary<string, double> figures = ProgramFigures.Of(start, _program, s_timeout);
        return new Measurement(new Percentiles(figures["p50"], figures["p99"], figures["p999"], figures["max"]), null, null, null);
    }

    public void Dispose()
    {
    }
}
