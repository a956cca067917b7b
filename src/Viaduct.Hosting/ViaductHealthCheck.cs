using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Viaduct.Hosting;

/// <summary>
/// Healthy while the node is joined and all is well; degraded, with the reasons, while peers are being reconnected or connecting or finding peers failed
/// within the last 30 seconds; unhealthy (or what the check was registered with) before the node has joined and after it has left.
/// </summary>
internal sealed class ViaductHealthCheck(NodeHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(Check(context.Registration.FailureStatus));
    }

    private HealthCheckResult Check(HealthStatus failureStatus)
    {
        if (!host.Health.IsJoined)
        {
            return new HealthCheckResult(failureStatus, "The node has not joined its domain, or has left it.");
        }

        IReadOnlyList<ISocket> sockets = host.Node.Sockets;
        IReadOnlyList<string> faults = host.Health.Faults();
        var data = new Dictionary<string, object>
        {
            ["node"] = host.Node.Name,
            ["sockets"] = sockets.Count,
            ["peers"] = sockets.Sum(socket => socket.Peers.Count),
        };
        return faults.Count == 0
            ? HealthCheckResult.Healthy("The node has joined its domain.", data)
            : HealthCheckResult.Degraded(string.Join(" ", faults), exception: null, data);
    }
}
