using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A service at a distance.</summary>
public abstract class DistanceServiceSuite(DistanceKind kind) : ServiceSuite
{
    private readonly Distance _distance = new(kind);
    private ServiceHost? _host;
    private ServiceClient<ITrial>? _client;

    public override async ValueTask DisposeAsync()
    {
        await Background.Run(() =>
        {
            _client?.Dispose();
            _host?.Dispose();
        }).Within();
        await _distance.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override async Task<ITrial> Connect()
    {
        _host = _distance.Far.Serve<ITrial>(new Trial(), new ServeOptions { Context = _distance.Context });
        _client = _distance.Near.Connect<ITrial>(new ConnectOptions { Context = _distance.Context });
        await _client.WaitForServersAsync(1, Patience.Token).Within();
        Assert.Equal(_distance.Route, Assert.Single(_client.Peers).Route);
        return _client.Service;
    }
}
