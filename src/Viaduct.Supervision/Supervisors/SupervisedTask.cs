using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Supervision;

/// <summary>A task of this process, supervised as a child process is. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The token's source has neither a timer nor a handle, and stopping after the end must not fail.")]
public sealed class SupervisedTask : ISupervised, IResponsive
{
    /// <summary>A function that runs for so long and neither awaits nor returns has begun, too.</summary>
    private static readonly TimeSpan s_longestBegin = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _runs = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ExitReason> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Heartbeat _heartbeat = new();

    private SupervisedTask(TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A task that returns has <see cref="ExitKind.Exited"/> with code 0, also one that ends with the cancellation that it was asked for; every other
    /// exception is <see cref="ExitKind.Failed"/>.
    /// </remarks>
    public Task<ExitReason> Exited => _exited.Task;

    /// <summary>Runs a function on the thread pool.</summary>
    /// <param name="run">What to run; the token is cancelled when it shall stop.</param>
    /// <param name="time">The clock for the grace and the reason's times. Defaults to the system's.</param>
    public static SupervisedTask Run(Func<CancellationToken, Task> run, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Run((_, cancellationToken) => run(cancellationToken), time);
    }

    /// <summary>Runs a function on the thread pool that shows that it does not hang.</summary>
    /// <param name="run">What to run; it beats each time its loop goes round, and the token is cancelled when it shall stop.</param>
    /// <param name="time">The clock for the grace and the reason's times. Defaults to the system's.</param>
    public static SupervisedTask Run(Func<Heartbeat, CancellationToken, Task> run, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        SupervisedTask task = new(time ?? TimeProvider.System);
        _ = Task.Run(() => task.RunAsync(run));
        return task;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A task can't be killed: after the grace it is given up, so that <see cref="Exited"/> is <see cref="ExitKind.Failed"/> with a
    /// <see cref="TimeoutException"/>, while what it does may go on.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The grace is negative or above 24 days.</exception>
    public async ValueTask StopAsync(TimeSpan grace)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grace, TimeSpan.FromDays(24));
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await Exited.WaitAsync(grace, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            End(ExitKind.Failed, new TimeoutException($"The task did not end within {grace.TotalSeconds:0.###} s after it was cancelled."));
        }
    }

    /// <inheritdoc/>
    /// <remarks>Answered by the next <see cref="Heartbeat.Beat"/>; a task that never beats never answers.</remarks>
    public ValueTask PingAsync(CancellationToken cancellationToken) => new(_heartbeat.NextBeat(cancellationToken));

    /// <summary>Ends when the function has come to where it first awaits, or has returned; a second after its begin also where it does neither.</summary>
    /// <param name="cancellationToken">Ends the wait, and nothing else.</param>
    internal async Task AwaitBegin(CancellationToken cancellationToken)
    {
        await _runs.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _begun.Task.WaitAsync(s_longestBegin, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync(Func<Heartbeat, CancellationToken, Task> run)
    {
        try
        {
            Task running;
            _runs.TrySetResult();
            try
            {
                running = run(_heartbeat, _stop.Token);
            }
            finally
            {
                _begun.TrySetResult();
            }

            await running.ConfigureAwait(false);
            End(ExitKind.Exited, null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            End(ExitKind.Exited, null);
        }
        catch (Exception error)
        {
            End(ExitKind.Failed, error);
        }
    }

    private void End(ExitKind kind, Exception? error) =>
        _exited.TrySetResult(new ExitReason { Kind = kind, Error = error, Time = _time.GetUtcNow(), Uptime = _time.GetElapsedTime(_started) });
}
