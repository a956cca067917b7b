using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Answers that one thread has taken, and not handed on yet, when another hears that who gave them is gone.</summary>
public sealed class AnswersInHandTests : IDisposable
{
    private readonly ManualResetEventSlim _inHand = new();
    private readonly ManualResetEventSlim _gate = new();
    private volatile bool _isOver;

    public void Dispose()
    {
        _inHand.Dispose();
        _gate.Dispose();
    }

    [Fact]
    public async Task They_are_delivered_however_many_of_other_callees_are_handed_on_meanwhile()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        ServiceSpec spec = new("in-hand", "") { Context = distance.Context };
        CalleeSocket first = distance.Far.OpenCallee(spec, new ServerOptions(), null);
        CallerSocket caller = distance.Near.OpenCaller(spec, new ClientOptions());
        caller.Unasked = (frame, sender) =>
        {
            frame.Return();
            if (sender.SocketId == first.Id)
            {
                _inHand.Set();
                _gate.Wait(Patience.Limit);
            }
        };
        await caller.WaitForPeersAsync(1, Patience.Token).Within();
        await Waiting.Until(() => first.Peers.Count == 1);
        Recorded answered = Begin(caller, null);

        // Whoever takes them has both in hand while it hands the first on.
        Send(first, caller, 7, RpcFrames.Release);
        Send(first, caller, answered.Id, RpcFrames.Result);
        Task taking = Background.Run(caller.Route.BeginAwait);
        await Waiting.Until(() => _inHand.IsSet);

        CalleeSocket second = distance.Join("second").OpenCallee(spec, new ServerOptions(), null);
        await caller.WaitForPeersAsync(2, Patience.Token).Within();
        await Waiting.Until(() => second.Peers.Count == 1);
        Recorded other = Begin(caller, caller.LinkTo(second.Id));
        Task<WaitResult> waiting = Background.Run(() => caller.Route.Await(other, Patience.Limit, CancellationToken.None));
        Task talking = Background.Run(() =>
        {
            while (!_isOver)
            {
                Send(second, caller, 7, RpcFrames.Release);
                Thread.Yield();
            }
        });
        Task closing = Background.Run(first.Dispose);
        await Waiting.Until(() => caller.Peers.Count == 1);
        await answered.Ended.StaysPending();
        _gate.Set();
        Assert.Equal(RpcFrames.Result, await answered.Ended.Within());
        _isOver = true;
        await talking.Within();
        Send(second, caller, other.Id, RpcFrames.Result);
        Assert.Equal(WaitResult.Done, await waiting.Within());
        caller.Route.EndAwait();
        await Task.WhenAll(taking, closing, Background.Run(caller.Dispose), Background.Run(second.Dispose)).Within();
    }

    private static Recorded Begin(CallerSocket caller, SendLink<Frame>? target)
    {
        Recorded call = new() { Target = target };
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.Call);
        Assert.Equal(WaitResult.Done, caller.Route.Begin(call, frame, awaited: false, Patience.Limit, CancellationToken.None));
        frame.Return();
        return call;
    }

    private static void Send(CalleeSocket callee, CallerSocket caller, uint id, byte kind)
    {
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, kind);
        callee.Answer(caller.Id, id, frame);
        frame.Return();
    }

    /// <summary>Ends with the kind of its answer, or with 0 where it was lost.</summary>
    private sealed class Recorded : PendingCall
    {
        private readonly TaskCompletionSource<byte> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<byte> Ended => _ended.Task;

        public override bool IsDone => _ended.Task.IsCompleted;

        public override void OnAnswer(Frame answer)
        {
            CallFrame.TryRead(answer, out byte kind, out _);
            answer.Return();
            _ended.SetResult(kind);
        }

        public override void OnLost(Exception error, CallProgress progress) => _ended.SetResult(0);
    }
}
