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
    private IsolateOptions _options = options;

    /// <summary>Null while there are no processes. Written under the lock, read anywhere: a release there pairs with the acquire in <see cref="Service"/>.</summary>
    private Isolated<TService>? _isolated;

    /// <summary>Those of processes that were stopped.</summary>
    private long _startedBefore;

    /// <summary>The methods, as calls into a child; it is started if there is none.</summary>
    public TService Service => (Volatile.Read(ref _isolated) ?? Start()).Service;

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
            lock (_lock)
            {
                _options = _isolated is null
                    ? value
                    : throw new InvalidOperationException($"The processes of {Name} run already. Set its options before its first call, or stop it first.");
            }
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<WorkerReport> Workers => Volatile.Read(ref _isolated)?.Workers ?? [];

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

            Isolated<TService> isolated = IsolatedClassNode.Node.Isolate<TService, TImplementation>(_options);
            isolated.WorkerExited += OnExited;
            Volatile.Write(ref _isolated, isolated);
            return isolated;
        }
    }
}
