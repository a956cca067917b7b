using Viaduct.Calls;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What becomes of calls whose caller or service holds as many objects of the other as it may.</summary>
public sealed class HeldTooManyTests : IAsyncDisposable
{
    /// <summary>The most that one end may hold of another.</summary>
    private const int Most = 65536;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly ManualResetEventSlim _open = new(initialState: true);

    public async ValueTask DisposeAsync()
    {
        await _distance.DisposeAsync();
        _open.Dispose();
    }

    /// <summary>Not even if there is room when they are made on it: the call that was to bring it has failed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Calls_on_an_object_that_could_not_be_handed_out_say_why(int threads)
    {
        var door = new Door(_open);
        await using ServiceHost host = _distance.Far.Serve<IDoor>(door, new ServeOptions { Context = _distance.Context, Threads = threads });
        await using ServiceClient<IDoor> client = _distance.Near.Connect<IDoor>(new ConnectOptions { Context = _distance.Context });
        await Waiting.Until(() => host.Peers.Count == 1);
        Guid caller = host.Peers[0].SocketId;
        uint[] held = [.. Enumerable.Range(0, Most).Select(_ => host.Server.Exports.Add(new Held(), caller))];
        IDoor next = await Background.Run(client.Service.Open).Within();
        await Waiting.Until(() => client.Counters.Outstanding == 0);
        host.Server.Exports.Release(caller, held[0]);
        for (int i = 0; i < 2; i++)
        {
            RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => next.KnockAsync().Within());
            Assert.Equal(typeof(InvalidOperationException).FullName, error.RemoteType);
            Assert.Contains("holds 65536 streams and objects", error.RemoteMessage, StringComparison.Ordinal);
        }

        // What was not handed out was not made either, and with some room the same goes well.
        Assert.Equal(0, door.Opening);
        next.Dispose();
        await Waiting.Until(() => host.Server.Exports.Current == Most - 1);
        using IDoor another = await Background.Run(client.Service.Open).Within();
        Assert.Equal(1, await another.KnockAsync().Within());
    }

    [Fact]
    public async Task A_call_that_hands_out_one_too_many_leaves_nothing_of_what_it_brought()
    {
        await using ServiceHost host = _distance.Far.Serve<ITrial>(new Trial(), new ServeOptions { Context = _distance.Context });
        ServiceContract<ITrial> contract = ServiceContract.Of<ITrial>();
        ConnectOptions options = new() { Context = _distance.Context };
        CallerSocket socket = _distance.Near.OpenCaller(NodeServices.SpecOf(contract, null, options.Context, options.Capacity), new ClientOptions());
        var connection = new ServiceSocketConnection(contract.Name, socket, options);
        await connection.WaitAsync(1, Patience.Token).Within();
        Guid server = socket.Peers[0].SocketId;
        for (int i = 0; i < Most; i++)
        {
            connection.Exports.Add(new Held(), server);
        }

        ICounter joined = await Background.Run(() => contract.CreateProxy(connection).Join(new DeafListener())).Within();
        Assert.Equal(1, await Background.Run(joined.Take).Within());

        // It comes home, which waits until it is known to be there.
        Assert.True(await Background.Run(() => joined.IsSame(joined)).Within());
        joined.Dispose();
        await Waiting.Until(() => host.Server.Exports.Current == 0, () => $"{host.Server.Exports.Current} are kept");
        Assert.Equal(Most, connection.Exports.Current);
        await Background.Run(connection.Close).Within();
    }

    private sealed class Held : IExport
    {
        public ValueTask DispatchAsync(ServiceRequest request) => request.UnknownMethod();

        public void Release()
        {
        }
    }
}
