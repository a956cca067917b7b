using System.Threading.Tasks.Sources;

namespace Viaduct.Links;

/// <summary>One awaiting operation of a socket; reused, so that awaiting allocates nothing.</summary>
internal sealed class AsyncWaiter(WaitPoint owner) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };

    private CancellationTokenRegistration _registration;

    /// <summary>0 = waiting, 1 = answered. Whoever changes it completes the source.</summary>
    private int _answered;

    /// <summary>Prepares for one wait.</summary>
    public void Reset()
    {
        _source.Reset();
        _registration = default;
        Volatile.Write(ref _answered, 0);
    }

    /// <summary>Awaits <see cref="Answer"/> or cancellation.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (state, token) => ((AsyncWaiter)state!).Cancel(token), this);
        }

        return new ValueTask(this, _source.Version);
    }

    /// <summary>Lets the awaiting operation look again.</summary>
    public void Answer()
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.SetResult(true);
        }
    }

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _source.GetResult(token);
        }
        finally
        {
            // Waits for a running Cancel, after which nobody but the owner knows this waiter.
            _registration.Dispose();
            owner.Return(this);
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
        {
            _source.SetException(new OperationCanceledException(token));
        }
    }
}
