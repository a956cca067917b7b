using Viaduct.Rpc;

namespace Viaduct.Tests.Support;

/// <summary>A service at a distance, and a client that has found it.</summary>
public sealed class Served<TContract>(ServiceHost host, ServiceClient<TContract> client) : IAsyncDisposable
    where TContract : class
{
    public ServiceHost Host { get; } = host;

    public ServiceClient<TContract> Client { get; } = client;

    public TContract Service => Client.Service;

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().AsTask().Within().ConfigureAwait(false);
        await Host.DisposeAsync().AsTask().Within().ConfigureAwait(false);
    }
}
