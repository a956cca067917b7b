using System.Net;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls that depend on each other, over a network that takes 10 ms each way: they are sent without waiting.</summary>
public sealed class PipeliningTests : IAsyncDisposable
{
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(10);

    private readonly TemporaryDirectory _nearDirectory = new();
    private readonly TemporaryDirectory _farDirectory = new();
    private readonly Node _near;
    private readonly Node _far;
    private readonly TcpProxy _proxy;

    public PipeliningTests()
    {
        _far = Node.Join(new NodeOptions { Name = "far", RuntimeDirectory = _farDirectory.Path, Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        _proxy = new TcpProxy(_far.ListenAddress!, s_delay);
        _near = Node.Join(new NodeOptions { Name = "near", RuntimeDirectory = _nearDirectory.Path, Peers = { _proxy.Address } });
    }

    public async ValueTask DisposeAsync()
    {
        await Background.Run(_near.Dispose).Within();
        await Background.Run(_far.Dispose).Within();
        _proxy.Dispose();
        _nearDirectory.Dispose();
        _farDirectory.Dispose();
    }

    [Fact]
    public async Task A_chain_of_ten_calls_takes_one_round_trip()
    {
        using ServiceHost host = _far.Serve<IChain>(new Chain(0));
        using ServiceClient<IChain> client = _near.Connect<IChain>();
        await client.WaitForServersAsync(1, Patience.Token).Within();
        Assert.Equal(Route.Tcp, Assert.Single(client.Peers).Route);
        Assert.Equal(0, await Background.Run(client.Service.Length).Within());

        int alone = await Background.Run(() => Rounds(10, () => Assert.Equal(0, Enumerable.Range(0, 10).Sum(_ => client.Service.Length())))).Within();
        int together = await Background.Run(() => Rounds(1, () => Assert.Equal(9, Follow(client.Service, 9).Length()))).Within();

        Assert.Equal((10, 1), (alone, together));
    }

    private static IChain Follow(IChain chain, int times) => times == 0 ? chain : Follow(chain.Follow(), times - 1);

    /// <summary>
    /// How many round trips something takes: the fewest of several attempts, since whatever else goes over the connection (a heartbeat, objects that are given back)
    /// may add to one of them, and nothing takes away.
    /// </summary>
    /// <param name="wanted">How many suffice to end the attempts.</param>
    /// <param name="calls">What is done.</param>
    private int Rounds(int wanted, Action calls)
    {
        int least = int.MaxValue;
        for (int attempt = 0; attempt < 8 && least > wanted; attempt++)
        {
            Thread.Sleep(4 * s_delay);
            int before = _proxy.Rounds;
            calls();
            least = Math.Min(least, _proxy.Rounds - before);
        }

        return least;
    }
}
