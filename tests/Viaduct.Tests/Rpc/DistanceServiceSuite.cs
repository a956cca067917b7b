using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A service at a distance.</summary>
public abstract class DistanceServiceSuite(DistanceKind kind) : ServiceSuite
{
    private readonly Distance _distance = new(kind);
    private ServiceHost? _host;
    private ServiceClient<ITrial>? _client;

    [Fact]
    public async Task Calls_are_carried_out_by_the_thread_that_receives_them_and_none_of_the_pool()
    {
        string own = $"{ServiceContract.Of<ITrial>().Name} 1";
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(own, await Background.Run(_client!.Service.ThreadName).Within());
            Assert.Equal(own, await _client.Service.ThreadNameAsync().Within());
        }
    }

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
