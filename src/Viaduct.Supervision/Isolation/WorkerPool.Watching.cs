using System.Diagnostics;
using Viaduct.Links;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <content>What becomes of one process: it is reached, warmed up, asked for signs of life, and seen to its end.</content>
internal sealed partial class WorkerPool
{
    /// <summary>Calls that do nothing, made to each new process.</summary>
    private const int WarmCalls = 3;

    /// <summary>How long the last look is behind the one before at least: while a process is at a caller's call none is the last.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a process has ended, and sees to the next.</summary>
    private async Task WatchAsync(Worker worker)
    {
        bool isReady = await IsReadyInTimeAsync(worker).ConfigureAwait(false);
        if (!isReady)
        {
            worker.Process.Kill();
        }

        ExitReason reason = await worker.Process.Exited.ConfigureAwait(false);
        if (!isReady)
        {
            reason = reason with { Error = new TimeoutException($"it was not ready, its warm-up included, within {_options.StartTimeout.TotalSeconds:0.###} s ({nameof(IsolateOptions)}.{nameof(IsolateOptions.StartTimeout)})") };
        }

        WorkerExit exit = new(worker.Process, reason);
        Volatile.Write(ref _lastExit, exit);
        _exited(worker.Process.Id, reason);
        worker.Told.SetResult();
        bool hadStarted = await HadStartedAsync(worker).ConfigureAwait(false);

        // Not before: who disposes the service waits for all that are there.
        lock (_lock)
        {
            _workers.Remove(worker);
        }

        // Another may have its number by now.
        _byProcess.TryRemove(new KeyValuePair<int, Worker>(worker.Process.Id, worker));
        _changed.Raise();
        bool isOver = IsOver;
        if (!isOver && hadStarted)
        {
            // The next one does not wait for this one's last words.
            _ = StartAsync(TimeSpan.Zero);
        }

        await worker.Process.OutputEnded.WaitAsync(s_lastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!isOver || !reason.IsNormal)
        {
            _node.Raise(new NodeEvent(NodeEventKind.WorkerExited, $"A worker of '{_order.Name}' has ended: {exit}"));
        }

        if (!isOver && !hadStarted)
        {
            OnFailedStart(reason, exit.LastOutput);
        }
    }

    /// <summary>False where a process hangs in its start or its warm-up, instead of becoming ready. One that ends, or is let go of, before its time is over hangs in neither.</summary>
    private async Task<bool> IsReadyInTimeAsync(Worker worker)
    {
        Task exited = worker.Process.Exited;
        long began = Stopwatch.GetTimestamp();
        TimeSpan left = _options.StartTimeout;
        for (bool isAtWork = false; left > TimeSpan.Zero || isAtWork; left = _options.StartTimeout - Stopwatch.GetElapsedTime(began) + TimeAtWork(worker, out isAtWork))
        {
            await exited.WaitAsync(left > s_look ? left : s_look, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (worker.WarmedUp is not null || exited.IsCompleted || _stop.IsCancellationRequested)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a process that has ended had started: it was ready, or it ended while it may have been at a caller's call, be it before that. What it dies of otherwise, its warm-up
    /// or nothing at all, the next one would die of, too.
    /// </summary>
    private static async Task<bool> HadStartedAsync(Worker worker)
    {
        if (worker.WarmedUp is null && worker.Session is { } session)
        {
            // What it was at is known by then.
            await session.Ended.WaitAsync(s_lastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return worker.WarmedUp is not null || worker.DiedAtWork;
    }

    private void OnPeerChanged(PeerChange change)
    {
        if (change.State == PeerState.Joined)
        {
            if (Find(change.Peer.ProcessId) is { } worker)
            {
                // Calls go to it by now, whether it is warm or not.
                _socket.Route.TimeWork(change.Peer.SocketId, isTimed: true);
                worker.Reached = change.Peer;
                if (_options.Watchdog is { } watchdog)
                {
                    _ = WatchAsync(worker, change.Peer.SocketId, watchdog);
                }
            }

            _ = WarmAsync(change.Peer);
        }
        else if (change.State is PeerState.Lost or PeerState.Left && !IsOver)
        {
            // One that lives, and can't be called any more, makes room for another.
            Find(change.Peer.ProcessId)?.Process.Kill();
        }
    }

    private void OnLostAtWork(PeerIdentity server)
    {
        if (Find(server.ProcessId) is { } worker)
        {
            worker.DiedAtWork = true;
        }
    }

    /// <summary>What a call runs through in a new process is compiled with the first one: that is not left to the one that comes after a crash.</summary>
    private async Task WarmAsync(Peer peer)
    {
        for (int i = 0; i < WarmCalls && _socket.LinkTo(peer.SocketId) is { } link; i++)
        {
            await ServiceCall.PingAsync(_connection, link).ConfigureAwait(false);
        }

        if (Find(peer.ProcessId) is { } worker)
        {
            await WarmUpAsync(peer).ConfigureAwait(false);

            // One that was lost meanwhile is never ready.
            if (IsThere(peer))
            {
                worker.WarmedUp = peer;
                _socket.Route.TimeWork(peer.SocketId, isTimed: false);
                Volatile.Write(ref _failedStarts, 0);
                if (Interlocked.Exchange(ref _refusal, null) is not null)
                {
                    _socket.OutboxOrNull!.Accept();
                }

                _changed.Raise();
            }
        }
    }

    /// <summary>Lets the user's own first calls run.</summary>
    private async Task WarmUpAsync(Peer peer)
    {
        if (_warmUp is null || !await MayWarmUpAsync(peer).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            if (_socket.LinkTo(peer.SocketId) is { } link)
            {
                await Task.Run(() => _warmUp(link).AsTask()).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            // Of a process that is gone its end tells more.
            if (IsThere(peer))
            {
                _node.Raise(new NodeEvent(NodeEventKind.HandlerFailed, $"Warming up '{_order.Name}' failed: {error.Message}", Error: error));
            }
        }
        finally
        {
            _warmUps.Release();
        }
    }

    /// <summary>Waits behind warm-ups that have not returned, where these are too many. False where the process is gone before it is its turn.</summary>
    private async Task<bool> MayWarmUpAsync(Peer peer)
    {
        while (IsThere(peer))
        {
            if (await _warmUps.WaitAsync(s_firstDelay).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Asks a process for signs of life until it ends.</summary>
    private async Task WatchAsync(Worker worker, Guid server, Watchdog watchdog)
    {
        Task<ExitReason> exited = worker.Process.Exited;
        while (await Task.WhenAny(exited, Task.Delay(watchdog.Interval, _stop.Token)).ConfigureAwait(false) != exited && !_stop.IsCancellationRequested)
        {
            if (await Pulse.IsFeltAsync(_connection, server, watchdog.Timeout).ConfigureAwait(false) || exited.IsCompleted || _stop.IsCancellationRequested)
            {
                continue;
            }

            _hung(worker.Process.Id);
            if (watchdog.Action == HangAction.Kill)
            {
                worker.Process.Kill();
            }
        }
    }

    /// <summary>Whether a process can be called, and is not dying.</summary>
    private bool IsThere(Peer peer) => _socket.LinkTo(peer.SocketId) is { IsEnding: false };

    /// <summary>How long a process was at callers' calls, not at its warm-up, and whether it may be now.</summary>
    private TimeSpan TimeAtWork(Worker worker, out bool isNow)
    {
        isNow = false;
        return worker.Reached is { } peer ? _socket.Route.TimeAtWork(peer.SocketId, out isNow) : TimeSpan.Zero;
    }
}
