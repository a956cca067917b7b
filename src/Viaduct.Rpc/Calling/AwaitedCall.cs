using System.Threading.Tasks.Sources;

namespace Viaduct.Rpc;

/// <summary>
/// What is awaited of a call that nothing ends but its answer or a loss: its answer is read, and whoever awaits it goes on, in one work item of the pool. Used again once its
/// result was taken. One thread at a time works on it.
/// </summary>
internal sealed class AwaitedCall<TState, TResult> : IValueTaskSource<TResult>, IValueTaskSource, IThreadPoolWorkItem
{
    /// <summary>The most that a thread keeps.</summary>
    private const int MostSpares = 16;

    /// <summary>The first of those that this thread keeps.</summary>
    [ThreadStatic]
    private static AwaitedCall<TState, TResult>? t_spare;

    /// <summary>Its continuation runs at once: where it ends it is at the end of a work item, where nothing is held.</summary>
    private ManualResetValueTaskSourceCore<TResult> _source;

    private ServiceCall _call = null!;
    private ResultReader<TState, TResult> _reader = null!;
    private TState _state = default!;

    /// <summary>What flows with who made the call: codecs of the program find their <see cref="AsyncLocal{T}"/>s as they do where a call is awaited in another way, or blocks.</summary>
    private ExecutionContext? _context;

    /// <summary>The next spare, and how many there are from this one on.</summary>
    private AwaitedCall<TState, TResult>? _next;
    private int _spares;

    /// <summary>Sends a call, if there are a place and room; null where there are not. What goes wrong is told to who awaits it.</summary>
    /// <param name="call">The call. Disposed when it is over.</param>
    /// <param name="reader">Reads the result.</param>
    /// <param name="state">What the reader needs besides.</param>
    /// <param name="version">The version of the task.</param>
    public static AwaitedCall<TState, TResult>? TryBegin(ServiceCall call, ResultReader<TState, TResult> reader, TState state, out short version)
    {
        AwaitedCall<TState, TResult> awaited = Rent();
        version = awaited._source.Version;
        awaited._call = call;
        awaited._reader = reader;
        awaited._state = state;
        awaited._context = ExecutionContext.Capture();
        try
        {
            if (call.TryBegin(awaited))
            {
                return awaited;
            }
        }
        catch (Exception error)
        {
            awaited.Fail(error);
            return awaited;
        }

        awaited.Return();
        return null;
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
            throw new InvalidOperationException("The call is not over: await it.");
        }

        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // Who asks again finds another version.
            _source.Reset();
            Return();
        }
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => GetResult(token);

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        if (_context is { } context)
        {
            // The pool takes it away from its thread behind each work item.
            ExecutionContext.Restore(context);
        }

        TResult result;
        try
        {
            if (!_call.IsAnswered(out TimeSpan delay))
            {
                _ = GoOnAsync(delay);
                return;
            }

            result = _call.Read(_reader, _state, CancellationToken.None);
        }
        catch (Exception error)
        {
            Fail(error);
            return;
        }

        Succeed(result);
    }

    private static AwaitedCall<TState, TResult> Rent()
    {
        if (t_spare is not { } spare)
        {
            return new AwaitedCall<TState, TResult>();
        }

        t_spare = spare._next;
        spare._next = null;
        return spare;
    }

    private async Task GoOnAsync(TimeSpan delay)
    {
        TResult result;
        try
        {
            await _call.GoOnAsync(delay).ConfigureAwait(false);
            result = _call.Read(_reader, _state, CancellationToken.None);
        }
        catch (Exception error)
        {
            Fail(error);
            return;
        }

        Succeed(result);
    }

    // Both touch this for the last time as they tell: whoever awaits it may let it be used again.
    private void Succeed(TResult result)
    {
        _call.Dispose();
        _source.SetResult(result);
    }

    private void Fail(Exception error)
    {
        _call.Dispose();
        _source.SetException(error);
    }

    private void Return()
    {
        _call = null!;
        _reader = null!;
        _state = default!;
        _context = null;
        int spares = t_spare?._spares ?? 0;
        if (spares < MostSpares)
        {
            _next = t_spare;
            _spares = spares + 1;
            t_spare = this;
        }
    }
}
