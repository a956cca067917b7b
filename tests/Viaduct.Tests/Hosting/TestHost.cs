using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Viaduct.Hosting;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hosting;

/// <summary>A host with a node in a domain of its own.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    internal TestHost(
        Action<ViaductOptions>? configure = null, Action<IServiceCollection>? services = null, Dictionary<string, string?>? settings = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "hosted" });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<ILoggerProvider>(Log);
        builder.Services.AddViaduct(options =>
        {
            options.RuntimeDirectory = _directory.Path;
            configure?.Invoke(options);
        });
        builder.Services.AddHealthChecks().AddViaduct();
        services?.Invoke(builder.Services);
        Host = builder.Build();
    }

    internal IHost Host { get; }

    internal RecordingLoggerProvider Log { get; } = new();

    internal Node Node => Host.Services.GetRequiredService<Node>();

    public async ValueTask DisposeAsync()
    {
        if (!Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.IsCancellationRequested)
        {
            await Host.StopAsync();
        }

        Host.Dispose();
        _directory.Dispose();
    }
}
