namespace Viaduct.Supervision;

/// <content>What the loop does with children.</content>
public sealed partial class Supervisor
{
    private async Task AddAndStart(ChildSpec spec)
    {
        if (_slots.Any(slot => slot.Name == spec.Name))
        {
            throw new ArgumentException($"Supervisor '{Name}' has a child '{spec.Name}' already; names must differ.");
        }

        SupervisedSlot added = new(spec, Time.GetUtcNow());
        _slots = _slots.Add(added);
        if (await StartChild(added, restart: false).ConfigureAwait(false) is { } failure)
        {
            _slots = _slots.Remove(added);
            throw new SupervisionException($"Supervisor '{Name}' could not start '{spec.Name}': it {failure}", failure.Error);
        }
    }

    /// <summary>Starts a child; returns how that failed, or null.</summary>
    private async Task<ExitReason?> StartChild(SupervisedSlot slot, bool restart)
    {
        slot.Forget();
        slot.Set(ChildState.Starting, Time.GetUtcNow(), restarted: restart);
        long begun = Time.GetTimestamp();
        using CancellationTokenSource late = new(slot.Spec.StartTimeout, Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _ending.Token);
        Task<ISupervised>? start = null;
        try
        {
            start = slot.Spec.Start(this, either.Token).AsTask();
            slot.Child = await start.WaitAsync(either.Token).ConfigureAwait(false);
            if (slot.Spec.Watchdog is not null && slot.Child is not IResponsive)
            {
                throw new SupervisionException($"'{slot.Name}' has a Watchdog, but {slot.Child.GetType().Name} is not IResponsive, so nobody could answer it.");
            }
        }
        catch (Exception error)
        {
            slot.Child = null;
            StopWhatComesLate(start);
            Exception cause = error is OperationCanceledException && late.IsCancellationRequested
                ? new TimeoutException($"The start was not done within {slot.Spec.StartTimeout.TotalSeconds:0.###} s (ChildSpec.StartTimeout).", error)
                : error;
            ExitReason failure = new() { Kind = ExitKind.Failed, Error = cause, Time = Time.GetUtcNow(), Uptime = Time.GetElapsedTime(begun) };
            slot.Set(ChildState.Ended, failure.Time, failure);
            Tell(slot, SupervisorEventKind.StartFailed, failure);
            return failure;
        }

        if (slot.Child is SupervisedTask task)
        {
            // What starts behind it may need what it does first. It is there by now: who ends all of them stops it as any other.
            await task.AwaitBegin(_ending.Token).ConfigureAwait(false);
        }

        slot.ReadySince = Time.GetTimestamp();
        slot.Set(ChildState.Running, Time.GetUtcNow());
        Tell(slot, SupervisorEventKind.Started);
        int generation = slot.Generation;
        ISupervised child = slot.Child;
        _ = Listen(slot, generation, child);
        if (slot.Spec.Watchdog is { } watchdog)
        {
            slot.Watch = new CancellationTokenSource();
            _ = Watch(slot, generation, child, watchdog, slot.Watch.Token);
        }

        return null;
    }

    /// <summary>Stops a child in order, or takes back a restart that waits.</summary>
    private async Task StopChild(SupervisedSlot slot)
    {
        if (slot.Child is { } child)
        {
            slot.Set(ChildState.Stopping, Time.GetUtcNow());
            ExitReason exit = await End(child, GraceOf(slot)).ConfigureAwait(false);
            slot.Forget();
            slot.Set(ChildState.Ended, Time.GetUtcNow(), exit);
            Tell(slot, SupervisorEventKind.Stopped, exit);
        }
        else if (slot.State != ChildState.Ended)
        {
            slot.Forget();
            slot.Set(ChildState.Ended, Time.GetUtcNow());
        }
    }

    private TimeSpan GraceOf(SupervisedSlot slot)
    {
        if (_deadline == 0)
        {
            return slot.Spec.Grace;
        }

        TimeSpan left = Time.GetElapsedTime(Time.GetTimestamp(), _deadline);
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < slot.Spec.Grace ? left : slot.Spec.Grace;
    }

    private async Task Listen(SupervisedSlot slot, int generation, ISupervised child)
    {
        ExitReason exit = await child.Exited.ConfigureAwait(false);
        _work.Writer.TryWrite(() => slot.Generation == generation ? Ended(slot, exit) : Task.CompletedTask);
    }

