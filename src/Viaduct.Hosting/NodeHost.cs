using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Viaduct.Hosting;

/// <summary>Owns the host's node: joins before the first hosted service starts, leaves after the last one has stopped.</summary>
/// <remarks>
/// Hosted services are constructed before any of them is started, so a node that is injected into one must exist by then: whoever asks
/// first makes it join.
/// </remarks>
internal sealed class NodeHost : IHostedLifecycleService, IDisposable
{
    private readonly IServiceProvider _services;
    private readonly IOptions<ViaductOptions> _options;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();

    /// <summary>Set once, under the lock; stays set after the node was disposed.</summary>
    private Node? _node;

    /// <summary>Set with the node.</summary>
    private ViaductMetrics? _metrics;

    /// <summary>Under the lock: no node is made any more.</summary>
    private bool _stopped;

    public NodeHost(IServiceProvider services, IOptions<ViaductOptions> options, TimeProvider? time = null)
    {
        _services = services;
        _options = options;
        _logger = (ILogger?)services.GetService<ILogger<Node>>() ?? NullLogger.Instance;
        Health = new NodeHealth(time ?? TimeProvider.System);
    }

    /// <summary>What the node's events say of its state.</summary>
    internal NodeHealth Health { get; }

    /// <summary>The node; joins if it has not yet. After the host has stopped it is the disposed node.</summary>
    /// <exception cref="OptionsValidationException">The options are wrong.</exception>
    /// <exception cref="ObjectDisposedException">The host has stopped without ever needing a node.</exception>
    internal Node Node
    {
        get
        {
            lock (_lock)
            {
                if (_node is null)
                {
                    ObjectDisposedException.ThrowIf(_stopped, typeof(Node));
                    Join();
                }

                return _node!;
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = Node;
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (Retire() is { } node)
        {
            await node.DisposeAsync().ConfigureAwait(false);
            AfterLeaving(node);
        }
    }

    /// <summary>For a container that is disposed without its host having been stopped.</summary>
    public void Dispose()
    {
        if (Retire() is { } node)
        {
            node.Dispose();
            AfterLeaving(node);
        }
    }

    private void Join()
    {
        NodeOptions options = _options.Value.ToNodeOptions();
        options.Name ??= _services.GetService<IHostEnvironment>()?.ApplicationName is { Length: > 0 } application ? application : null;
        options.NameService = _services.GetService<INameService>();

        options.OnEvent = OnEvent;

        Node node = Node.Join(options);
        _metrics = new ViaductMetrics(node, _services.GetService<IMeterFactory>());
        _node = node;
        Health.Joined();
        _logger.Joined(node.Name, node.Id, options.Domain, node.ListenAddress);
    }

    private void OnEvent(NodeEvent nodeEvent)
    {
        Health.Record(nodeEvent);
        _metrics?.Record(nodeEvent);
        _logger.Event(nodeEvent);
    }

    /// <summary>The node to dispose, to the first who asks.</summary>
    private Node? Retire()
    {
        lock (_lock)
        {
            Node? node = _stopped ? null : _node;
            _stopped = true;
            Health.Left();
            return node;
        }
    }

    private void AfterLeaving(Node node)
    {
        _metrics?.Dispose();
        _logger.Left(node.Name, node.Id);
    }
}
