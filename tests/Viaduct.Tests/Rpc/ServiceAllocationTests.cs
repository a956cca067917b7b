using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A call allocates nothing, neither at its caller nor at its service: both are in this process, over shared memory.</summary>
[Collection(Collections.Alone)]
public sealed class ServiceAllocationTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Calls_that_block(int most)
    {
        using ServiceHost host = Serve();
        using ServiceClient<IPlus> client = await Connect(most);
        await Allocation.IsNone(count => Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(client.Service.Add(i, 1) == i + 1);
            }
        })).Within();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task Calls_that_are_awaited(int most, bool cancellable)
    {
        using ServiceHost host = Serve();
        using ServiceClient<IPlus> client = await Connect(most);
        using var source = new CancellationTokenSource();
        CancellationToken token = cancellable ? source.Token : default;
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(await client.Service.AddAsync(i, 1, token) == i + 1);
            }
        }).Within();
    }

    [Fact]
    public async Task Calls_that_wait_for_their_turn()
    {
        using ServiceHost host = Serve();
        using ServiceClient<IPlus> client = await Connect(1);
        const int AtOnce = 10;
        var calls = new List<ValueTask<int>>(AtOnce);
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i += AtOnce)
            {
                for (int k = 0; k < AtOnce; k++)
                {
#pragma warning disable CA2012 // each is awaited once, below
                    calls.Add(client.Service.AddAsync(i, k));
#pragma warning restore CA2012
                }

                for (int k = 0; k < AtOnce; k++)
                {
                    Assert.True(await calls[k] == i + k);
                }

                calls.Clear();
            }
        }).Within();
    }

    private ServiceHost Serve() => _distance.Far.Serve<IPlus>(new Plus(), new ServeOptions { Context = _distance.Context });

    private async Task<ServiceClient<IPlus>> Connect(int most)
    {
        ServiceClient<IPlus> client = _distance.Near.Connect<IPlus>(new ConnectOptions { Context = _distance.Context, MaxCallsPerServer = most });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        return client;
    }
}
