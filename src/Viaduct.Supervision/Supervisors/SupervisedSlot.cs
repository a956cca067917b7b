namespace Viaduct.Supervision;

/// <summary>A child's place under a supervisor. Changed by the supervisor's loop only, but for what says otherwise.</summary>
internal sealed class SupervisedSlot
{
    /// <summary>What others see; replaced as a whole. Pairs with the read in <see cref="Report"/>.</summary>
    private ChildReport _report;

    internal SupervisedSlot(ChildSpec spec, DateTimeOffset now)
    {
        Spec = spec;
        _report = new ChildReport(spec.Name, ChildState.Starting, now, 0);
    }

    internal ChildSpec Spec { get; }

    internal string Name => Spec.Name;

    /// <summary>What runs; null while nothing does.</summary>
    internal ISupervised? Child { get; set; }

    /// <summary>Counts starts and stops, so that news of an earlier child finds nobody.</summary>
    internal int Generation { get; set; }

    /// <summary>Failures in a row.</summary>
    internal int Failures { get; set; }

    /// <summary>When it was last ready, on the supervisor's clock.</summary>
    internal long ReadySince { get; set; }

    /// <summary>Ends the watchdog of what runs.</summary>
    internal CancellationTokenSource? Watch { get; set; }

    /// <summary>Ends a wait before a restart.</summary>
    internal ITimer? Delay { get; set; }

    internal ChildState State => _report.State;

    /// <summary>Where it stands; any thread.</summary>
    internal ChildReport Report() => Volatile.Read(ref _report) with { Supervisor = (Child as Supervisor)?.Report() };

    /// <summary>Sets where it stands.</summary>
    internal void Set(ChildState state, DateTimeOffset now, ExitReason? exit = null, bool restarted = false)
    {
        ChildReport last = _report;
        Volatile.Write(ref _report, last with
        {
            State = state,
            Since = now,
            LastExit = exit ?? last.LastExit,
            Restarts = last.Restarts + (restarted ? 1 : 0),
            ProcessId = (Child as ChildProcess)?.Id,
        });
    }

    /// <summary>Nothing runs, and nothing of what ran is listened to any more.</summary>
    internal void Forget()
    {
        Generation++;
        Watch?.Cancel();
        Watch?.Dispose();
        Watch = null;
        Delay?.Dispose();
        Delay = null;
        Child = null;
    }
}
