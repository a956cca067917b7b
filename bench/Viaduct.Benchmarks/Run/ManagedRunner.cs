using System.Diagnostics;
using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Systems;
using Viaduct.Benchmarks.Worker;

namespace Viaduct.Benchmarks.Run;

/// <summary>
/// A .NET contestant: one worker process with both sides, or two with one each. They stay alive, idle, while the other
/// contestants of their group are measured.
/// </summary>
internal sealed class ManagedRunner : IRunner
{
    /// <summary>A round trip shorter than this is timed in batches: reading the clock costs a sizeable part of it.</summary>
    private const double BatchBelowNanoseconds = 2_000;

    private const int Batch = 32;
    private const int FewestMessages = 2 * Batch;
    private const int FirstMessages = 128;

    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_runTimeout = TimeSpan.FromSeconds(20);

    private readonly BenchEnvironment _environment;
    private readonly WorkerArguments _arguments;
    private readonly List<WorkerProcess> _workers = [];

    /// <summary>Nanoseconds that one message (or round trip) took last time, by workload: tells how many fill a pass.</summary>
    private readonly Dictionary<Workload, double> _pace = [];

    public ManagedRunner(BenchEnvironment environment, WorkerArguments arguments)
    {
        _environment = environment;
        _arguments = arguments;
    }

    public void Start(IReadOnlyList<Workload> workloads)
    {
        if (_arguments.Distance == Distance.Thread)
        {
            _workers.Add(new WorkerProcess(_arguments));
        }
        else
        {
            _workers.Add(new WorkerProcess(_arguments with { Role = Role.A }));
            _workers.Add(new WorkerProcess(_arguments with { Role = Role.B }));
        }

        _workers.ForEach(worker => worker.WaitUntilReady(s_startTimeout));
        foreach (Workload workload in workloads)
        {
            WarmUp(workload);
            Rest(workload);
        }
    }

    public Measurement Measure(Workload workload)
    {
        Measurement measured = workload switch
        {
            { IsRate: true } => MeasureRate(workload),
            Workload.FanOut => MeasureFanOut(),
            _ => MeasureRoundTrips(workload),
        };
        Rest(workload);
        return measured;
    }

    public void Dispose()
    {
        // All at once: each may wait for the other to close in an orderly way.
        Parallel.ForEach(_workers, worker => worker.Dispose());
        _workers.Clear();
    }

    private void WarmUp(Workload workload)
    {
        // A service and its caller have more to compile than a socket, and what awaits is compiled once more: on the core where many await, beside them.
        TimeSpan length = _environment.Pace.WarmUp * (workload == Workload.Concurrent ? 4 : _arguments.IsServed ? 2 : 1);
        long began = Stopwatch.GetTimestamp();
        long count = FirstMessages;
        do
        {
            Run(workload, count, 1);
            count = Math.Min(count * 4, CountFor(workload, _environment.Pace.Pass));
        }
        while (Stopwatch.GetElapsedTime(began) < length);
    }

    private Measurement MeasureRoundTrips(Workload workload)
    {
        bool batched = workload.Elementary == Workload.Latency && _pace[workload] < BatchBelowNanoseconds;
        TimeSpan length = batched ? _environment.Pace.Pass / 2 : _environment.Pace.Pass;
        long count = CountFor(workload, length);
        WorkerReport single = Run(workload, count, 1);
        WorkerReport typical = batched ? Run(workload, count, Batch) : single;
        double parts = 2.0 / workload.Ways;
        double messages = parts * count;
        return new Measurement(
            new Percentiles(typical.P50 / parts, single.P99 / parts, single.P999 / parts, single.Max / parts),
            null,
            typical.CpuNanoseconds / messages,
            typical.AllocatedBytes / messages);
    }

    private Measurement MeasureRate(Workload workload)
    {
        long count = CountFor(workload, _environment.Pace.Pass);

        // The programs of bench/native look for their count right before they measure: the others' messages have left the caches by then.
        Run(workload, Math.Max(Batch, count / 4), 1);
        WorkerReport report = Run(workload, count, 1);
        return new Measurement(null, Rate(report, count), report.CpuNanoseconds / count, (double)report.AllocatedBytes / count);
    }

    private Measurement MeasureFanOut()
    {
        long count = ViaductFanOut.Bursts(CountFor(Workload.FanOut, _environment.Pace.Pass)) * ViaductFanOut.Burst;
        WorkerReport report = Run(Workload.FanOut, count, ViaductFanOut.Burst);
        return new Measurement(
            new Percentiles(report.P50, report.P99, report.P999, report.Max),
            Rate(report, count),
            report.CpuNanoseconds / count,
            (double)report.AllocatedBytes / count);
    }

    private static double Rate(WorkerReport report, long count) =>
        count * 1e9 / Stopwatch.GetElapsedTime(report.Started, report.EndedB).TotalNanoseconds;

    private long CountFor(Workload workload, TimeSpan length)
    {
        long count = Math.Max(FewestMessages, (long)(length.TotalNanoseconds / _pace[workload]));
        return count / Batch * Batch;
    }

    private WorkerReport Run(Workload workload, long count, int batch)
    {
        var command = new WorkerCommand(workload, count, batch);
        WorkerReport report = _arguments.IsServed ? RunServed(command) : RunBoth(command);
        long ended = workload.IsRoundTrip ? report.EndedA : report.EndedB;
        _pace[workload] = Math.Max(0.1, Stopwatch.GetElapsedTime(report.Started, ended).TotalNanoseconds / count);
        return report;
    }

    private WorkerReport RunBoth(WorkerCommand command)
    {
        _workers.ForEach(worker => worker.Begin(command));
        return _workers
            .Select(worker => worker.End(s_runTimeout))
            .Aggregate((one, other) => one.With(other));
    }

    // A service answers on threads of its own: it is asked before and after, and says what it has spent in between.
    private WorkerReport RunServed(WorkerCommand command)
    {
        Ask(_workers[1], command);
        WorkerReport caller = Ask(_workers[0], command);
        WorkerReport service = Ask(_workers[1], command);
        return caller.With(service) with { EndedB = caller.EndedA };
    }

    // A service that spins would take a core from those whose turn comes next.
    private void Rest(Workload workload)
    {
        if (_arguments.IsServed)
        {
            Ask(_workers[1], new WorkerCommand(workload, 0, 1));
        }
    }

    private static WorkerReport Ask(WorkerProcess worker, WorkerCommand command)
    {
        worker.Begin(command);
        return worker.End(s_runTimeout);
    }
}
