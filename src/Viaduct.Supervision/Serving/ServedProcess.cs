using System.Globalization;
using Viaduct.Discovery;

namespace Viaduct.Supervision;

/// <summary>One process of a served program, from its start to its end. It is ready once it serves all that it offers. Thread-safe.</summary>
internal sealed class ServedProcess : ISupervised, IResponsive
{
    private readonly ServedSpec _spec;
    private readonly IReadOnlyList<ServiceProbe> _probes;
    private readonly Action<string> _note;
    private readonly ChildProcess? _child;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was known of its calls when they were last asked for, and when that last changed.</summary>
    private ulong _frames;
    private long _busySince = Environment.TickCount64;

    private ServedProcess(ServedSpec spec, IReadOnlyList<ServiceProbe> probes, LogFile log, NodeOptions place, Action<string> note)
    {
        _spec = spec;
        _probes = probes;
        _note = note;
        try
        {
            _child = ChildProcess.Start(OptionsOf(spec, log, place));
            Exited = _child.Exited;
        }
        catch (ViaductException error)
        {
            // An end like any other, so that it is tried again as any other.
            Exited = Task.FromResult(new ExitReason { Kind = ExitKind.Failed, Error = error, Time = DateTimeOffset.UtcNow });
        }

        _ = WatchStartAsync();
    }

    /// <inheritdoc/>
    public Task<ExitReason> Exited { get; }

    /// <summary>True once it serves, false if it ended before.</summary>
    public Task<bool> Ready => _ready.Task;

    /// <summary>Whether it serves.</summary>
    public bool IsReady => Ready is { IsCompletedSuccessfully: true, Result: true } && !Exited.IsCompleted;

    /// <summary>Whether it served what it offers, or has done so. One that offers nothing never does.</summary>
    public bool HasServed => _probes.Count > 0 && Ready is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>Its process; null if there never was one.</summary>
    public int? Id => _child?.Id;

    /// <summary>Its last lines.</summary>
    public IReadOnlyList<OutputLine> LastOutput => _child?.LastOutput ?? [];

    /// <summary>For how long nobody called it; asked for by <see cref="LookAsync"/>.</summary>
    public TimeSpan Idle => TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _busySince));

    /// <summary>Starts one.</summary>
    /// <param name="spec">What it is.</param>
    /// <param name="probes">See what it offers.</param>
    /// <param name="log">Gets its output.</param>
    /// <param name="place">Where nodes meet.</param>
    /// <param name="note">Is told what is done to it, and why.</param>
    public static ServedProcess Start(ServedSpec spec, IReadOnlyList<ServiceProbe> probes, LogFile log, NodeOptions place, Action<string> note) =>
        new(spec, probes, log, place, note);

    /// <inheritdoc/>
    public ValueTask StopAsync(TimeSpan grace) => _child?.StopAsync(grace) ?? ValueTask.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>While it starts it need not answer: that has a bound of its own.</remarks>
    public async ValueTask PingAsync(CancellationToken cancellationToken)
    {
        foreach (ServiceProbe probe in IsReady ? _probes : [])
        {
            if (probe.Find(Id!.Value) is { } server && !await probe.IsFeltAsync(server, _spec.Watchdog!.Timeout).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new TimeoutException($"'{_spec.Name}' neither answers nor takes calls.");
            }
        }
    }

    /// <summary>Asks it whether it is called.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        ulong frames = 0;
        bool busy = !IsReady;
        foreach (ServiceProbe probe in _probes)
        {
            // One that does not tell is taken for busy.
            (ulong Frames, uint UnderWay)? state = Id is { } id && probe.Find(id) is { } server ? await probe.StateAsync(server, cancellationToken).ConfigureAwait(false) : null;
            busy |= state is not { UnderWay: 0 };
            frames += state?.Frames ?? 0;
        }

        if (busy || frames != _frames)
        {
            _frames = frames;
            Volatile.Write(ref _busySince, Environment.TickCount64);
        }
    }

    private static ChildProcessOptions OptionsOf(ServedSpec spec, LogFile log, NodeOptions place)
    {
        ChildProcessOptions options = new(spec.Command, spec.Arguments)
        {
            Name = spec.Name,
            WorkingDirectory = spec.WorkingDirectory,
            Confinement = ConfinementOf(spec, place),
            Grace = spec.StopGrace,
            OutputReceived = log.Add,
        };
        if (place.RuntimeDirectory is { } runtimeDirectory)
        {
            options.Environment["VIADUCT_RUNTIME_DIR"] = runtimeDirectory;
        }

        foreach ((string name, string? value) in spec.Environment)
        {
            options.Environment[name] = value;
        }

        return options;
    }

    /// <summary>
    /// Who is to be called must be able to be found: it makes and removes files where nodes and their sockets are listed, in its own domain. Their
    /// directories, and the domain's wake socket beside them, it can't replace.
    /// </summary>
    private static Confinement ConfinementOf(ServedSpec spec, NodeOptions place)
    {
        if (spec.Offers.Count == 0 || !spec.Confinement.LimitFiles)
        {
            return spec.Confinement;
        }

        DomainDirectory domain = DomainDirectory.At(place.RuntimeDirectory, place.Domain, place.AllowOtherUsers);
        return spec.Confinement.AllowReading(domain.DomainPath).AllowWriting(domain.NodesPath, domain.ChannelsPath);
    }

    /// <summary>Waits until it serves; one that does not in time is killed.</summary>
    private async Task WatchStartAsync()
    {
        void Look()
        {
            if (_child is { } child && _probes.All(probe => probe.Find(child.Id) is not null))
            {
                Volatile.Write(ref _busySince, Environment.TickCount64);
                _ready.TrySetResult(true);
            }
        }

        foreach (ServiceProbe probe in _probes)
        {
            probe.Changed += Look;
        }

        Look();
        using CancellationTokenSource late = new();
        await Task.WhenAny(_ready.Task, Exited, Task.Delay(_spec.StartTimeout, late.Token)).ConfigureAwait(false);
        await late.CancelAsync().ConfigureAwait(false);
        foreach (ServiceProbe probe in _probes)
        {
            probe.Changed -= Look;
        }

        if (_ready.TrySetResult(false) && !Exited.IsCompleted && _child is { } slow)
        {
            string[] missing = [.. _spec.Offers.Where((_, index) => _probes[index].Find(slow.Id) is null).Select(static offer => $"'{offer.Service}'")];
            _note(string.Create(
                CultureInfo.InvariantCulture,
                $"does not offer {string.Join(", ", missing)} after {_spec.StartTimeout.TotalSeconds:0.###} s, and is killed: 'offers' must name what it serves, 'startTimeout' give it the time that it needs"));
            slow.Kill();
        }
    }
}
