using System.Diagnostics;
using System.Threading.Channels;
using Viaduct.Cli.Demo.Input;
using Viaduct.Cli.Demo.Reporting;
using Viaduct.Cli.Demo.Roles;
using Viaduct.Cli.Output;

namespace Viaduct.Cli.Demo.Running;

/// <summary>
/// The second and third run: reader, merger and workers are processes. This one starts them, watches them, kills a worker half-way, replaces
/// every worker that dies, and ends the run if the reader or the merger does.
/// </summary>
internal sealed class ProcessRun
{
    /// <summary>How long nothing may move before the run is given up.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>How long a worker that lost a peer waits for the news that this peer is dead.</summary>
    private static readonly TimeSpan s_newsTime = TimeSpan.FromSeconds(5);

    /// <summary>How many workers may die without an event being merged between.</summary>
    private const int MostReplacements = 100;

    private readonly Placement _placement;
    private readonly InputPlan _plan;
    private readonly long _total;
    private readonly ProgressLine _progress;
    private readonly Channel<RunEvent> _events = Channel.CreateUnbounded<RunEvent>();
    private readonly List<ChildProcess> _children = [];

    /// <summary>The present worker of each number; worker i is at i - 1.</summary>
    private readonly ChildProcess?[] _workers;

    private readonly HashSet<ChildProcess> _ready = [];

    /// <summary>The numbers that have had a worker that was ready.</summary>
    private readonly HashSet<int> _met = [];

    private readonly HashSet<RouteTaken> _routes = [];
    private ChildProcess? _reader;
    private ChildProcess? _merger;

    /// <summary>Where reader and merger listen; set when they are ready.</summary>
    private RoleReport? _readerReady;

    private RoleReport? _mergerReady;

    /// <summary>What reader and merger told at their ends.</summary>
    private RoleReport? _readerDone;

    private RoleReport? _mergerDone;

    /// <summary>The worker that was killed half-way.</summary>
    private ChildProcess? _victim;

    private bool _started;
    private bool _continued;
    private long _merged;
    private int _replacements;

    /// <summary>The worker that said that it lost a peer, and until when the news of that peer's death may come.</summary>
    private string? _complaint;

    private long _deadline;

    /// <summary>Makes the run.</summary>
    /// <param name="placement">Where the processes live.</param>
    /// <param name="plan">The input.</param>
    /// <param name="total">How many events it has.</param>
    /// <param name="workers">How many processes work.</param>
    /// <param name="progress">Shows how far it is.</param>
    public ProcessRun(Placement placement, InputPlan plan, long total, int workers, ProgressLine progress)
    {
        _placement = placement;
        _plan = plan;
        _total = total;
        _workers = new ChildProcess?[workers];
        _progress = progress;
    }

    private string Name => _placement.Distance.ToString().ToLowerInvariant();

    /// <summary>Does the job.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="DemoFailedException">It could not end as it should; all its processes are ended.</exception>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Move();
            _reader = Start(DemoRole.Reader, 1);
            _merger = Start(DemoRole.Merger, 1);
            while (_readerDone is null || _mergerDone is null || !_children.TrueForAll(child => child.Ended))
            {
                Handle(await NextAsync(cancellationToken));
            }

