using System.Globalization;
using Viaduct.Rpc;

namespace Viaduct.Supervision;

/// <summary>Keeps the programs of a description file serving, and serves <see cref="IServiceControl"/> itself. Thread-safe; dispose it to end all.</summary>
internal sealed class ServiceManager : IServiceControl, IAsyncDisposable
{
    private static readonly TimeSpan s_longestTick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_shortestTick = TimeSpan.FromMilliseconds(20);

    private readonly string _file;
    private readonly Action<string> _tell;
    private readonly SystemdNotifier? _notifier;
    private readonly Node _node;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private ServiceHost? _host;
    private Task _loop = Task.CompletedTask;

    /// <summary>What is served, in the order of starts; replaced as a whole.</summary>
    private volatile ServedService[] _services = [];
    private volatile ServingDescription _description;
    private volatile bool _isStarted;

    private ServiceManager(ServingDescription description, Action<string> tell, SystemdNotifier? notifier)
    {
        _file = description.File;
        _description = description;
        _tell = tell;
        _notifier = notifier;
        _node = Node.Join(new NodeOptions
        {
            Name = $"serve-{Environment.ProcessId}",
            Domain = description.Domain,
            RuntimeDirectory = description.RuntimeDirectory,
            OnEvent = OnNodeEvent,
            Knocks = false,
        });
    }

    /// <summary>Serves a description: returns when all that starts at once was started and serves, or has failed to.</summary>
    /// <param name="description">The description.</param>
    /// <param name="tell">Told what happens, a line at a time.</param>
    /// <param name="notifier">What is told to systemd; null if it did not start this process.</param>
    /// <param name="cancellationToken">Ends the start: what was started is stopped.</param>
    /// <exception cref="SupervisionException">Another process serves in this domain.</exception>
    public static async Task<ServiceManager> StartAsync(ServingDescription description, Action<string> tell, SystemdNotifier? notifier, CancellationToken cancellationToken)
    {
        ServiceManager manager = new(description, tell, notifier);

        // Nobody else is there yet. Who wants the description read again waits until it was served as it is.
        await manager._turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            manager.TakeDomain();
            manager._services = [.. description.Services.Select(manager.Make)];
            manager._host = manager._node.Serve<IServiceControl>(manager, new ServeOptions { TellsStackTraces = false });
            manager._loop = manager.LoopAsync();
            cancellationToken.ThrowIfCancellationRequested();
            await EachAsync(manager._services, description.Services, (service, _) => manager.TryAsync(service, service.BeginAsync)).WaitAsync(cancellationToken).ConfigureAwait(false);
            manager._isStarted = true;
            notifier?.Ready(manager.Summary());
            return manager;
        }
        catch
        {
            await manager.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            manager._turn.Release();
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ServedStatus>> StatusAsync() => Task.FromResult<IReadOnlyList<ServedStatus>>([.. _services.Select(static service => service.Status())]);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> LogAsync(string service, int lines, bool follow, CancellationToken cancellationToken = default) =>
        Find(service).Log.ReadAsync(Math.Clamp(lines, 0, 1_000_000), follow, cancellationToken);

    /// <inheritdoc/>
    public Task StartAsync(string service) => StartWithThoseBeforeAsync(Find(service));

    /// <inheritdoc/>
    public Task RestartAsync(string service) => Find(service).ReplaceAsync();

    /// <inheritdoc/>
    public Task StopAsync(string service) => Find(service).StopAsync();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReloadAsync()
    {
        try
        {
            await _turn.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new SupervisionException($"{_file} is not read again: who serves it is ending.");
        }

        _notifier?.Reloading();
        try
        {
            ServingDescription next = ServingDescription.Load(_file);
            if (next.Domain != _description.Domain || next.RuntimeDirectory != _description.RuntimeDirectory)
            {
                throw new SupervisionException($"{_file}: another domain or runtime directory needs another process: stop this one, and start it again.");
            }

            return await ChangeToAsync(next).ConfigureAwait(false);
        }
        finally
        {
            _notifier?.Ready(Summary());
            _turn.Release();
        }
    }

    /// <summary>Stops all, in the order opposite to that of starts.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _notifier?.Stopping();
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (ServedService service in _services.Reverse())
        {
            await service.CloseAsync().ConfigureAwait(false);
        }

        await _loop.ConfigureAwait(false);
        if (_host is { } host)
        {
            await host.DisposeAsync().ConfigureAwait(false);
        }

        await _node.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Of several that are started at the same moment one gets the domain; it has it as long as its process lives.</summary>
    private void TakeDomain()
    {
        try
        {
            _node.ClaimRole(IServiceControl.ServiceName, "supervisor");
        }
        catch (RoleTakenException taken)
        {
            throw new SupervisionException(
                $"In the domain '{_description.Domain}' {taken.Holder} serves already: tell it with 'viaduct services reload', stop it, or choose another domain.", taken);
        }
    }

    private async Task<IReadOnlyList<string>> ChangeToAsync(ServingDescription next)
    {
        List<string> done = [];
        Dictionary<string, ServedService> before = _services.ToDictionary(static service => service.Spec.Name);
        ServedService[] gone = [.. _services.Where(service => next.Services.All(spec => spec.Name != service.Spec.Name))];
        ServedService[] after = [.. next.Services.Select(spec => before.GetValueOrDefault(spec.Name) ?? Make(spec))];
        _services = after;
        _description = next;
        foreach (ServedService service in gone.Reverse())
        {
            await service.CloseAsync().ConfigureAwait(false);
            done.Add($"{service.Spec.Name}: stopped, since it is gone from the description");
        }

        string?[] changes = await EachAsync(after, next.Services, async (service, spec) =>
        {
            if (!before.ContainsKey(spec.Name))
            {
                string? failure = await TryAsync(service, service.BeginAsync).ConfigureAwait(false);
                return $"{spec.Name}: {failure ?? (spec.OnDemand ? "added; the first call starts it" : "added and started")}";
            }

            if (service.Spec.Text != spec.Text)
            {
                string? failure = await TryAsync(service, () => service.ReplaceAsync(spec)).ConfigureAwait(false);
                return $"{spec.Name}: {failure ?? "replaced, since it has changed"}";
            }

            return null;
        }).ConfigureAwait(false);
        return [.. done, .. changes.OfType<string>()];
    }

    /// <summary>Does something with each service: when it is done with those that it depends on, and with the others side by side.</summary>
    private static Task<string?[]> EachAsync(IReadOnlyList<ServedService> services, IReadOnlyList<ServedSpec> specs, Func<ServedService, ServedSpec, Task<string?>> work)
    {
        List<Task<string?>> all = [];
        Dictionary<string, Task> byName = [];
        foreach ((ServedService service, ServedSpec spec) in services.Zip(specs))
        {
            // A description has each behind those that it depends on.
            Task<string?> one = AfterAsync([.. spec.DependsOn.Select(name => byName[name])], service, spec);
            all.Add(one);
            byName.Add(spec.Name, one);
        }

        return Task.WhenAll(all);

        async Task<string?> AfterAsync(Task[] needed, ServedService service, ServedSpec spec)
        {
            await Task.WhenAll(needed).ConfigureAwait(false);
            return await work(service, spec).ConfigureAwait(false);
        }
    }

    private ServedService Make(ServedSpec spec) => new(
        _node, spec, (name, text) => _tell($"{name}: {text}"), service => TryAsync(service, () => StartWithThoseBeforeAsync(service)));

    /// <summary>Starts those that a service depends on, and then itself.</summary>
    private async Task StartWithThoseBeforeAsync(ServedService service)
    {
        foreach (string name in service.Spec.DependsOn)
        {
            if (_services.FirstOrDefault(other => other.Spec.Name == name) is { } needed)
            {
                await StartWithThoseBeforeAsync(needed).ConfigureAwait(false);
            }
        }

        await service.StartAsync().ConfigureAwait(false);
    }

    /// <summary>Does something with a service whose failure must not keep others from being served; returns that in words.</summary>
    private async Task<string?> TryAsync(ServedService service, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is ViaductException or ObjectDisposedException or IOException)
        {
            // What could not begin because all ends needs no word.
            if (!_stop.IsCancellationRequested)
            {
                _tell($"{service.Spec.Name}: {error.Message}");
            }

            return error.Message;
        }
    }

