using System.Threading.Tasks.Sources;

namespace Viaduct.Transports;

/// <summary>
/// Wakes one loop that has gone idle. Any thread may ask, one loop waits. Asking costs one exchange, waiting and waking allocate nothing.
/// </summary>
internal sealed class OutputSignal : IValueTaskSource
{
    /// <summary>The loop works and will come to <see cref="WaitAsync"/> before it sleeps.</summary>
    private const int Running = 0;

    /// <summary>The loop must look once more; a wait returns at once.</summary>
    private const int Requested = 1;

    /// <summary>The loop sleeps; who asks must wake it.</summary>
    private const int Idle = 2;

    /// <summary>The one wait; reset before the state becomes <see cref="Idle"/>, completed by the one request that finds it so.</summary>
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };

    /// <summary><see cref="Running"/>, <see cref="Requested"/> or <see cref="Idle"/>.</summary>
    private int _state = Running;

    /// <summary>Makes the loop look once more. The loop sees everything written before this call.</summary>
    internal void Request()
    {
        // Always an exchange, even when the state seems to be Requested already: it is the full fence between the caller's write of
        // work and the state, and pairs with the exchange after the wait. A plain read might see a request that the loop has just taken.
        if (Interlocked.Exchange(ref _state, Requested) == Idle)
        {
            _wait.SetResult(true);
        }
    }

    /// <summary>
    /// Completes once <see cref="Request"/> was called after the last wait; at once if it was called already. One caller at a time.
    /// </summary>
    internal ValueTask WaitAsync()
    {
        _wait.Reset();
        if (Interlocked.CompareExchange(ref _state, Idle, Running) == Running)
        {
            return new ValueTask(this, _wait.Version);
        }

        Interlocked.Exchange(ref _state, Running);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token)
    {
        _wait.GetResult(token);

        // From here on a new request is kept for the next wait; what came before it is visible to the loop.
        Interlocked.Exchange(ref _state, Running);
    }

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);
}