            return MakeReport(_readerDone, _mergerDone);
        }
        finally
        {
            _children.ForEach(child => child.Dispose());
        }
    }

    private async Task<RunEvent> NextAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan left = TimeSpan.FromSeconds((_deadline - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency);
        bounded.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            return await _events.Reader.ReadAsync(bounded.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DemoFailedException(_complaint ?? $"nothing moved for {s_patience.TotalSeconds} s; {_merged} of {_total} events were merged.");
        }
    }

    private void Handle(RunEvent happened)
    {
        (ChildProcess child, RoleReport? report) = happened;
        if (report is null)
        {
            OnEnd(child);
            return;
        }

        RouteTaken.Check(child.Name, _placement.Route, report.Routes);
        _routes.UnionWith(report.Routes);
        switch (report.Kind)
        {
            case RoleReportKind.Ready:
                OnReady(child, report);
                break;
            case RoleReportKind.Progress:
                OnProgress(child, report);
                break;
            case RoleReportKind.HalfWay:
                _victim = _workers[0]!;
                _progress.Say($"{Name}: half-way; killing {_victim.Name} with SIGKILL");
                _victim.Kill();
                break;
            case RoleReportKind.Done when child == _reader:
                OnReaderDone(report);
                break;
            case RoleReportKind.Done when child == _merger:
                _mergerDone = report;
                Move();
                break;
            case RoleReportKind.PeerLost when child.Order.Role == DemoRole.Worker:
                Complain($"{child.Name} lost a peer: {report.Error}");
                break;
            case RoleReportKind.Failed when child.Order.Role == DemoRole.Worker && _readerDone is not null:
                break;
            case RoleReportKind.PeerLost or RoleReportKind.Failed:
                throw new DemoFailedException($"{child.Name} cannot go on: {report.Error}");
        }
    }

    private void OnReady(ChildProcess child, RoleReport report)
    {
        Move();
        _ready.Add(child);
        _readerReady = child == _reader ? report : _readerReady;
        _mergerReady = child == _merger ? report : _mergerReady;
        if (child.Order.Role != DemoRole.Worker)
        {
            if (_readerReady is not null && _mergerReady is not null)
            {
                for (int number = 1; number <= _workers.Length; number++)
                {
                    _workers[number - 1] = Start(DemoRole.Worker, number);
                }

                string workers = string.Join(", ", _workers.Select(worker => worker!.Id));
                _progress.Say($"{Name}: {_placement.Description}; reader {_reader!.Id}, merger {_merger!.Id}, workers {workers}");
            }

            return;
        }

        _met.Add(child.Order.Number);
        if (!_started && _met.Count == _workers.Length)
        {
            _started = true;
            _reader!.Say(ParentWords.Go);
        }

        if (!_continued && _victim is { Ended: true } && child.Order.Number == _victim.Order.Number)
        {
            _continued = true;
            _reader!.Say(ParentWords.Continue);
        }
    }

    private void OnProgress(ChildProcess child, RoleReport report)
    {
        if (child != _merger || report.Events == _merged)
        {
            return;
        }

        Move();
        _merged = report.Events;
        _replacements = 0;
        _progress.Show(Name, report.Events, _total, report.Bytes);
    }

    private void OnReaderDone(RoleReport report)
    {
        _readerDone = report;
        _complaint = null;
        Move();
        _merger!.Say(ParentWords.Finish);
        foreach (ChildProcess? worker in _workers)
        {
            // A replacement that has not met the reader by now never will.
            if (!_ready.Contains(worker!))
            {
                worker!.Kill();
            }
        }
    }

    private void OnEnd(ChildProcess child)
    {
        child.Ended = true;
        if (child.Order.Role != DemoRole.Worker)
        {
            bool done = child == _reader ? _readerDone is not null : _mergerDone is not null;
            if (!done || child.ExitCode != ExitCode.Success)
            {
                throw new DemoFailedException(
                    $"{child.Name} {child.End} when {_merged} of {_total} events were merged. Without it the run at the distance '{Name}' cannot go on; " +
                    $"its other processes were ended.{Quote(child)}");
            }

            return;
        }

        if (child.ExitCode == ExitCode.Success || _readerDone is not null)
        {
            // Everything is acknowledged: whoever ends a worker now takes nothing away.
            return;
        }

        if (child.ExitCode == ExitCode.PeerLost)
        {
            Complain($"{child.Name} lost a peer.");
            return;
        }

        if (++_replacements > MostReplacements)
        {
            throw new DemoFailedException($"{MostReplacements} workers died one after another; {child.Name} {child.End}.{Quote(child)}");
        }

        ChildProcess next = Start(DemoRole.Worker, child.Order.Number);
        _workers[child.Order.Number - 1] = next;
        _progress.Say($"{Name}: {child.Name} {child.End}; replaced by process {next.Id}");
    }

    private ChildProcess Start(DemoRole role, int number)
    {
        int machine = role == DemoRole.Worker ? number : 0;
        RoleOrder order = new(
            role,
            number,
            _placement.DirectoryOf(machine),
            _placement.ListenOn(machine)?.ToString(),
            [.. new[] { _readerReady?.Listen, _mergerReady?.Listen }.OfType<string>()],
            _placement.AllowPlaintext,
            _placement.Context,
            role == DemoRole.Reader ? _plan : null,
            _total);
        ChildProcess child = ChildProcess.Start(order, _placement.PrefixOf(machine), _placement.Temporary, _events.Writer);
        _children.Add(child);
        return child;
    }

    private void Complain(string complaint)
    {
        if (_complaint is null && _readerDone is null)
        {
            _complaint = complaint;
            _deadline = Stopwatch.GetTimestamp() + (long)(s_newsTime.TotalSeconds * Stopwatch.Frequency);
        }
    }

    private void Move()
    {
        if (_complaint is null)
        {
            _deadline = Stopwatch.GetTimestamp() + (long)(s_patience.TotalSeconds * Stopwatch.Frequency);
        }
    }

    private RunReport MakeReport(RoleReport reader, RoleReport merger)
    {
        return new RunReport
        {
            Distance = Name,
            Route = Words.Of(_placement.Route),
            Reasons = [.. _routes.Select(route => route.Reason).Distinct()],
            Place = _placement.Description,
            Workers = _workers.Length,
            Messages = merger.Events,
            Bytes = merger.Bytes,
            Seconds = reader.Seconds,
            P50Ns = merger.P50,
            P99Ns = merger.P99,
            Killed = 1,
            Redelivered = reader.Redelivered,
            Lost = _total - merger.Events,
            Duplicated = merger.Duplicates,
            Result = merger.Result!,
        };
    }

    private static string Quote(ChildProcess child)
    {
        return child.Errors.Length == 0 ? string.Empty : "\n" + child.Errors;
    }
}
