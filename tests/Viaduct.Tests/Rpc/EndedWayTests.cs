using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What a method calls back over the way to its caller that it had before that was going.</summary>
public sealed class EndedWayTests
{
    /// <summary>The link on which its calls came has ended, the one for its answers not yet.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task It_is_not_begun_once_what_was_under_way_there_has_ended(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        ServiceSpec spec = new("ended", "") { Context = distance.Context };
        CalleeSocket callee = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        await caller.WaitForPeersAsync(1, Patience.Token).Within();
        await Waiting.Until(() => callee.RouteTo(caller.Id) is not null);
        CallbackRoute way = callee.RouteTo(caller.Id)!;
        Recorded underWay = Begin(way, RpcFrames.Call);
        callee.Requests.PeerChanged!(way.Link, PeerState.Lost, "it was killed");
        Assert.True(underWay.IsDone);
        Assert.False(way.Link.IsGone);
        foreach (byte call in (byte[])[RpcFrames.Call, RpcFrames.Next])
        {
            PeerLostException error = Assert.Throws<PeerLostException>(() => Begin(way, call));
            Assert.Equal(CallProgress.NotStarted, error.Progress);
            Assert.Equal("it was killed", error.Reason);
        }

        Assert.Throws<PeerLostException>(() => Send(way));

        // Whoever asks for a way now has another one, which ends with that link.
        CallbackRoute next = callee.RouteTo(caller.Id)!;
        Recorded last = Begin(next, RpcFrames.Call);
        await Background.Run(caller.Dispose).Within();
        await Waiting.Until(() => last.IsDone);
        await Background.Run(callee.Dispose).Within();
    }

    private static Recorded Begin(CallbackRoute way, byte kind)
    {
        Recorded call = new() { Target = way.Link };
        Frame frame = Frame.Rent();
        try
        {
            CallFrame.Begin(frame, kind);
            Assert.Equal(WaitResult.Done, way.Begin(call, frame, awaited: false, Patience.Limit, CancellationToken.None));
            return call;
        }
        finally
        {
            frame.Return();
        }
    }

    private static void Send(CallbackRoute way)
    {
        Frame frame = Frame.Rent();
        try
        {
            CallFrame.Begin(frame, RpcFrames.OneWay);
            way.Send(way.Link, frame, isWork: true, Patience.Limit, CancellationToken.None);
        }
        finally
        {
            frame.Return();
        }
    }

    private sealed class Recorded : PendingCall
    {
        private volatile bool _isDone;

        public override bool IsDone => _isDone;

        public override void OnAnswer(Frame answer) => answer.Return();

        public override void OnLost(Exception error, CallProgress progress) => _isDone = true;
    }
}
