using System.ComponentModel;

namespace Viaduct.Supervision;

/// <summary>What runs one class that is marked <see cref="IsolatedAttribute"/>. Made by generated code, one for each. Thread-safe.</summary>
/// <typeparam name="TService">The class's methods as a contract.</typeparam>
/// <typeparam name="TImplementation">What calls them in the child.</typeparam>
/// <param name="name">The class's full name.</param>
/// <param name="options">What the attribute says.</param>
[EditorBrowsable(EditorBrowsableState.Advanced)]
public sealed class IsolatedClass<TService, TImplementation>(string name, IsolateOptions options) : IsolatedClass(name)
    where TService : class
    where TImplementation : class, TService, new()
{
    private readonly Lock _lock = new();

    /// <summary>Where the calls go that a warm-up makes.</summary>
    private readonly AsyncLocal<TService?> _fresh = new();
    private IsolateOptions _options = options;
    private Func<ValueTask>? _warmUp;

    /// <summary>Warm-ups under way: without any, nobody asks where calls go.</summary>
    private int _warming;

    /// <summary>Null while there are no processes. Written under the lock, read anywhere: a release there pairs with the acquire in <see cref="Service"/>.</summary>
    private Isolated<TService>? _isolated;

    /// <summary>Those of processes that were stopped.</summary>
    private long _startedBefore;

    /// <summary>How the last of those ended.</summary>
    private WorkerExit? _lastBefore;

    /// <summary>The methods, as calls into a child; it is started if there is none.</summary>
    public TService Service => Volatile.Read(ref _warming) == 0 ? Anywhere : _fresh.Value ?? Anywhere;

    /// <inheritdoc/>
    public override IsolateOptions Options
    {
        get
        {
            lock (_lock)
            {
                return _options;
            }
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.InProcess)
            {
                // Calls from within the class would wait for the thread that makes them.
                throw new ArgumentException($"A class is left in this process by {nameof(IsolatedClass)}.{nameof(InProcess)}, not by {nameof(IsolateOptions)}.{nameof(IsolateOptions.InProcess)}.", nameof(value));
            }

            lock (_lock)
            {
                CheckIdle();
                _options = value;
            }
        }
    }

    /// <inheritdoc/>
    public override Func<ValueTask>? WarmUp
    {
        get
        {
            lock (_lock)
            {
                return _warmUp;
            }
        }

        set
        {
            lock (_lock)
            {
                CheckIdle();
                _warmUp = value;
            }
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WorkerReport> Workers => Volatile.Read(ref _isolated)?.Workers ?? [];

    /// <inheritdoc/>
    public override WorkerExit? LastExit
    {
        get
        {
            lock (_lock)
            {
                return _isolated?.LastExit ?? _lastBefore;
            }
        }
    }

    /// <inheritdoc/>
    public override long Started
    {
        get
        {
            lock (_lock)
            {
                return _startedBefore + (_isolated?.Started ?? 0);
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask StopAsync()
    {
        Isolated<TService>? stopped;
        lock (_lock)
        {
            stopped = _isolated;
            Volatile.Write(ref _isolated, null);
            _startedBefore += stopped?.Started ?? 0;
        }

        if (stopped is not null)
        {
            await stopped.DisposeAsync().ConfigureAwait(false);
            lock (_lock)
            {
                _lastBefore = stopped.LastExit ?? _lastBefore;
            }
        }
    }

    private TService Anywhere => (Volatile.Read(ref _isolated) ?? Start()).Service;

    /// <summary>Refuses to change what processes were started with. Under the lock.</summary>
    private void CheckIdle()
    {
        if (_isolated is not null)
        {
            throw new InvalidOperationException($"The processes of {Name} run already. Set its options before its first call, or stop it first.");
        }
    }

    private Isolated<TService> Start()
    {
        lock (_lock)
        {
            if (_isolated is { } started)
            {
                return started;
            }

            Func<ValueTask>? warmUp = _warmUp;
            Isolated<TService> isolated = IsolatedClassNode.Node.Isolate<TService, TImplementation>(_options, warmUp is null ? null : fresh => WarmAsync(fresh, warmUp));
            isolated.WorkerExited += OnExited;
            Volatile.Write(ref _isolated, isolated);
            return isolated;
        }
    }

    /// <summary>Lets a warm-up run, whose calls go to one process.</summary>
    private async ValueTask WarmAsync(TService fresh, Func<ValueTask> warmUp)
    {
        Interlocked.Increment(ref _warming);
        try
        {
            // It flows with the warm-up, and with nothing else.
            _fresh.Value = fresh;
            await warmUp().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _warming);
        }
    }
}
