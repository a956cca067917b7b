using System.Runtime.ExceptionServices;

namespace Viaduct.Rpc;

/// <summary>A call that a <see cref="CallScope"/> has spawned. Thread-safe.</summary>
public class Spawned
{
    private readonly Func<ValueTask> _call;
    private readonly Lock _lock = new();

    /// <summary>Scopes that were begun within it and are not over.</summary>
    private List<CallScope>? _scopes;
    private Exception? _error;
    private volatile bool _isDone;

    internal Spawned(Func<ValueTask> call, bool blocks)
    {
        _call = call;
        Blocks = blocks;
    }

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool IsDone => _isDone;

    /// <summary>What it threw; <see langword="null"/> if it threw nothing, or has not ended.</summary>
    public Exception? Error => _isDone ? _error : null;

    /// <summary>Whether it keeps a thread until it ends.</summary>
    internal bool Blocks { get; }

    /// <summary>What flows with the calls that it makes.</summary>
    internal CallFlow Flow { get; set; } = CallFlow.Nothing;

    /// <summary>What else flows where it was spawned, if it could not begin there.</summary>
    internal ExecutionContext? Context { get; set; }

    /// <summary>Runs it, and ends the scopes that it left open.</summary>
    /// <returns>What it threw.</returns>
    internal async Task<Exception?> RunAsync()
    {
        var errors = new List<Exception>();
        try
        {
            Flow.Token.ThrowIfCancellationRequested();
            await InvokeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            errors.Add(error);
        }

        while (TakeScope() is { } scope)
        {
            try
            {
                await scope.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                errors.Add(error);
            }
        }

        return CallScope.Combine(errors);
    }

    /// <summary>It has ended.</summary>
    internal void End(Exception? error)
    {
        _error = error;

        // Publishes the error and the result. Pairs with the reads of IsDone.
        _isDone = true;
    }

    /// <summary>A scope belongs to it from now on.</summary>
    internal void Add(CallScope scope)
    {
        lock (_lock)
        {
            (_scopes ??= []).Add(scope);
        }
    }

    /// <summary>A scope is over.</summary>
    internal void Remove(CallScope scope)
    {
        lock (_lock)
        {
            _scopes?.Remove(scope);
        }
    }

    /// <summary>Makes the call.</summary>
    private protected virtual ValueTask InvokeAsync() => _call();

    /// <summary>Throws unless it has ended without an error.</summary>
    private protected void ThrowUnlessSucceeded()
    {
        if (!_isDone)
        {
            throw new InvalidOperationException("The spawned call has not ended. Sync its scope first.");
        }

        if (_error is not null)
        {
            ExceptionDispatchInfo.Throw(_error);
        }
    }

    private CallScope? TakeScope()
    {
        lock (_lock)
        {
            CallScope? last = _scopes is [.., var scope] ? scope : null;
            if (last is not null)
            {
                _scopes!.RemoveAt(_scopes.Count - 1);
            }

            return last;
        }
    }
}