    private ServedService Find(string name) => _services.FirstOrDefault(service => service.Spec.Name == name)
        ?? throw new SupervisionException($"There is no service '{name}' in {_file}; there are {string.Join(", ", _services.Select(static service => service.Spec.Name))}.");

    /// <summary>The manager's own loop: looks after what is idle, and shows systemd that it goes round.</summary>
    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Tick(), _stop.Token).ConfigureAwait(false);
                foreach (ServedService service in _services)
                {
                    service.Look();
                }

                _notifier?.Alive();
                if (_isStarted)
                {
                    _notifier?.Status(Summary());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <summary>How long until the next look: a part of the shortest time that something depends on.</summary>
    private TimeSpan Tick()
    {
        TimeSpan tick = _notifier?.Watchdog / 3 ?? s_longestTick;
        foreach (ServedService service in _services)
        {
            tick = service.Spec.IdleStop / 4 is { } part && part < tick ? part : tick;
        }

        return tick < s_shortestTick ? s_shortestTick : tick > s_longestTick ? s_longestTick : tick;
    }

    private string Summary()
    {
        ServedStatus[] all = [.. _services.Select(static service => service.Status())];
        int failed = all.Count(static one => one.State == ServedState.Failed);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{all.Count(static one => one.State == ServedState.Running)} of {all.Length} services running, {all.Count(static one => one.State == ServedState.Standby)} standing by{(failed > 0 ? $", {failed} failed" : "")}");
    }

    /// <summary>A caller or server that can't be linked would otherwise be noticed by nobody.</summary>
    private void OnNodeEvent(NodeEvent happened)
    {
        if (happened.Kind is NodeEventKind.PeerRefused)
        {
            _tell(happened.Text);
        }
    }
}
