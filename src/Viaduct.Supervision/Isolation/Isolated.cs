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
    private readonly WorkerPool _pool;
    private int _disposed;

    internal Isolated(ServiceSocketConnection connection, Func<Action<int, ExitReason>, Action<int>, WorkerPool> start, TService service)
    {
        _connection = connection;
        Service = service;
        _pool = start(OnExited, OnHung);
    }

    /// <summary>The service: its methods are calls into a worker. Thread-safe. Calls may be made at once: they wait for the first worker.</summary>
    public TService Service { get; }

    /// <summary>The processes there are.</summary>
    public IReadOnlyList<WorkerReport> Workers => _pool.Report();

    /// <summary>Processes that were started so far, the first ones included.</summary>
    public long Started => _pool.Started;

    /// <summary>Raised when a process has ended, with its number and how it did, on a thread of the pool.</summary>
    public event Action<int, ExitReason>? WorkerExited;

    /// <summary>Raised when the watchdog finds that a process hangs (<see cref="IsolateOptions.Watchdog"/>), with its number, before it is killed, on a thread of the pool.</summary>
    public event Action<int>? WorkerHung;

    /// <summary>Waits until so many processes are ready. Calls need not wait for that.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when there are so many.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The service was disposed.</exception>
    public ValueTask WaitForWorkersAsync(int count, CancellationToken cancellationToken = default) => _connection.WaitAsync(count, cancellationToken);

    /// <summary>Ends the processes: calls under way end in an <see cref="ObjectDisposedException"/>. Later calls do nothing.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>As <see cref="Dispose"/>, without keeping the thread.</summary>
    /// <returns>A task that is done when the processes have ended.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Task stopped = _pool.StopAsync();
            await Task.Run(_connection.Close).ConfigureAwait(false);
            await stopped.ConfigureAwait(false);
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
