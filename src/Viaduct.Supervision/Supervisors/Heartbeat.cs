namespace Viaduct.Supervision;

/// <summary>How a loop inside this process shows that it goes round: it calls <see cref="Beat"/> each time. Thread-safe.</summary>
public sealed class Heartbeat
{
    /// <summary>Who waits for the next beat; null if nobody.</summary>
    private TaskCompletionSource? _waiter;

    /// <summary>The loop has gone round once more. Costs a read while no watchdog asks.</summary>
    public void Beat()
    {
        // Pairs with the exchange in NextBeat.
        if (Volatile.Read(ref _waiter) is not null)
        {
            Interlocked.Exchange(ref _waiter, null)?.TrySetResult();
        }
    }

    /// <summary>Completes with the next beat.</summary>
    internal Task NextBeat(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource first = Interlocked.CompareExchange(ref _waiter, waiter, null) ?? waiter;
        return first.Task.WaitAsync(cancellationToken);
    }
}
