using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Viaduct;
using Viaduct.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a Viaduct node into a host.</summary>
public static class ViaductServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="Node"/>, as a singleton to be injected anywhere: it joins its domain before the host's first service starts (or when it is
    /// first asked for) and leaves after the last has stopped.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">
    /// Sets options; it comes after the configuration section <c>Viaduct</c> has been read. <see langword="null"/> for the section alone.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// Wrong options are an <see cref="OptionsValidationException"/> at start. An <see cref="INameService"/> among the services is used. What happens to
    /// the node is logged in the category <c>Viaduct.Node</c> and counted by the meter <c>Viaduct</c>, with the tags <c>viaduct.channel</c> and
    /// <c>viaduct.role</c>. Calling it again only adds <paramref name="configure"/>: a host has one node; programs that want more join them themselves.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddViaduct(options => options.Domain = "experiment");
    /// builder.Services.AddHealthChecks().AddViaduct();
    /// </code>
    /// </example>
    public static IServiceCollection AddViaduct(this IServiceCollection services, Action<ViaductOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.All(service => service.ServiceType != typeof(NodeHost)))
        {
            services.AddOptions<ViaductOptions>().ValidateOnStart();
            services.AddSingleton<IConfigureOptions<ViaductOptions>, ViaductOptionsSetup>();
            services.AddSingleton<IValidateOptions<ViaductOptions>, ViaductOptionsValidator>();
            services.AddSingleton<NodeHost>();
            services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<NodeHost>());
            services.AddSingleton(provider => provider.GetRequiredService<NodeHost>().Node);
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        return services;
    }
}
