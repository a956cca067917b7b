using System.Buffers.Binary;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Answers that lie there together, and are taken so.</summary>
public sealed class AnswersTogetherTests : IAsyncLifetime
{
    private const int Count = 20;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly Recorder<uint> _late = new();
    private readonly Recorder<uint> _unasked = new();
    private readonly Recorded[] _calls = [.. Enumerable.Range(0, Count).Select(static _ => new Recorded())];
    private CallerSocket _caller = null!;
    private CalleeSocket _callee = null!;
    private volatile bool _fails;

    public async ValueTask InitializeAsync()
    {
        ServiceSpec spec = new("together", "") { Context = _distance.Context };
        _callee = _distance.Far.OpenCallee(spec, new ServerOptions(), null);
        _caller = _distance.Near.OpenCaller(spec, new ClientOptions());
        _caller.Late = (_, _, answer) => Note(_late, answer);
        _caller.Unasked = (frame, _) =>
        {
            Note(_unasked, frame);
            frame.Return();
        };
        await _caller.WaitForPeersAsync(1, Patience.Token).Within();
        await Waiting.Until(() => _callee.Peers.Count == 1);
        Frame frame = Frame.Rent();
        foreach (Recorded call in _calls)
        {
            CallFrame.Begin(frame, RpcFrames.Call);
            Assert.Equal(WaitResult.Done, _caller.Route.Begin(call, frame, awaited: false, Patience.Limit, CancellationToken.None));
        }

        frame.Return();
    }

    public async ValueTask DisposeAsync()
    {
        await Background.Run(() =>
        {
            _caller.Dispose();
            _callee.Dispose();
        }).Within();
        await _distance.DisposeAsync();
    }

    [Fact]
    public async Task Those_that_give_calls_back_say_so_to_each_and_nothing_more_goes_there()
    {
        uint[] ids = [.. _calls.Select(static call => call.Id)];
        for (int i = 0; i < Count; i++)
        {
            Answer(ids[i], i % 2 == 0 ? CallFrame.NotBegun : RpcFrames.Result);
        }

        SendLink<Frame> link = _caller.LinkTo(_callee.Id)!;
        _caller.Route.BeginAwait();
        await Waiting.Until(() => Array.TrueForAll(_calls, static call => call.IsDone));
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => i % 2 == 0 ? CallFrame.NotBegun : RpcFrames.Result), _calls.Select(static call => call.Kind));
        Assert.Equal(0, _caller.Route.Count);
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.Call);
        Assert.False(_caller.Route.TryBeginAwaited(new Recorded(), frame));
        frame.Return();

        // It ends, but it lives: where it is lost now nobody knows what else it took.
        Assert.True(link.IsEnding);
        Assert.False(link.IsLastWord(lost: true));
        Assert.True(link.IsLastWord(lost: false));
        _caller.Route.EndAwait();
    }

    [Fact]
    public async Task One_that_can_not_be_handed_on_keeps_no_other_from_it()
    {
        _fails = true;
        uint[] ids = [.. _calls.Select(static call => call.Id)];
        _calls[3].Fails = _calls[Count - 1].Fails = true;
        for (int i = 0; i < Count; i++)
        {
            if (i % 5 == 0)
            {
                // One that nobody waits for, and one that is none.
                Answer(123_456, RpcFrames.Result);
                Answer(7, RpcFrames.Release);
            }

            Answer(ids[i], RpcFrames.Result);
        }

        _caller.Route.BeginAwait();
        await Waiting.Until(() => Array.TrueForAll(_calls, static call => call.Fails || call.IsDone));
        Assert.All(_calls, static call => Assert.Equal(RpcFrames.Result, call.Kind));
        await Waiting.Until(() => _unasked.Items.Count == 4 && _late.Items.Count == 4);
        await Waiting.Until(() => _distance.Events.Items.Count(static e => e.Kind == NodeEventKind.HandlerFailed && e.Channel == "together") == 4 + 4 + 2, _distance.Events.ToString);

        // Whoever takes them goes on.
        var next = new Recorded();
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, RpcFrames.Call);
        Assert.True(_caller.Route.TryBeginAwaited(next, frame));
        frame.Return();
        Answer(next.Id, RpcFrames.Result);
        await Waiting.Until(() => next.IsDone);
        _caller.Route.EndAwait();
        _caller.Route.EndAwait();
    }

    private void Answer(uint id, byte kind)
    {
        Frame answer = Frame.Rent();
        CallFrame.Begin(answer, kind);
        _callee.Answer(_caller.Id, id, answer);
        answer.Return();
    }

    private void Note(Recorder<uint> recorder, Frame frame)
    {
        recorder.Add(BinaryPrimitives.ReadUInt32LittleEndian(frame.Bytes[1..]));
        if (_fails)
        {
            throw new InvalidTimeZoneException("on purpose");
        }
    }

    private sealed class Recorded : PendingCall
    {
        private volatile bool _isDone;

        public override bool IsDone => _isDone;

        public override bool IsAwaited => true;

        public byte Kind { get; private set; }

        public bool Fails { get; set; }

        public override void OnAnswer(Frame answer)
        {
            CallFrame.TryRead(answer, out byte kind, out _);
            Kind = kind;
            answer.Return();
            if (Fails)
            {
                throw new InvalidTimeZoneException("on purpose");
            }

            _isDone = true;
        }

        public override void OnLost(Exception error, CallProgress progress)
        {
        }
    }
}
