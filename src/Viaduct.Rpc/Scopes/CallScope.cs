using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Viaduct.Rpc;

/// <summary>
/// Fork and join over calls, in the manner of Cilk (Blumofe and others, PPoPP 1995): <c>Spawn</c> begins a call, <see cref="Sync"/> waits for all that were begun, and so does the
/// scope's end. Scopes nest: one that begins within a spawned call belongs to that. Thread-safe.
/// </summary>
/// <remarks>
/// A call that is awaited begins on the thread that spawns it, as it would without a scope; one that blocks on another thread. What is spawned can be a call of any service, or anything else:
/// the scope's token, priority and deadline flow with every remote call that it makes, whether or not the method takes a token.
/// </remarks>
public sealed class CallScope : IDisposable, IAsyncDisposable
{
    private readonly CallScopeOptions _options;
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _outside;
    private readonly long _deadline;
    private readonly Spawned? _owner;
    private readonly Lock _lock = new();

    /// <summary>Calls that may not begin yet.</summary>
    private readonly Queue<Spawned> _waiting = new();

    /// <summary>What was thrown since the last sync.</summary>
    private readonly List<Exception> _errors = [];

    /// <summary>Set when the last call ends; null while nobody waits for that.</summary>
    private TaskCompletionSource? _idle;
    private int _underWay;

    /// <summary>Whether a call was cancelled since the last sync because the scope was from outside.</summary>
    private bool _wasCanceled;
    private bool _isOver;

    private CallScope(CallScopeOptions options)
    {
        _options = options;
        CallFlow flow = CallContext.Flow ?? CallFlow.Nothing;
        _deadline = options.Timeout is { } timeout ? CallContext.DeadlineAfter(timeout) : long.MaxValue;
        _outside = flow.Token;
        _source = CancellationTokenSource.CreateLinkedTokenSource(flow.Token, options.CancellationToken);
        CancellationToken = _source.Token;
        _owner = flow.Owner;
        _owner?.Add(this);
    }

    /// <summary>Cancelled when a call fails (unless <see cref="CallScopeOptions.CancelOnFailure"/> is off), by <see cref="Cancel"/> and from outside. Remote calls need not be given it.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Begins a scope.</summary>
    /// <param name="options">Options; null = all defaults.</param>
    /// <returns>The scope; dispose it in the method that began it. That waits for its calls.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static CallScope Begin(CallScopeOptions? options = null)
    {
        options ??= new CallScopeOptions();
        options.Validate();
        return new CallScope(options);
    }

    /// <summary>Begins a call that blocks, on a thread of its own.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="call">Makes the call.</param>
    /// <returns>The call. Its result is there after the next sync.</returns>
    /// <exception cref="ObjectDisposedException">The scope is over.</exception>
    public Spawned<T> Spawn<T>(Func<T> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Add(new Spawned<T>(() => new ValueTask<T>(call()), blocks: true));
    }

    /// <inheritdoc cref="Spawn{T}(Func{T})"/>
    public Spawned Spawn(Action call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Add(new Spawned(
            () =>
            {
                call();
                return default;
            },
            blocks: true));
    }

    /// <summary>Begins a call that is awaited, on this thread.</summary>
    /// <typeparam name="T">The result.</typeparam>
    /// <param name="call">Makes the call.</param>
    /// <returns>The call. Its result is there after the next sync.</returns>
    /// <exception cref="ObjectDisposedException">The scope is over.</exception>
    [OverloadResolutionPriority(1)]
    public Spawned<T> Spawn<T>(Func<Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Add(new Spawned<T>(() => new ValueTask<T>(call()), blocks: false));
    }

    /// <inheritdoc cref="Spawn{T}(Func{Task{T}})"/>
    public Spawned<T> Spawn<T>(Func<ValueTask<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Add(new Spawned<T>(call, blocks: false));
    }

    /// <inheritdoc cref="Spawn{T}(Func{Task{T}})"/>
    [OverloadResolutionPriority(1)]
    public Spawned Spawn(Func<Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Add(new Spawned(() => new ValueTask(call()), blocks: false));
    }

    /// <inheritdoc cref="Spawn{T}(Func{Task{T}})"/>
    public Spawned Spawn(Func<ValueTask> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Add(new Spawned(call, blocks: false));
    }

    /// <summary>Cancels the calls that have not ended, and those that are spawned from now on; a sync does not throw for these. Later calls do nothing.</summary>
    public void Cancel()
    {
        try
        {
            CancelRest();
        }
        catch (ObjectDisposedException)
        {
            // The scope is over.
        }
    }

    /// <summary>Waits for all calls that were spawned. More may be spawned afterwards.</summary>
    /// <exception cref="AggregateException">Several calls have thrown since the last sync: these exceptions, in the order in which they came.</exception>
    /// <exception cref="Exception">One call has thrown: that exception. What the scope itself cancelled does not count.</exception>
    /// <exception cref="OperationCanceledException">Calls were cancelled from outside, and none has thrown anything else.</exception>
    public void Sync()
    {
        WhenIdle().GetAwaiter().GetResult();
        ThrowErrors();
    }

