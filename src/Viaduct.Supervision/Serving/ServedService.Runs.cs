using System.Globalization;

namespace Viaduct.Supervision;

/// <content>Runs of its program: how one begins, comes to serve, takes the place of another, and ends.</content>
internal sealed partial class ServedService
{
    /// <summary>The new one serves before the old one is told to end.</summary>
    private async Task OverlapAsync()
    {
        ServedRun old = _run!;
        ServedRun run = await LaunchAsync(_spec).ConfigureAwait(false);
        try
        {
            await UntilReadyAsync(run).ConfigureAwait(false);
        }
        catch (SupervisionException error)
        {
            await run.StopAsync().ConfigureAwait(false);
            throw new SupervisionException($"{error.Message} The old process goes on.", error);
        }

        Adopt(run);
        Swap(null);
        await old.StopAsync().ConfigureAwait(false);
    }

    /// <summary>The old one has ended before the new one starts; calls wait in between.</summary>
    private async Task OneAfterTheOtherAsync()
    {
        if (_spec.Offers.Count > 0)
        {
            Swap(() => ServiceStandby.Waiting(_node, _spec.Offers, static () => { }));
        }

        await EndAsync().ConfigureAwait(false);
        ServedRun run = await LaunchAsync(_spec).ConfigureAwait(false);
        Adopt(run);
        await UntilReadyAsync(run).ConfigureAwait(false);
    }

    private async Task<ServedRun> LaunchAsync(ServedSpec spec)
    {
        LogFile log = _log;
        ServiceProbe[] probes = _probes;
        ServedRun run = await ServedRun.StartAsync(spec, () => ServedProcess.Start(spec, probes, log, _node.Options, Note), OnHappened).ConfigureAwait(false);
        run.BecameReady += () =>
        {
            if (_run == run && _resting != ServedState.Standby)
            {
                Swap(null);
            }

            Note(string.Create(CultureInfo.InvariantCulture, $"serves as process {run.Process?.Id}"));
        };
        _ = WatchAsync(run);
        return run;
    }

    private void Adopt(ServedRun run)
    {
        _resting = ServedState.Starting;
        _run = run;
        if (run.Ready.IsCompleted)
        {
            Swap(null);
        }
    }

    /// <summary>Waits until a run serves, as long as that may take.</summary>
    private async Task UntilReadyAsync(ServedRun run)
    {
        try
        {
            CancellationToken patience = Volatile.Read(ref _patience).Token;
            if (_isClosed)
            {
                return;
            }

            Task first = await Task.WhenAny(run.Ready, run.Over).WaitAsync(_spec.StartTimeout, patience).ConfigureAwait(false);
            if (first == run.Ready || run.Failure is null)
            {
                return;
            }
        }
        catch (TimeoutException)
        {
            // It is tried on, as its restarts allow; who waited is told.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        string last = string.Join('\n', run.Process?.LastOutput.TakeLast(5).Select(static line => "  " + line.Text) ?? []);
        string why = run.Failure ?? (run.Report.LastExit is { } exit ? $"{exit}" : $"after {_spec.StartTimeout.TotalSeconds:0.###} s it does not offer {string.Join(", ", _spec.Offers.Select(static offer => $"'{offer.Service}'"))}");
        throw new SupervisionException($"'{_spec.Name}' does not serve: {why}{(last.Length > 0 ? $"\n{last}" : "")}");
    }

    /// <summary>Sees to what comes when a run has ended for good by itself.</summary>
    private async Task WatchAsync(ServedRun run)
    {
        await run.Over.ConfigureAwait(false);
        await InTurnAsync(async () =>
        {
            if (_run != run)
            {
                return;
            }

            await EndAsync().ConfigureAwait(false);
            if (run.Failure is { } failure)
            {
                string reason = $"The service '{_spec.Name}' has failed: {failure.TrimEnd('.')}. 'viaduct services restart {_spec.Name}' tries again.";

                // Before anybody is told: who asks then where it stands finds it so.
                Rest(ServedState.Failed);
                Swap(() => ServiceStandby.Failing(_node, _spec.Offers, reason));
            }
            else if (_spec.OnDemand)
            {
                StandBy();
            }
            else
            {
                Rest(ServedState.Ended);
            }
        }).ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        if (_run is { } run)
        {
            _resting = ServedState.Stopping;
            await run.StopAsync().ConfigureAwait(false);
            _lastExit = run.Report.LastExit?.ToString() ?? _lastExit;
            _run = null;
        }
    }
}