    /// <summary>Asks a child for signs of life until it ends.</summary>
    private async Task Watch(SupervisedSlot slot, int generation, ISupervised child, Watchdog watchdog, CancellationToken stop)
    {
        IResponsive responsive = (IResponsive)child;
        try
        {
            while (true)
            {
                await Task.Delay(watchdog.Interval, Time, stop).ConfigureAwait(false);
                using CancellationTokenSource ask = CancellationTokenSource.CreateLinkedTokenSource(stop);
                try
                {
                    await responsive.PingAsync(ask.Token).AsTask().WaitAsync(watchdog.Timeout, Time, stop).ConfigureAwait(false);
                }
                catch (Exception error) when (error is TimeoutException or not OperationCanceledException)
                {
                    // Whether there is no answer or the wrong one, the loop that should answer does not.
                    await ask.CancelAsync().ConfigureAwait(false);
                    _work.Writer.TryWrite(() => slot.Generation == generation ? Hung(slot, child, watchdog) : Task.CompletedTask);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The child is no longer watched.
        }
    }

    private async Task Hung(SupervisedSlot slot, ISupervised child, Watchdog watchdog)
    {
        Tell(slot, SupervisorEventKind.Hung);
        if (watchdog.Action == HangAction.Kill)
        {
            // Its end comes as any other does, and is treated so.
            await End(child, TimeSpan.Zero).ConfigureAwait(false);
        }
    }

    /// <summary>Stops what runs; a stop that fails, or ends nothing, is an end for an unknown reason.</summary>
    private async Task<ExitReason> End(ISupervised child, TimeSpan grace)
    {
        Exception? error = null;
        try
        {
            await child.StopAsync(grace).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            error = failure;
        }

        return child.Exited.IsCompletedSuccessfully
            ? await child.Exited.ConfigureAwait(false)
            : new ExitReason { Kind = ExitKind.Unknown, Error = error, Time = Time.GetUtcNow() };
    }

    /// <summary>A child ended by itself.</summary>
    private async Task Ended(SupervisedSlot slot, ExitReason exit)
    {
        TimeSpan run = Time.GetElapsedTime(slot.ReadySince);
        bool counts = slot.Child is not { } child || slot.Spec.IsForgiven?.Invoke(child) != true;
        slot.Forget();
        slot.Set(ChildState.Ended, Time.GetUtcNow(), exit);
        Tell(slot, SupervisorEventKind.Exited, exit);
        if (slot.Spec.Restart == RestartKind.Temporary || (slot.Spec.Restart == RestartKind.Transient && exit.IsNormal))
        {
            return;
        }

        slot.Failures = run >= _options.Backoff.Quiet ? 1 : slot.Failures + 1;
        await Restart(slot, exit, wasReady: true, counts).ConfigureAwait(false);
    }

    /// <summary>Restarts a child, and with it what the strategy says, at once or after a delay; gives up if that is once too often.</summary>
    private async Task Restart(SupervisedSlot slot, ExitReason exit, bool wasReady, bool counts = true)
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        if (counts && IsTooOften())
        {
            Tell(slot, SupervisorEventKind.GaveUp, exit);
            await End(GaveUp(slot, exit)).ConfigureAwait(false);
            return;
        }

        SupervisedSlot[] group = GroupOf(slot);
        foreach (SupervisedSlot sibling in Enumerable.Reverse(group).Where(sibling => sibling != slot))
        {
            await StopChild(sibling).ConfigureAwait(false);
        }

        SupervisedSlot[] again = [.. group.Where(sibling => sibling == slot || sibling.Spec.Restart != RestartKind.Temporary)];
        TimeSpan delay = wasReady && _options.Backoff.OnlyFailedStarts
            ? TimeSpan.Zero
            : _options.Backoff.DelayAfter(slot.Failures, _options.Random.NextDouble());
        foreach (SupervisedSlot waiting in again)
        {
            waiting.Set(ChildState.Waiting, Time.GetUtcNow());
        }

        Tell(slot, SupervisorEventKind.Restarting, exit, delay);
        int generation = slot.Generation;
        void Due() => _work.Writer.TryWrite(() => slot.Generation == generation ? StartAgain(slot, again) : Task.CompletedTask);
        if (delay == TimeSpan.Zero)
        {
            Due();
        }
        else
        {
            slot.Delay = Time.CreateTimer(static due => ((Action)due!)(), (Action)Due, delay, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task StartAgain(SupervisedSlot failed, SupervisedSlot[] group)
    {
        foreach (SupervisedSlot slot in group)
        {
            // One that was removed, or that another restart has started meanwhile, is not this one's any more.
            if (!_slots.Contains(slot) || slot.State != ChildState.Waiting || _ending.IsCancellationRequested)
            {
                continue;
            }

            if (await StartChild(slot, restart: true).ConfigureAwait(false) is { } failure)
            {
                // What waits behind it is in its group too, unless it stands alone.
                slot.Failures = (slot == failed ? failed.Failures : slot.Failures) + 1;
                await Restart(slot, failure, wasReady: false).ConfigureAwait(false);
                return;
            }
        }
    }

    private SupervisedSlot[] GroupOf(SupervisedSlot slot) => _options.Strategy switch
    {
        RestartStrategy.OneForAll => [.. _slots.Where(sibling => sibling == slot || !IsDone(sibling))],
        RestartStrategy.RestForOne => [.. _slots.Skip(_slots.IndexOf(slot)).Where(sibling => sibling == slot || !IsDone(sibling))],
        _ => [slot],
    };

    /// <summary>Whether a child ended for good: a temporary one, or a transient one that was done.</summary>
    private static bool IsDone(SupervisedSlot slot) => slot.State == ChildState.Ended;

    /// <summary>Counts a restart; true if it is one more than allowed.</summary>
    private bool IsTooOften()
    {
        if (_options.MaxRestarts is not { } allowed)
        {
            return false;
        }

        _restarts.Enqueue(Time.GetTimestamp());
        while (Time.GetElapsedTime(_restarts.Peek()) > _options.Within)
        {
            _restarts.Dequeue();
        }

        return _restarts.Count > allowed;
    }

    private ExitReason GaveUp(SupervisedSlot slot, ExitReason exit)
    {
        string text = $"Supervisor '{Name}' gave up: more than {_options.MaxRestarts} restarts within {_options.Within.TotalSeconds:0.###} s; "
            + $"the last was for '{slot.Name}', which {exit}";
        return new ExitReason
        {
            Kind = ExitKind.GaveUp,
            Error = new SupervisionException(text, exit.Error),
            Time = Time.GetUtcNow(),
            Uptime = Time.GetElapsedTime(_started),
        };
    }

    /// <summary>A start that nobody waits for any more may still succeed; nobody would stop what it started.</summary>
    private static void StopWhatComesLate(Task<ISupervised>? start)
    {
        if (start is not null)
        {
            _ = start.ContinueWith(
                static late => late.IsCompletedSuccessfully ? late.Result.StopAsync(TimeSpan.Zero).AsTask() : Task.FromResult(late.Exception),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
