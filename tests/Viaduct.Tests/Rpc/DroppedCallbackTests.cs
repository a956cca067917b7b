using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls without an answer of what a caller handed out, which wait for their turn there when its service ends, or the connection is closed.</summary>
public sealed class DroppedCallbackTests : IDisposable
{
    private const int Count = 10;

    private readonly ManualResetEventSlim _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData(DistanceKind.Thread, false)]
    [InlineData(DistanceKind.SharedMemory, false)]
    [InlineData(DistanceKind.SharedMemory, true)]
    [InlineData(DistanceKind.UnixSocket, false)]
    public async Task They_are_counted_and_told(DistanceKind kind, bool closes)
    {
        await using Distance distance = new(kind);
        await using Served<IBroker> served = await distance.OpenService<IBroker>(new Broker());
        var listener = new GatedListener(_gate);
        Assert.Equal(Count, await Background.Run(() => served.Service.Spread(listener, Count)).Within());
        await Waiting.Until(() => listener.Count == 1);
        if (closes)
        {
            await served.Client.DisposeAsync().AsTask().Within();
        }
        else
        {
            await served.Host.DisposeAsync().AsTask().Within();
        }

        // The first has begun.
        await Waiting.Until(() => served.Client.Counters.DeadLettered == Count - 1, () => $"{served.Client.Counters}");
        await Waiting.Until(
            () => distance.Events.Items.Any(static e => e.Kind == NodeEventKind.DeadLettered && e.Text.StartsWith($"{Count - 1} one-way calls that came back from servers of '", StringComparison.Ordinal)),
            distance.Events.ToString);
        _gate.Set();
        await served.DisposeAsync().AsTask().Within();
        Assert.Equal((1, Count - 1), (listener.Count, served.Client.Counters.DeadLettered));
    }

    /// <summary>Its service has let go of it behind the calls: they come first.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task An_object_that_is_released_has_heard_what_was_sent_before(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IBroker> served = await distance.OpenService<IBroker>(new Broker());
        var listener = new GatedListener(_gate);
        Assert.Equal(Count, await Background.Run(() => served.Service.Spread(listener, Count)).Within());
        await Waiting.Until(() => listener.Count == 1);
        for (int i = 0; i < 3; i++)
        {
            // Nobody holds the service's reference any more.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(Patience.Moment, TestContext.Current.CancellationToken);
        }

        _gate.Set();
        await Waiting.Until(() => listener.Count == Count, () => $"{listener.Count} were heard");
        Assert.Equal(0, served.Client.Counters.DeadLettered);
    }

    /// <summary>Over a connection they may come behind the end of their service, which has released what they are meant for.</summary>
    [Theory]
    [InlineData(7u)]
    [InlineData(ExportTable.FirstPromise | 7)]
    public void One_that_comes_when_its_sender_is_gone_is_counted(uint target)
    {
        int givenUp = 0;
        CallServer server = new(null, "gone", static (_, _, _) => { }, static _ => null, tellsTraces: true, isConcurrent: true) { GaveUp = () => givenUp++ };
        server.Handle(OneWay(target), Gone(), own: null);
        Assert.Equal(1, givenUp);
        Assert.Equal(0, server.Exports.Current);
    }

    /// <summary>Whatever tells of the end of a service may have told already.</summary>
    [Fact]
    public async Task Each_that_comes_so_late_is_told()
    {
        await using Distance distance = new(DistanceKind.Thread);
        ServiceContract<IBroker> contract = ServiceContract.Of<IBroker>();
        CallerSocket socket = distance.Near.OpenCaller(NodeServices.SpecOf(contract, null, distance.Context, ConnectOptions.DefaultCapacity), new ClientOptions());
        var connection = new ServiceSocketConnection(contract.Name, socket, new ConnectOptions());
        for (int count = 1; count <= 3; count++)
        {
            socket.Unasked!(OneWay(7), Gone());
            await Waiting.Until(
                () => distance.Events.Items.Count(static e => e.Kind == NodeEventKind.DeadLettered && e.Text.StartsWith("1 one-way calls that came back from servers of '", StringComparison.Ordinal)) == count,
                distance.Events.ToString);
            Assert.Equal(count, socket.Counters.DeadLettered);
        }

        await Background.Run(connection.Close).Within();
    }

    /// <summary>A call without an answer of something that was handed out.</summary>
    private static Frame OneWay(uint target)
    {
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.OneWay);
        Span<byte> head = frame.GetSpan(RpcFrames.CallSize)[..RpcFrames.CallSize];
        head.Clear();
        BitConverter.TryWriteBytes(head[sizeof(uint)..], target);
        frame.Advance(RpcFrames.CallSize);
        return frame;
    }

    private static PeerIdentity Gone() => new(Guid.NewGuid(), "gone", 1, Guid.NewGuid(), Route.InProcess, "");
}
