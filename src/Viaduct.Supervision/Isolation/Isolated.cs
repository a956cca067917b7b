using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>
/// A service in processes of its own: what crashes there ends a child, which is replaced, and the call is made again where that is right. Thread-safe; dispose it to end
/// the processes.
/// </summary>
/// <typeparam name="TService">The contract.</typeparam>
public sealed class Isolated<TService> : IDisposable, IAsyncDisposable
    where TService : class
{
    private readonly ServiceSocketConnection _connection;
    private readonly IWorkers _workers;
    private int _disposed;

    internal Isolated(ServiceSocketConnection connection, Func<Action<int, ExitReason>, Action<int>, IWorkers> start, TService service)
    {
        _connection = connection;
        Service = service;
        _workers = start(OnExited, OnHung);
    }

    /// <summary>The service: its methods are calls into a worker. Thread-safe. Calls may be made at once: they wait for the first worker.</summary>
    public TService Service { get; }

    /// <summary>The processes there are; none with <see cref="IsolateOptions.InProcess"/>.</summary>
    public IReadOnlyList<WorkerReport> Workers => _workers.Report();

    /// <summary>Processes that were started so far, the first ones included.</summary>
    public long Started => _workers.Started;

    /// <summary>How the last process that has ended did, and its last words; <see langword="null"/> while none has.</summary>
    public WorkerExit? LastExit => _workers.LastExit;

    /// <summary>
    /// Raised when a process has ended, with its number and how it did, on a thread of the pool. The node tells of it too (<see cref="NodeEventKind.WorkerExited"/>), with the
    /// process's last words, unless it ended in order with the service.
    /// </summary>
    public event Action<int, ExitReason>? WorkerExited;

    /// <summary>Raised when the watchdog finds that a process hangs (<see cref="IsolateOptions.Watchdog"/>), with its number, before it is killed, on a thread of the pool.</summary>
    public event Action<int>? WorkerHung;

    /// <summary>
    /// Waits until so many processes are ready (<see cref="WorkerReport.IsReady"/>): reached, and warmed up. Calls need not wait for that. With
    /// <see cref="IsolateOptions.InProcess"/>, until so many objects are reached, or all <see cref="IsolateOptions.Instances"/>, beside which there are no standbys.
    /// </summary>
    /// <param name="count">How many, standbys included, 0 or more; for more processes than there will be it waits until it is cancelled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when there are so many.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The service was disposed.</exception>
    /// <exception cref="IsolationException">
    /// So many are not ready, and <see cref="IsolateOptions.MaxFailedStarts"/> processes in a row have ended before they were, and none has been since.
    /// </exception>
    public async ValueTask WaitForWorkersAsync(int count, CancellationToken cancellationToken = default)
    {
        // It also notices that the service was disposed before.
        await _connection.WaitAsync(Math.Min(count, _workers.Served), cancellationToken).ConfigureAwait(false);

        // So many there never are: it ends where the service is disposed, or its node leaves.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task over = _connection.WaitAsync(int.MaxValue, waiting.Token).AsTask();
        try
        {
            while (_workers.ChangeUnlessReady(count) is { } change)
            {
                Task first = await Task.WhenAny(over, change).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                await first.ConfigureAwait(false);
            }
        }
        finally
        {
            await waiting.CancelAsync().ConfigureAwait(false);
            await over.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Ends the processes: calls under way end in an <see cref="ObjectDisposedException"/>; then each process is let go of, disposes its object
    /// (<see cref="IAsyncDisposable"/> or <see cref="IDisposable"/>) when the methods that run on its threads have ended, and exits. One that has not
    /// after <see cref="IsolateOptions.Grace"/> is killed, or left behind where there are no processes. A method of such an object that disposes the service itself
    /// is not waited for. Later calls do nothing.
    /// </summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>As <see cref="Dispose"/>, without keeping the thread.</summary>
    /// <returns>A task that is done when the processes have ended.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _workers.StopAsync(() => Task.Run(_connection.Close)).ConfigureAwait(false);
        }
    }

    private void OnHung(int process)
    {
        try
        {
            WorkerHung?.Invoke(process);
        }
        catch (Exception)
        {
            // A handler's failure must not keep what hangs alive.
        }
    }

    private void OnExited(int process, ExitReason reason)
    {
        try
        {
            WorkerExited?.Invoke(process, reason);
        }
        catch (Exception)
        {
            // A handler's failure must not keep the next process from being started.
        }
    }
}
