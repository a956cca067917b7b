namespace Viaduct.Supervision;

/// <summary>Children that were started before they are needed: taking one gives a ready one at once, and another is started. Thread-safe.</summary>
/// <typeparam name="T">What is kept.</typeparam>
public sealed class StandbyPool<T> : IAsyncDisposable
    where T : class, ISupervised
{
    private readonly Lock _gate = new();
    private readonly Func<CancellationToken, ValueTask<T>> _start;
    private readonly StandbyOptions _options;
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Completes when the pool is disposed.</summary>
    private readonly Task _ended;

    private readonly Task[] _keepers;

    /// <summary>What is ready, the oldest first; under the lock.</summary>
    private readonly LinkedList<Standby> _ready = new();

    /// <summary>Who waits, the first first; under the lock. There are none while something is ready.</summary>
    private readonly LinkedList<TaskCompletionSource<T>> _waiters = new();

    /// <summary>Starts to fill the pool; returns at once.</summary>
    /// <param name="start">Starts one, and returns when it is ready to be used. The token is cancelled when the pool is disposed.</param>
    /// <param name="options">How many are kept; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public StandbyPool(Func<CancellationToken, ValueTask<T>> start, StandbyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(start);
        _options = options ?? new StandbyOptions();
        _options.Check();
        _start = start;
        _ended = Task.Delay(Timeout.Infinite, _ending.Token);

        // Each keeper has one child at a time, starting or ready; so no more are started than are wanted.
        _keepers = [.. Enumerable.Range(0, _options.Count).Select(_ => Task.Run(Keep))];
    }

    /// <summary>How many are ready now.</summary>
    public int Ready
    {
        get
        {
            lock (_gate)
            {
                return _ready.Count;
            }
        }
    }

    /// <summary>Takes one that is ready, which is the caller's then.</summary>
    /// <param name="child">The child; null if none is ready.</param>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? child)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            while (_ready.First is { } first)
            {
                _ready.RemoveFirst();
                first.Value.Taken.TrySetResult();
                if (!first.Value.Child.Exited.IsCompleted)
                {
                    child = first.Value.Child;
                    return true;
                }
            }
        }

        child = null;
        return false;
    }

    /// <summary>Takes one, which is the caller's then: at once if one is ready, else the next that gets ready, first come, first served.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<T> TakeAsync(CancellationToken cancellationToken = default)
    {
        TaskCompletionSource<T> waiter;
        lock (_gate)
        {
            if (TryTake(out T? child))
            {
                return ValueTask.FromResult(child);
            }

            waiter = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.AddLast(waiter);
        }

        return new ValueTask<T>(Wait(waiter, cancellationToken));
    }

    /// <summary>Stops all that nobody took; waits of others end with an <see cref="ObjectDisposedException"/>. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        List<TaskCompletionSource<T>> waiters;
        lock (_gate)
        {
            waiters = [.. _waiters];
            _waiters.Clear();
            _ending.Cancel();
        }

        waiters.ForEach(waiter => waiter.TrySetException(new ObjectDisposedException(GetType().Name)));
        await Task.WhenAll(_keepers).ConfigureAwait(false);
    }

    private async Task<T> Wait(TaskCompletionSource<T> waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                // Whoever takes the waiter off the list completes it, so what is handed over is never lost.
                bool waits;
                lock (_gate)
                {
                    waits = _waiters.Remove(waiter);
                }

                if (waits)
                {
                    waiter.TrySetCanceled(token);
                }
            },
            null);
        return await waiter.Task.ConfigureAwait(false);
    }

    /// <summary>Keeps one ready until the pool is disposed.</summary>
    private async Task Keep()
    {
        int failures = 0;
        while (!_ending.IsCancellationRequested)
        {
            ExitReason? failure = await KeepOne().ConfigureAwait(false);
            if (failure is null)
            {
                failures = 0;
                continue;
            }

            if (_ending.IsCancellationRequested)
            {
                return;
            }

            Report(failure);
            failures = failure.Uptime >= _options.Backoff.Quiet ? 1 : failures + 1;
            try
            {
                TimeSpan delay = _options.Backoff.DelayAfter(failures, Random.Shared.NextDouble());
                await Task.Delay(delay, _options.TimeProvider, _ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Starts one and keeps it until it is taken (null) or ends (why).</summary>
    private async Task<ExitReason?> KeepOne()
    {
        T child;
        try
        {
            child = await _start(_ending.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return new ExitReason { Kind = ExitKind.Failed, Error = error, Time = _options.TimeProvider.GetUtcNow() };
        }

        Standby standby = new(child);
        if (Offer(standby))
        {
            return null;
        }

        await Task.WhenAny(standby.Taken.Task, child.Exited, _ended).ConfigureAwait(false);
        bool mine;
        lock (_gate)
        {
            mine = _ready.Remove(standby);
        }

        if (!mine && !child.Exited.IsCompleted)
        {
            return null;
        }

        if (!child.Exited.IsCompleted)
        {
            await child.StopAsync(_options.Grace).ConfigureAwait(false);
        }

        return await child.Exited.ConfigureAwait(false);
    }

    /// <summary>Gives a child to who waits first (true), or puts it among the ready.</summary>
    private bool Offer(Standby standby)
    {
        lock (_gate)
        {
            if (_waiters.First is { } waiter)
            {
                _waiters.RemoveFirst();
                waiter.Value.TrySetResult(standby.Child);
                return true;
            }

            _ready.AddLast(standby);
            return false;
        }
    }

    private void Report(ExitReason failure)
    {
        try
        {
            _options.Failed?.Invoke(failure);
        }
        catch (Exception)
        {
            // What a listener does must not end the pool.
        }
    }

    /// <summary>One that is ready.</summary>
    private sealed class Standby(T child)
    {
        internal T Child { get; } = child;

        /// <summary>Completes when somebody took it.</summary>
        internal TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
