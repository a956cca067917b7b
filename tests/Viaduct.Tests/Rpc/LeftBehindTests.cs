using System.Runtime.CompilerServices;
using Viaduct.Calls;
using Viaduct.Messages;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What callers leave behind that give up, are gone or never read their answers.</summary>
public sealed class LeftBehindTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);

    /// <summary>When objects come that are opened later.</summary>
    private readonly TaskCompletionSource _later = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task An_object_that_comes_too_late_is_let_go_of()
    {
        await using Served<ITrial> served = await _distance.OpenService<ITrial>(new Trial { Later = _later.Task });
        Task<ICounter>[] late;
        using (CallContext.Within(TimeSpan.FromSeconds(4)))
        {
            late = [.. Enumerable.Range(0, 10).Select(i => served.Service.OpenLaterAsync(i, 0))];
        }

        await Waiting.Until(() => served.Host.UnderWay == 10);
        foreach (Task<ICounter> call in late)
        {
            Assert.IsType<TimeoutException>(await call.Outcome());
        }

        Assert.Equal(10, served.Host.UnderWay);
        _later.SetResult();
        await Waiting.Until(() => served.Host.UnderWay == 0);
        using ICounter kept = await served.Service.OpenLaterAsync(7, 0).Within();
        await Waiting.Until(() => served.Host.Server.Exports.Current == 1);
        Assert.Equal(7, await Background.Run(kept.Take).Within());
    }

    [Fact]
    public async Task What_is_handed_to_a_caller_that_is_gone_is_not_kept()
    {
        await using Served<ITrial> served = await _distance.OpenService<ITrial>(new Trial { Later = _later.Task });
        Task<ICounter>[] calls = [.. Enumerable.Range(0, 10).Select(i => served.Service.OpenLaterAsync(i, 0))];
        await Waiting.Until(() => served.Host.UnderWay == 10);
        await served.Client.DisposeAsync().AsTask().Within();
        _later.SetResult();
        await Waiting.Until(() => served.Host.UnderWay == 0);
        await Waiting.Until(() => served.Host.Server.Exports.Current == 0);
        foreach (Task<ICounter> call in calls)
        {
            await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => call.Within());
        }
    }

    [Fact]
    public async Task A_caller_that_never_reads_its_answers_loses_its_link_and_others_go_on()
    {
        await using ServiceHost host = _distance.Far.Serve<ITrial>(new Trial(), new ServeOptions { Context = _distance.Context });
        await using ServiceClient<ITrial> client = _distance.Near.Connect<ITrial>(new ConnectOptions { Context = _distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        ServiceContract<ITrial> contract = ServiceContract.Of<ITrial>();
        ServiceSpec spec = NodeServices.SpecOf(contract, null, _distance.Context, ConnectOptions.DefaultCapacity);
        using CallerSocket deaf = _distance.Near.OpenCaller(spec, new ClientOptions());
        await Waiting.Until(() => deaf.Peers.Count == 1 && host.Peers.Count == 2);

        // Its node may link it again soon after.
        using var lost = new ManualResetEventSlim();
        deaf.PeerChanged += change =>
        {
            if (change.State is PeerState.Lost or PeerState.Left)
            {
                lost.Set();
            }
        };
        await Background.Run(() =>
        {
            for (uint id = 1; id < 100_000 && !lost.IsSet; id++)
            {
                Frame frame = Echo(id);
                try
                {
                    deaf.Route.Send(null, frame, isWork: true, TimeSpan.FromMilliseconds(100), CancellationToken.None);
                }
                catch (ViaductException)
                {
                    // The link is gone: what the test is about.
                }

                frame.Return();
            }
        }).Within();
        await Waiting.Until(() => lost.IsSet);
        Assert.Equal(3, await Background.Run(() => client.Service.Add(1, 2)).Within());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Calls_are_cancelled_however_soon_that_comes_behind_them(int threads)
    {
        var trial = new Trial();
        await using ServiceHost host = _distance.Far.Serve<ITrial>(trial, new ServeOptions { Context = _distance.Context, Threads = threads });
        await using ServiceClient<ITrial> client = _distance.Near.Connect<ITrial>(new ConnectOptions { Context = _distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        for (int i = 0; i < 2000; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task call = client.Service.WaitAsync(cancellation.Token);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
        }

        await Waiting.Until(() => host.UnderWay == 0);
    }

    [Fact]
    public async Task A_stream_that_nobody_ever_reads_gives_back_what_its_call_was_to_hand_out()
    {
        ServiceContract<ITrial> contract = ServiceContract.Of<ITrial>();
        CallerSocket socket = _distance.Near.OpenCaller(NodeServices.SpecOf(contract, null, _distance.Context, ConnectOptions.DefaultCapacity), new ClientOptions());
        var connection = new ServiceSocketConnection(contract.Name, socket, new ConnectOptions());
        Forget(connection);
        await Waiting.UntilCollected(() => connection.Exports.Current == 0);
        await Background.Run(connection.Close).Within();
    }

    [Fact]
    public void A_cancellation_that_comes_early_is_kept_for_its_call_and_for_no_later_one()
    {
        var early = new EarlyCancels();
        var caller = Guid.NewGuid();
        early.Add(caller, 1);
        early.Add(caller, 2);
        early.Add(Guid.NewGuid(), 3);
        Assert.False(early.Take(caller, 3));
        Assert.True(early.Take(caller, 1));
        Assert.False(early.Take(caller, 1));
        for (int i = 0; i < 40_000; i++)
        {
            early.CountFrame();
        }

        Assert.False(early.Take(caller, 2));
        for (uint id = 10; id < 1000; id++)
        {
            early.Add(caller, id);
        }

        Assert.False(early.Take(caller, 10));
        Assert.True(early.Take(caller, 999));
    }

    /// <summary>As a proxy does it whose method takes an object and returns a stream.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(ServiceSocketConnection connection)
    {
        ServiceCall call = connection.Begin(OwnMethods.Describe);
        WireWriter writer = new(call);
        call.WriteService<ITrial>(ref writer, 1, new Trial());
        writer.Flush();
        Assert.Equal(1, connection.Exports.Current);
        _ = call.InvokeStream(static (ref reader) => reader.ReadString(), CancellationToken.None);
    }

    /// <summary>A call of <see cref="ITrial.EchoAsync"/>, as a proxy would send it.</summary>
    private static Frame Echo(uint id)
    {
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.Call);
        CallFrame.SetId(frame, id);
        Span<byte> head = frame.GetSpan(RpcFrames.CallSize)[..RpcFrames.CallSize];
        head.Clear();
        BitConverter.TryWriteBytes(head, OwnMethods.Of(nameof(ITrial.EchoAsync), ServiceMethodOptions.None).Id);
        frame.Advance(RpcFrames.CallSize);
        WireWriter writer = new(frame);
        writer.WriteString(1, new string('x', 1000));
        writer.Flush();
        return frame;
    }
}
