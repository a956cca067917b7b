using Microsoft.Extensions.Diagnostics.HealthChecks;
using Viaduct.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health of a host's Viaduct node to its health checks.</summary>
public static class ViaductHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is healthy while the node has joined its domain; degraded, with the reasons, while peers are being reconnected or connecting or finding
    /// peers failed within the last 30 seconds; and failed before the node has joined and after it has left.
    /// </summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The check's name. Defaults to <c>viaduct</c>.</param>
    /// <param name="failureStatus">What failed means. Defaults to <see langword="null"/>: <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The check's tags. Defaults to none.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <remarks>The node itself is added by <see cref="ViaductServiceCollectionExtensions.AddViaduct"/>; the check only looks.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is <see langword="null"/>.</exception>
    public static IHealthChecksBuilder AddViaduct(
        this IHealthChecksBuilder builder, string name = "viaduct", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name, provider => new ViaductHealthCheck(provider.GetRequiredService<NodeHost>()), failureStatus, tags));
    }
}
