using Microsoft.Extensions.Hosting;

namespace Viaduct.Tests.Hosting;

/// <summary>A hosted service of a program that uses the node in its constructor and while it stops.</summary>
internal sealed class NodeUser(Node node) : IHostedService
{
    private readonly Producer<int> _producer = node.OpenProducer(new ChannelSpec<int>("used"));

    /// <summary>Whether the node's sockets could still be used while the service stopped.</summary>
    internal bool CouldBeUsedWhileStopping { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _producer.Dispose();
        node.OpenConsumer(new ChannelSpec<int>("used")).Dispose();
        CouldBeUsedWhileStopping = true;
        return Task.CompletedTask;
    }
}
