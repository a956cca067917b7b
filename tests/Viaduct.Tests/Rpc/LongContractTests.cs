using Viaduct.Calls;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Contracts that are longer than what two ends tell each other.</summary>
public sealed class LongContractTests
{
    private const int Most = 64 * 1024;

    [Fact]
    public async Task One_that_is_too_long_is_refused_where_it_is_given()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceContract.Register(new EncyclopediaContract(Most + 1));
        InvalidOperationException served = Assert.Throws<InvalidOperationException>(() => distance.Far.Serve<IEncyclopedia>(new Encyclopedia()));
        InvalidOperationException called = Assert.Throws<InvalidOperationException>(() => distance.Near.Connect<IEncyclopedia>());
        Assert.Equal(served.Message, called.Message);
        Assert.Contains("IEncyclopedia takes 65,537 bytes", served.Message, StringComparison.Ordinal);

        // The longest one that is not crosses.
        ServiceSpec spec = new("long", new string('x', Most)) { Context = distance.Context };
        using CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        using CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        await caller.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
    }

    [Fact]
    public async Task What_keeps_a_link_from_being_opened_is_told()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceSpec spec = new("endless", new string('x', Most + 1)) { Context = distance.Context };
        using CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        using CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        await Waiting.Until(() => distance.Events.Items.Any(what => what is { Kind: NodeEventKind.ConnectFailed, Channel: "endless", Error: ArgumentException }));

        // What else there is to link goes on.
        await using ServiceHost host = distance.Far.Serve<ILodger>(new Guest(), new ServeOptions { Context = distance.Context });
        await using ServiceClient<ILodger> client = distance.Near.Connect<ILodger>(new ConnectOptions { Context = distance.Context });
        Assert.Equal(Environment.ProcessId, await Background.Run(client.Service.ProcessId).Within());
    }
}
