using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls without an answer on what their caller has released, in a frame that another thread took first, and on what no call will bring: they end.</summary>
public sealed class OvertakenCallsTests
{
    private const uint Promised = ExportTable.FirstPromise | 7;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_comes_behind_the_release_of_its_object_is_counted_and_told(bool isPromised)
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using ServiceHost host = Serve(distance, threads: 2);
        (CallerSocket socket, SendLink<Frame> link) = await Connect(distance, host);
        ExportTable exports = host.Server.Exports;
        uint target = Promised;
        if (isPromised)
        {
            exports.PromiseOf(socket.Id, Promised, begins: true).Keep(new Held());
        }
        else
        {
            target = exports.Add(new Held(), socket.Id);
        }

        ServiceCall.Release(socket.Route, new RemoteTarget(link, target));
        await Waiting.Until(() => exports.Current == 0);
        Send(socket, link, target);
        await Waiting.Until(() => host.Counters.DeadLettered == 1, () => $"{host.UnderWay} are under way, {exports.Current} are kept, {host.Counters}");
        Assert.Equal((0, 0), (host.UnderWay, exports.Current));
        await Background.Run(socket.Dispose).Within();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_on_what_no_call_will_bring_keeps_no_service_from_draining(int threads)
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using ServiceHost host = Serve(distance, threads);
        (CallerSocket socket, SendLink<Frame> link) = await Connect(distance, host);
        Send(socket, link, Promised);
        await Waiting.Until(() => host.UnderWay == 1);
        await host.DrainAsync(Patience.Token).Within();
        Assert.Equal(1, host.Counters.DeadLettered);
        await Background.Run(socket.Dispose).Within();
    }

    /// <summary>Of a caller that makes promises for long not each number is kept.</summary>
    [Fact]
    public void The_last_that_were_released_are_remembered()
    {
        const uint Many = 1000;
        var owner = Guid.NewGuid();
        var exports = new ExportTable(remembers: true);
        for (uint i = 0; i < Many; i++)
        {
            exports.PromiseOf(owner, ExportTable.FirstPromise | i, begins: true);
            exports.Release(owner, ExportTable.FirstPromise | i);
        }

        Assert.Equal(0, exports.Current);
        Assert.Throws<ObjectDisposedException>(exports.PromiseOf(owner, ExportTable.FirstPromise | (Many - 1)).ThrowIfBroken);
        Assert.False(exports.TryGet(owner, ExportTable.FirstPromise | (Many - 1), out _));
        exports.Release(owner, ExportTable.FirstPromise | (Many - 1));
        Assert.Equal(0, exports.Current);
        exports.PromiseOf(owner, ExportTable.FirstPromise).ThrowIfBroken();
        Assert.Equal(1, exports.Current);
        exports.ReleaseAll(owner);
        Assert.Equal(0, exports.Current);
        exports.PromiseOf(owner, ExportTable.FirstPromise | (Many - 1)).ThrowIfBroken();
    }

    private static ServiceHost Serve(Distance distance, int threads) =>
        distance.Far.Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context, Threads = threads });

    private static async Task<(CallerSocket Socket, SendLink<Frame> Link)> Connect(Distance distance, ServiceHost host)
    {
        CallerSocket socket = distance.Near.OpenCaller(
            NodeServices.SpecOf(ServiceContract.Of<ITrial>(), null, distance.Context, ConnectOptions.DefaultCapacity), new ClientOptions());
        await socket.WaitForPeersAsync(1, Patience.Token).Within();
        await Waiting.Until(() => host.Peers.Count == 1);
        return (socket, socket.LinkTo(socket.Peers[0].SocketId)!);
    }

    private static void Send(CallerSocket socket, SendLink<Frame> link, uint target)
    {
        Frame frame = Frame.Rent();
        Span<byte> head = CallFrame.Begin(frame, RpcFrames.OneWay, RpcFrames.CallSize);
        BitConverter.TryWriteBytes(head[sizeof(uint)..], target);
        CallFrame.SetId(frame, 1);
        Assert.Equal(WaitResult.Done, socket.Route.Send(link, frame, isWork: true, Patience.Limit, CancellationToken.None));
        frame.Return();
    }

    private sealed class Held : IExport
    {
        public ValueTask DispatchAsync(ServiceRequest request) => request.UnknownMethod();

        public void Release()
        {
        }
    }
}
