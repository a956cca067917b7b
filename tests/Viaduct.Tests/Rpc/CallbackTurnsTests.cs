using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What waits to be carried out while what came before is.</summary>
public sealed class CallbackTurnsTests : IDisposable
{
    private readonly PeerIdentity _gone = Peer("gone");
    private readonly PeerIdentity _stays = Peer("stays");
    private readonly CallServer _server = new(null, "turns", static (_, _, _) => { }, static _ => null, tellsTraces: true, isConcurrent: true);
    private readonly Gated _called = new();

    public void Dispose() => _called.Gate.Dispose();

    [Fact]
    public async Task Frames_of_a_peer_that_is_gone_are_not_carried_out_and_keep_no_place()
    {
        CallbackTurns turns = new(_server);
        uint ofTheGone = _server.Exports.Add(_called, _gone.SocketId);
        uint ofTheOther = _server.Exports.Add(_called, _stays.SocketId);
        Assert.True(turns.TryAdd(OneWay(ofTheGone), _gone));
        await Waiting.Until(() => _called.Count == 1);
        Assert.True(turns.TryAdd(OneWay(ofTheOther), _stays));
        Frame frame = OneWay(ofTheGone);
        while (turns.TryAdd(frame, _gone))
        {
            frame = OneWay(ofTheGone);
        }

        Assert.False(turns.TryAdd(frame, _stays));
        frame.Return();

        turns.Forget(_gone.SocketId);
        Assert.True(turns.TryAdd(OneWay(ofTheOther), _stays));
        _called.Gate.Set();
        await Waiting.Until(() => _called.Count == 3);

        // One after the other: whatever came before this one was done before.
        Assert.True(turns.TryAdd(OneWay(ofTheOther), _stays));
        await Waiting.Until(() => _called.Count >= 4);
        Assert.Equal(4, _called.Count);

        _called.Gate.Reset();
        Assert.True(turns.TryAdd(OneWay(ofTheOther), _stays));
        await Waiting.Until(() => _called.Count == 5);
        Assert.True(turns.TryAdd(OneWay(ofTheOther), _stays));
        turns.Forget(null);
        _called.Gate.Set();
        Assert.True(turns.TryAdd(OneWay(ofTheGone), _gone));
        await Waiting.Until(() => _called.Count >= 6);
        Assert.Equal(6, _called.Count);
    }

    private static PeerIdentity Peer(string name) => new(Guid.NewGuid(), name, 1, Guid.NewGuid(), Route.InProcess, "");

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

    private sealed class Gated : IExport
    {
        private int _count;

        public ManualResetEventSlim Gate { get; } = new();

        public int Count => Volatile.Read(ref _count);

        public ValueTask DispatchAsync(ServiceRequest request)
        {
            Interlocked.Increment(ref _count);
            Gate.Wait(Patience.Limit);
            return default;
        }

        public void Release()
        {
        }
    }
}
