using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Viaduct.Hosting;

namespace Viaduct.Tests.Hosting;

public sealed class ViaductHealthCheckTests
{
    [Fact]
    public async Task The_node_is_unhealthy_before_start_healthy_while_joined_and_unhealthy_after_stop()
    {
        await using var host = new TestHost();
        Assert.Equal(HealthStatus.Unhealthy, (await Check(host)).Status);

        await host.Host.StartAsync(TestContext.Current.CancellationToken);
        using Producer<int> producer = host.Node.OpenProducer(new ChannelSpec<int>("a"));
        HealthReportEntry healthy = await Check(host);
        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.Equal("hosted", healthy.Data["node"]);
        Assert.Equal(1, healthy.Data["sockets"]);

        await host.Host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Unhealthy, (await Check(host)).Status);
    }

    [Fact]
    public async Task A_peer_that_is_being_reconnected_degrades_the_node_and_is_named()
    {
        await using var host = new TestHost();
        await host.Host.StartAsync(TestContext.Current.CancellationToken);
        host.Host.Services.GetRequiredService<NodeHost>().Health.Record(new NodeEvent(
            NodeEventKind.PeerReconnecting, "Node 'far' is being reconnected.", "a",
            new Peer(Guid.NewGuid(), "far", 1, Guid.NewGuid(), Route.Tcp, "listed", 0, 0)));

        HealthReportEntry entry = await Check(host);

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Contains("Node 'far' is being reconnected.", entry.Description, StringComparison.Ordinal);
    }

    private static async Task<HealthReportEntry> Check(TestHost host)
    {
        HealthReport report = await host.Host.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(TestContext.Current.CancellationToken);
        return report.Entries["viaduct"];
    }
}
