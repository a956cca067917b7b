using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls that are given up while they wait in a line, or leave it.</summary>
public sealed class CancelInLineTests
{
    /// <summary>
    /// The line is cancelled from its front on, which is where its calls go out: now and then one does at the very moment. The method of each that went out ends only when it is
    /// told, and while it has not the others do not go out.
    /// </summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task A_call_that_leaves_the_line_while_it_is_cancelled_ends_at_its_server_too(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial(), connecting: new ConnectOptions { Context = distance.Context, MaxCallsPerServer = 1 });
        ServiceHost host = served.Host;
        for (int round = 0; round < 12 * Effort.Factor; round++)
        {
            CancellationTokenSource[] cancellations = [.. Enumerable.Range(0, 1000).Select(static _ => new CancellationTokenSource())];
            Task[] calls = [.. cancellations.Select(cancellation => served.Service.WaitAsync(cancellation.Token))];
            await Waiting.Until(() => host.UnderWay == 1);
            await Background.Run(() => Array.ForEach(cancellations, static cancellation => cancellation.Cancel())).Within();
            foreach (Task call in calls)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
            }

            await Waiting.Until(() => host.UnderWay == 0, () => $"In round {round} a call was not told that nobody waits for it.");
            Array.ForEach(cancellations, static cancellation => cancellation.Dispose());
        }

        Assert.Equal(3, await served.Service.AddAsync(1, 2).AsTask().Within());
    }

    [Fact]
    public async Task Only_a_call_that_went_out_is_told_of_and_by_its_number()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceSpec spec = new("line", "") { Context = distance.Context };
        using CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        using CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions(), window: 1);
        await caller.WaitForPeersAsync(1, Patience.Token).Within();
        Idle[] calls = [new(), new(), new()];
        Frame[] frames = [.. calls.Select(static _ => Frame.Rent())];
        Frame notice = Frame.Rent();
        Array.ForEach(frames, static frame => CallFrame.Begin(frame, RpcFrames.Call));
        CallFrame.Begin(notice, RpcFrames.Cancel);
        for (int i = 0; i < calls.Length; i++)
        {
            Assert.True(caller.Route.TryBeginAwaited(calls[i], frames[i]));
        }

        Assert.True(caller.Route.TryAbandon(calls[1], notice));
        Assert.False(caller.Route.TryAbandon(calls[1], notice));
        uint first = calls[0].Id;
        Assert.True(caller.Route.TryAbandon(calls[0], notice));
        Assert.False(caller.Route.TryAbandon(calls[0], notice));
        Assert.Equal([(RpcFrames.Call, first), (RpcFrames.Cancel, first)], await Take(callee, 2));

        // Its place is taken until its answer comes, which nobody waits for.
        Assert.Equal(0u, calls[2].Id);
        Frame answer = Frame.Rent();
        CallFrame.Begin(answer, RpcFrames.Canceled);
        callee.Answer(caller.Id, first, answer);
        List<(byte Kind, uint Id)> last = await Take(callee, 1);
        Assert.Equal([(RpcFrames.Call, calls[2].Id)], last);
        for (int i = 0; i < calls.Length; i++)
        {
            caller.Route.EndAwait();
        }
    }

    [Fact]
    public async Task One_that_went_out_is_told_of_as_soon_as_there_is_room()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceSpec spec = new("full", "") { Context = distance.Context, Capacity = 4 };
        using CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        using CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        await caller.WaitForPeersAsync(1, Patience.Token).Within();
        var call = new Idle();
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.Call);
        Assert.Equal(WaitResult.Done, caller.Route.Begin(call, frame, awaited: false, Patience.Limit, CancellationToken.None));
        uint id = call.Id;
        CallFrame.SetId(frame, 0);
        frame.Bytes[0] = RpcFrames.OneWay;
        int others = 0;
        while (caller.Route.Send(null, frame, isWork: true, TimeSpan.Zero, CancellationToken.None) == WaitResult.Done)
        {
            others++;
        }

        frame.Bytes[0] = RpcFrames.Cancel;
        Assert.True(caller.Route.TryAbandon(call, frame));
        frame.Return();
        List<(byte Kind, uint Id)> taken = await Take(callee, others + 2);
        Assert.Equal([(RpcFrames.Call, id), .. Enumerable.Repeat((RpcFrames.OneWay, 0u), others), (RpcFrames.Cancel, id)], taken);
    }

    private static async Task<List<(byte Kind, uint Id)>> Take(CalleeSocket callee, int count)
    {
        var taken = new List<(byte Kind, uint Id)>();
        await Waiting.Until(() =>
        {
            Frame? none = null;
            while (callee.TryTake(ref none, out Frame frame, out _))
            {
                CallFrame.TryRead(frame, out byte kind, out uint id);
                taken.Add((kind, id));
                frame.Return();
            }

            return taken.Count >= count;
        });
        return taken;
    }

    /// <summary>A call that nobody waits for.</summary>
    private sealed class Idle : PendingCall
    {
        public override bool IsDone => false;

        public override void OnAnswer(Frame answer) => answer.Return();

        public override void OnLost(Exception error, CallProgress progress)
        {
        }
    }
}
