using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>The service of a program that <c>viaduct serve</c> keeps running.</summary>
public sealed class ServedServiceTests(ServedTrials served) : ServiceSuite, IClassFixture<ServedTrials>
{
    private Node? _node;
    private ServiceClient<ITrial>? _client;

    public override async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync().AsTask().Within();
        }

        if (_node is not null)
        {
            await _node.DisposeAsync().AsTask().Within();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <remarks>Nobody is waited for: the calls do that themselves.</remarks>
    protected override Task<ITrial> Connect()
    {
        _node = Node.Join(new NodeOptions { RuntimeDirectory = served.RuntimeDirectory });
        _client = _node.Connect<ITrial>(new ConnectOptions { Name = served.Next() });
        return Task.FromResult(_client.Service);
    }
}