    /// <summary>As <see cref="Sync"/>, without keeping a thread.</summary>
    /// <returns>A task that is done when all calls have ended.</returns>
    /// <inheritdoc cref="Sync" path="/exception"/>
    public async Task SyncAsync()
    {
        await WhenIdle().ConfigureAwait(false);
        ThrowErrors();
    }

    /// <summary>Ends the scope: an implicit <see cref="Sync"/>, which throws only what no other sync has thrown. Later calls do nothing.</summary>
    /// <inheritdoc cref="Sync" path="/exception"/>
    public void Dispose()
    {
        if (TryEnd())
        {
            WhenIdle().GetAwaiter().GetResult();
            Finish();
        }
    }

    /// <summary>As <see cref="Dispose"/>, without keeping a thread.</summary>
    /// <returns>A task that is done when all calls have ended.</returns>
    /// <inheritdoc cref="Sync" path="/exception"/>
    public async ValueTask DisposeAsync()
    {
        if (TryEnd())
        {
            await WhenIdle().ConfigureAwait(false);
            Finish();
        }
    }

    /// <summary>What to throw for some errors: none, the one, or all.</summary>
    internal static Exception? Combine(IReadOnlyList<Exception> errors) => errors switch
    {
        [] => null,
        [var one] => one,
        [var one, ..] when errors.All(static error => error is OperationCanceledException) => one,
        _ => new AggregateException(errors),
    };

    private TSpawned Add<TSpawned>(TSpawned spawned)
        where TSpawned : Spawned
    {
        CallFlow flow = CallContext.Flow ?? CallFlow.Nothing;
        spawned.Flow = new CallFlow(Math.Min(flow.Deadline, _deadline), _options.Priority ?? flow.Priority, spawned, CancellationToken);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            if (_underWay >= _options.MaxParallelism)
            {
                spawned.Context = ExecutionContext.Capture();
                _waiting.Enqueue(spawned);
                return spawned;
            }

            _underWay++;
        }

        if (spawned.Blocks)
        {
            spawned.Context = ExecutionContext.Capture();
            BlockingThreads.Run(() => RunElsewhere(spawned));
        }
        else
        {
            _ = RunAsync(spawned);
        }

        return spawned;
    }

    /// <summary>Runs a call on this thread until it ends or awaits.</summary>
    private async Task RunAsync(Spawned spawned)
    {
        Task<Exception?> run;
        using (CallContext.Enter(spawned.Flow))
        {
            run = spawned.RunAsync();
        }

        End(spawned, await run.ConfigureAwait(false));
    }

    /// <summary>As <see cref="RunAsync"/>, on another thread than that which spawned it, with what flowed there.</summary>
    private void RunElsewhere(Spawned spawned)
    {
        if (spawned.Context is { } context)
        {
            spawned.Context = null;
            ExecutionContext.Run(context, _ => { _ = RunAsync(spawned); }, null);
        }
        else
        {
            _ = RunAsync(spawned);
        }
    }

    private void End(Spawned spawned, Exception? error)
    {
        bool isCanceled = error is OperationCanceledException && CancellationToken.IsCancellationRequested;
        if (error is not null && !isCanceled && _options.CancelOnFailure)
        {
            CancelRest();
        }

        spawned.End(error);
        Spawned? next;
        TaskCompletionSource? idle = null;
        lock (_lock)
        {
            if (isCanceled)
            {
                _wasCanceled |= IsCanceledFromOutside;
            }
            else if (error is not null)
            {
                _errors.Add(error);
            }

            if (!_waiting.TryDequeue(out next))
            {
                _underWay--;
                if (_underWay == 0)
                {
                    (idle, _idle) = (_idle, null);
                }
            }
        }

        idle?.SetResult();
        if (next is { Blocks: true })
        {
            BlockingThreads.Run(() => RunElsewhere(next));
        }
        else if (next is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Scope.RunElsewhere(state.Next), (Scope: this, Next: next), preferLocal: true);
        }
    }

    private bool IsCanceledFromOutside => _outside.IsCancellationRequested || _options.CancellationToken.IsCancellationRequested;

    private void CancelRest()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException error)
        {
            // What others have hung on the token failed: that must not go unnoticed.
            lock (_lock)
            {
                _errors.AddRange(error.InnerExceptions);
            }
        }
    }

    private Task WhenIdle()
    {
        lock (_lock)
        {
            if (_underWay == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private void ThrowErrors()
    {
        Exception? error;
        lock (_lock)
        {
            error = Combine([.. _errors]) ?? (_wasCanceled ? new OperationCanceledException("The scope was cancelled from outside.") : null);
            _errors.Clear();
            _wasCanceled = false;
        }

        if (error is not null)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    private bool TryEnd()
    {
        lock (_lock)
        {
            (bool wasOver, _isOver) = (_isOver, true);
            return !wasOver;
        }
    }

    private void Finish()
    {
        _owner?.Remove(this);
        _source.Dispose();
        ThrowErrors();
    }
}
