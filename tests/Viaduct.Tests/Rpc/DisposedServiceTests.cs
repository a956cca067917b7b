using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What calls throw once their connection was disposed: the name of the service, and none of what is within.</summary>
public sealed class DisposedServiceTests
{
    private static readonly string s_name = ServiceContract.Of<ITrial>().Name;

    [Fact]
    public async Task Of_a_connection()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using ServiceHost host = distance.Far.Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context });
        ServiceClient<ITrial> client = distance.Near.Connect<ITrial>(new ConnectOptions { Context = distance.Context });
        Task under = client.Service.WaitAsync(CancellationToken.None);
        await Waiting.Until(() => host.UnderWay == 1);
        await client.DisposeAsync().AsTask().Within();
        await Expect(() => under);
        await ExpectAll(client.Service);
        await Expect(() => client.WaitForServersAsync(1).AsTask());
        await Expect(() => Background.Run(() => client.WaitForServers(1, Timeout.InfiniteTimeSpan)));
    }

    [Fact]
    public async Task Of_a_connection_whose_calls_wait_in_a_line()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceClient<ITrial> client = distance.Near.Connect<ITrial>(new ConnectOptions { MaxCallsPerServer = 1 });
        Task waiting = client.Service.AddAsync(1, 2, CancellationToken.None).AsTask();
        await client.DisposeAsync().AsTask().Within();
        await Expect(() => waiting);
        await ExpectAll(client.Service);
    }

    /// <summary>Whoever waits may go on before the connection is closed for good, and asks why its call was lost.</summary>
    [Fact]
    public async Task Calls_that_are_ended_by_it_find_it_closing()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceSpec spec = new("closing", "") { Context = distance.Context };
        using CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        await caller.WaitForPeersAsync(1, Patience.Token).Within();
        Asking call = new(caller.Route);
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.Call);
        Assert.Equal(WaitResult.Done, caller.Route.Begin(call, frame, awaited: false, Patience.Limit, CancellationToken.None));
        frame.Return();

        await Background.Run(caller.Dispose).Within();
        Assert.Equal(true, call.FoundItClosing);
    }

    [Fact]
    public async Task Of_an_isolated_service()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        Isolated<ITrial> isolated = distance.Near.Isolate<ITrial, Trial>(new IsolateOptions { Standbys = 0 });
        Assert.Equal(3, await Background.Run(() => isolated.Service.Add(1, 2)).Within());
        await isolated.DisposeAsync().AsTask().Within();
        await ExpectAll(isolated.Service);
        await Expect(() => isolated.WaitForWorkersAsync(1).AsTask());
    }

    private static async Task ExpectAll(ITrial service)
    {
        await Expect(() => Background.Run(() => service.Add(1, 2)));
        await Expect(() => service.AddAsync(1, 2, CancellationToken.None).AsTask());
        await Expect(() => Background.Run(() => service.Note(1)));
        await Expect(() => Background.Run(() => service.OpenCounter(1)));
        await Expect(() => Background.Run(() => service.Tell(new DeafListener(), 1)));
        await Expect(() => service.SumAsync(AsyncEnumerable.Range(0, 3)));
    }

    private static async Task Expect(Func<Task> call)
    {
        ObjectDisposedException error = await Assert.ThrowsAsync<ObjectDisposedException>(() => call().Within());
        Assert.Equal(s_name, error.ObjectName);
        Assert.Contains($"The connection to service '{s_name}' was disposed", error.Message, StringComparison.Ordinal);
    }

    private sealed class Asking(CallRoute route) : PendingCall
    {
        public bool? FoundItClosing { get; private set; }

        public override bool IsDone => FoundItClosing is not null;

        public override void OnAnswer(Frame answer) => answer.Return();

        public override void OnLost(Exception error, CallProgress progress) => FoundItClosing ??= route.IsClosing;
    }
}
