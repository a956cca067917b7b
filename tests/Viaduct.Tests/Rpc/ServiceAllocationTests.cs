using Viaduct.Blobs;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A call that blocks allocates nothing, neither at its caller nor at its service: both are in this process, over shared memory.</summary>
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
    [InlineData(100)]
    [InlineData(2 * LongBytes.Least)]
    public async Task Calls_with_bytes_that_come_back(int length)
    {
        using ServiceHost host = _distance.Far.Serve<IBulk>(new Bulk(), new ServeOptions { Context = _distance.Context });
        using ServiceClient<IBulk> client = _distance.Near.Connect<IBulk>(new ConnectOptions { Context = _distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        byte[] bytes = new byte[length];
        await Allocation.IsNone(count => Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                client.Service.Flip(bytes, 1);
            }
        })).Within();
    }

    [Fact]
    public async Task Calls_that_can_be_cancelled()
    {
        using ServiceHost host = Serve();
        using ServiceClient<IPlus> client = await Connect(0);
        using var cancellation = new CancellationTokenSource();
        await Allocation.IsNone(count => Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(client.Service.AddUnlessCanceled(i, 1, cancellation.Token) == i + 1);
            }
        })).Within();
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task Calls_that_are_awaited(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        using ServiceHost host = distance.Far.Serve<IPlus>(new Plus(), new ServeOptions { Context = distance.Context });
        using ServiceClient<IPlus> client = distance.Near.Connect<IPlus>(new ConnectOptions { Context = distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(await client.Service.AddAsync(i, 1) == i + 1);
            }
        }).Within();
    }

    [Fact]
    public async Task Calls_that_are_awaited_and_can_be_cancelled()
    {
        using ServiceHost host = Serve();
        using ServiceClient<IPlus> client = await Connect(0);
        using var cancellation = new CancellationTokenSource();
        await Allocation.IsNone(async count =>
        {
            for (int i = 0; i < count; i++)
            {
                Assert.True(await client.Service.AddAsync(i, 1, cancellation.Token) == i + 1);
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
