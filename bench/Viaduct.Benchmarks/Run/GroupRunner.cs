using Viaduct.Benchmarks.Plan;
using Viaduct.Benchmarks.Report;

namespace Viaduct.Benchmarks.Run;

/// <summary>
/// Measures the contestants of a group in turns. The ratio to the limit is taken within each turn: on a virtual machine whose
/// cores are moved about, the limit itself changes by a factor of five between one second and the next.
/// </summary>
internal sealed class GroupRunner : IDisposable
{
    private readonly Group _group;
    private readonly int _repetitions;
    private readonly bool _pinned;
    private readonly List<Entry> _entries = [];

    public GroupRunner(Group group, BenchEnvironment environment)
    {
        _group = group;
        _repetitions = environment.Pace.Repetitions;
        _pinned = environment.Cores.Pinned;
    }

    /// <summary>Contestants that did not run, and why.</summary>
    public List<Failure> Failures { get; } = [];

    public IReadOnlyList<ResultRow> Run(CancellationToken cancellation)
    {
        foreach (Contestant contestant in _group.Contestants)
        {
            cancellation.ThrowIfCancellationRequested();
            IRunner runner = contestant.Open();
            _entries.Add(new Entry(contestant, runner));
            Try(_entries[^1], () => runner.Start(contestant.Workloads));
        }

        for (int i = 0; i < _repetitions; i++)
        {
            foreach (Workload workload in Enum.GetValues<Workload>())
            {
                cancellation.ThrowIfCancellationRequested();
                MeasureAll(workload);
            }
        }

        return [.. _entries.Where(entry => !entry.Failed).SelectMany(Rows)];
    }

    public void Dispose() => _entries.ForEach(entry => entry.Runner.Dispose());

    private void MeasureAll(Workload workload)
    {
        foreach (Entry entry in _entries)
        {
            if (!entry.Failed && entry.Contestant.Workloads.Contains(workload))
            {
                Try(entry, () => entry.Of(workload).Add(entry.Runner.Measure(workload)));
            }
        }
    }

    private void Try(Entry entry, Action action)
    {
        try
        {
            action();
        }
        catch (RunnerException error)
        {
            entry.Failed = true;
            Failures.Add(new Failure(entry.Contestant, _group, error.Message));
        }
    }

    private IEnumerable<ResultRow> Rows(Entry entry) => entry.Contestant.Workloads.Select(workload =>
    {
        List<Measurement> measured = entry.Of(workload);
        double? rate = Median(measured, one => one.MessagesPerSecond);
        return new ResultRow(
            entry.Contestant.System,
            entry.Contestant.Variant,
            Names.Of(_group.Work.Distance),
            Names.Of(_group.Work.Pattern),
            Names.Of(workload),
            _group.Work.Size,
            Names.Of(entry.Contestant.Wait),
            _group.Work.Touched,
            _pinned,
            entry.Contestant.Subscribers,
            Median(measured, one => one.Times?.P50),
            Median(measured, one => one.Times?.P99),
            Median(measured, one => one.Times?.P999),
            measured.Max(one => one.Times?.Max),
            rate,
            rate * _group.Work.Size,
            RatioToLimit(measured, workload, entry.Contestant.Wait),
            RatioToOneSubscriber(measured, workload, entry.Contestant),
            Median(measured, one => one.CpuNanoseconds),
            Median(measured, one => one.AllocatedBytes),
            _group.Work.CallsAtATime,
            entry.Contestant.Sharing);
    });

    // The limit that waits in the same way, else the group's first one for this workload.
    private double? RatioToLimit(List<Measurement> measured, Workload workload, WaitKind wait) => RatioTo(
        measured,
        workload,
        _entries.OrderByDescending(entry => entry.Contestant.Wait == wait).Where(entry => entry.Contestant.System == Contestant.LimitSystem));

    private double? RatioToOneSubscriber(List<Measurement> measured, Workload workload, Contestant contestant) => RatioTo(
        measured,
        workload,
        _entries.Where(entry => entry.Contestant.System == contestant.System && entry.Contestant.Subscribers == 1));

    // Within each turn; see above.
    private static double? RatioTo(List<Measurement> measured, Workload workload, IEnumerable<Entry> references)
    {
        List<Measurement>? reference = references
            .FirstOrDefault(entry => !entry.Failed && entry.Contestant.Workloads.Contains(workload))?.Of(workload);
        return reference is null ? null : Median([.. measured.Zip(reference)], pair => pair.First.RatioTo(pair.Second));
    }

    private static double? Median<T>(IReadOnlyList<T> items, Func<T, double?> select)
    {
        List<double> sorted = [.. items.Select(select).OfType<double>().Order()];
        return sorted.Count switch
        {
            0 => null,
            _ when sorted.Count % 2 == 1 => sorted[sorted.Count / 2],
            _ => (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2,
        };
    }

    private sealed class Entry(Contestant contestant, IRunner runner)
    {
        private readonly Dictionary<Workload, List<Measurement>> _measured = [];

        public Contestant Contestant { get; } = contestant;

        public IRunner Runner { get; } = runner;

        public bool Failed { get; set; }

        public List<Measurement> Of(Workload workload)
        {
            if (!_measured.TryGetValue(workload, out List<Measurement>? list))
            {
                _measured.Add(workload, list = []);
            }

            return list;
        }
    }
}
