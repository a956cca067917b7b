using System.Runtime.CompilerServices;
using Viaduct.Links;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <content>Calls that are awaited.</content>
public sealed partial class ServiceCall
{
    private static readonly ResultReader<object?, bool> s_readNothing = static (ref WireReader _, object? _) => true;

    /// <summary>What goes on on the pool once an attempt has ended; null where this call's own source tells who awaits that.</summary>
    private IThreadPoolWorkItem? _whenOver;

    /// <summary>Whether nothing ends the call but its answer or a loss, as far as the call itself knows.</summary>
    private bool IsUnbounded => _deadline == long.MaxValue && _flow is null;

    /// <summary>Invokes the call without keeping a thread while it waits; the call is disposed when it is over.</summary>
    /// <typeparam name="TState">What the reader needs besides.</typeparam>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="reader">Reads the result.</param>
    /// <param name="state">What the reader needs besides.</param>
    /// <param name="cancellationToken">As for <see cref="Invoke"/>.</param>
    /// <returns>The result; await it once.</returns>
    /// <inheritdoc cref="Invoke" path="/exception"/>
    public ValueTask<TResult> InvokeAsync<TState, TResult>(ResultReader<TState, TResult> reader, TState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return !cancellationToken.CanBeCanceled && IsUnbounded && AwaitedCall<TState, TResult>.TryBegin(this, reader, state, out short version) is { } awaited
            ? new ValueTask<TResult>(awaited, version)
            : RunAsync(reader, state, cancellationToken);
    }

    /// <summary>As <see cref="InvokeAsync{TState, TResult}"/>, of a method without a result.</summary>
    /// <param name="cancellationToken">As for <see cref="Invoke"/>.</param>
    /// <returns>A task that is done when the method has ended; await it once.</returns>
    /// <inheritdoc cref="Invoke" path="/exception"/>
    public ValueTask InvokeAsync(CancellationToken cancellationToken) =>
        !cancellationToken.CanBeCanceled && IsUnbounded && AwaitedCall<object?, bool>.TryBegin(this, s_readNothing, null, out short version) is { } awaited
            ? new ValueTask(awaited, version)
            : RunToEndAsync(cancellationToken);

    /// <summary>Sends the first attempt of a call that nothing but its answer or a loss ends, if there are a place and room.</summary>
    /// <param name="whenOver">Goes on on the pool when the attempt has ended, possibly before this returns.</param>
    internal bool TryBegin(IThreadPoolWorkItem whenOver)
    {
        CallbackTurns.StepAside();
        Prepare(awaited: true);
        _whenOver = whenOver;
        if (TryBeginAwaited())
        {
            return true;
        }

        _whenOver = null;
        return false;
    }

    /// <summary>Whether the attempt that <see cref="TryBegin"/> sent brought an answer; if not, <see cref="GoOnAsync"/> makes others.</summary>
    /// <param name="delay">How long it waits before.</param>
    internal bool IsAnswered(out TimeSpan delay)
    {
        _route.EndAwait();
        return IsAnswered(1, out delay);
    }

    /// <summary>Makes the attempts that follow the first.</summary>
    internal async Task GoOnAsync(TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay).ConfigureAwait(false);
        }

        await RunAsync(CancellationToken.None, attempt: 2).ConfigureAwait(false);
    }

    /// <summary>Reads the result.</summary>
    internal TResult Read<TState, TResult>(ResultReader<TState, TResult> reader, TState state, CancellationToken cancellationToken)
    {
        WireReader answer = ReadAnswer(cancellationToken);
        return reader(ref answer, state);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResult> RunAsync<TState, TResult>(ResultReader<TState, TResult> reader, TState state, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
            return Read(reader, state, cancellationToken);
        }
        finally
        {
            Dispose();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunToEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
            ReadAnswer(cancellationToken);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Makes attempts, from that one on, until one brings an answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunAsync(CancellationToken cancellationToken, int attempt = 1)
    {
        CallbackTurns.StepAside();
        cancellationToken = WithFlow(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        using CallTimer timer = CallTimer.Start(_deadline, cancellationToken);
        for (; ; attempt++)
        {
            Prepare(awaited: true);
            if (!TryBeginAwaited())
            {
                WaitResult result = await BeginAsync(timer.Token).ConfigureAwait(false);
                Check(timer.IsTooLate(result) ? WaitResult.TimedOut : result, cancellationToken);
            }

            CancellationTokenRegistration registration =
                timer.Token.UnsafeRegister(static state => ((ServiceCall)state!).GiveUpAwaiting(), this);
            try
            {
                await new ValueTask(this, _source.Version).ConfigureAwait(false);
            }
            finally
            {
                // Waits for a callback that runs just now: afterwards nobody touches this call.
                await registration.DisposeAsync().ConfigureAwait(false);
                _route.EndAwait();
            }

            if (_answer is null && _lost is null)
            {
                Check(timer.IsTooLate(WaitResult.Canceled) ? WaitResult.TimedOut : WaitResult.Canceled, cancellationToken);
            }

            if (IsAnswered(attempt, out TimeSpan delay))
            {
                return;
            }

            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(Within(delay), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>An attempt of a call that is awaited has ended.</summary>
    private void EndAwaiting()
    {
        if (_whenOver is { } whenOver)
        {
            _whenOver = null;
            ThreadPool.UnsafeQueueUserWorkItem(whenOver, preferLocal: true);
        }
        else
        {
            _source.SetResult(true);
        }
    }
}
