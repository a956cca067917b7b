using System.Threading.Tasks.Sources;

namespace Viaduct.Links;

/// <summary>
/// One awaiting operation: tries, and again whenever it is woken, until it succeeds or its token is cancelled; reused, so that awaiting
/// allocates nothing. One thread at a time works on it: who begins it, then whichever it goes on on when it was woken.
/// </summary>
internal sealed class AwaitedAttempt<TAttempt, TResult>(WaitLoop loop) : AsyncWaiter, IValueTaskSource<TResult>, IValueTaskSource
    where TAttempt : IAttempt<TResult>
{
    /// <summary>Its continuation runs at once: it is completed before there is one, or at the end of a work item, where nothing is held.</summary>
    private ManualResetValueTaskSourceCore<TResult> _source;

    private TAttempt _attempt = default!;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    /// <summary>Between <see cref="Begin"/> and the end of the wait.</summary>
    private bool _waits;

    /// <summary>Whether the wait was announced, which has to be taken back.</summary>
    private bool _isAnnounced;

    /// <summary>Since when nothing has come, where it looks on.</summary>
    private IdleLooks _idle;

    /// <summary>Whether the wait is to end because of its token.</summary>
    private bool IsCanceled => !TAttempt.OutlivesCancellation && _token.IsCancellationRequested;

    /// <summary>Begins a wait. Returns the version of its task.</summary>
    public short Begin(in TAttempt attempt, CancellationToken token)
    {
        short version = _source.Version;
        _attempt = attempt;
        _token = token;
        _waits = true;
        if (token.CanBeCanceled)
        {
            _registration = token.UnsafeRegister(static state => ((AsyncWaiter)state!).Answer(), this);
        }

        if (TAttempt.Takes)
        {
            loop.BeginWait();
        }

        Run(woken: false);
        return version;
    }

    /// <inheritdoc/>
    public override void Execute()
    {
        EndSleep();
        Run(woken: true);
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    public TResult GetResult(short token)
    {
        if (_source.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The operation is not over: await it.");
        }

        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // Keeps nothing alive, and an awaiter that is used again finds another version.
            _source.Reset();
            _attempt = default!;
            _token = default;
            _registration = default;
            _idle = default;
            loop.Reuse(this);
        }
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => GetResult(token);

    private void Run(bool woken)
    {
        TResult result = default!;
        Exception? failure = null;
        try
        {
            if (Look(woken) is not { } end)
            {
                return;
            }

            Leave();

            // What arrived while the wait was being withdrawn is not left behind.
            end = end == WaitResult.Canceled && _attempt.Try() ? WaitResult.Done : end;
            result = _attempt.Finish(end, _token);
        }
        catch (Exception error)
        {
            Leave();
            failure = error;
        }

        // Last, for whoever awaits it may let it be used again.
        if (failure is null)
        {
            _source.SetResult(result);
        }
        else
        {
            _source.SetException(failure);
        }
    }

    /// <summary>Tries until it is over. Null when it sleeps, or goes on later.</summary>
    private WaitResult? Look(bool woken)
    {
        while (true)
        {
            if (woken && _attempt.Try())
            {
                return WaitResult.Done;
            }

            if (IsCanceled)
            {
                return WaitResult.Canceled;
            }

            if (loop.NeverSleeps || (TAttempt.LooksOn && loop.LooksOn(ref _idle)))
            {
                GoOnLater();
                return null;
            }

            if (TrySleep(out bool done))
            {
                return null;
            }

            if (done)
            {
                return WaitResult.Done;
            }

            woken = true;
        }
    }

    /// <summary>Announces the wait, and tries once more. True when it sleeps, from when on others may work on it.</summary>
    private bool TrySleep(out bool done)
    {
        loop.WaitPoint.BeginAwait(this);
        _isAnnounced = true;
        bool sleeps = false;
        try
        {
            loop.Announce(default);
            done = _attempt.Try();

            // A cancellation that came before the wait began wakes nobody any more.
            sleeps = !done && !IsCanceled && TrySleep();
        }
        finally
        {
            if (!sleeps)
            {
                EndSleep();
            }
        }

        return sleeps;
    }

    /// <summary>Takes back what <see cref="Begin"/> said. Later calls do nothing.</summary>
    private void Leave()
    {
        if (_waits)
        {
            _waits = false;
            _registration.Dispose();
            if (TAttempt.Takes)
            {
                loop.EndWait();
            }
        }
    }

    // It may not have slept since it last went on.
    private void EndSleep()
    {
        if (_isAnnounced)
        {
            _isAnnounced = false;
            loop.WaitPoint.EndAwait(this);
            loop.Retract();
        }
    }
}
