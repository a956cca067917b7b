using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Viaduct.Hosting;

/// <summary>Reads the options from the section <c>Viaduct</c>, if the host has a configuration.</summary>
internal sealed class ViaductOptionsSetup(IServiceProvider services) : IConfigureOptions<ViaductOptions>
{
    public void Configure(ViaductOptions options) =>
        services.GetService<IConfiguration>()?.GetSection(ViaductOptions.SectionName).Bind(options);
}
