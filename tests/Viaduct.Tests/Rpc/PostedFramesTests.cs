using System.Buffers.Binary;
using Viaduct.Calls;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Frames that nobody waits with until there is room for them.</summary>
public sealed class PostedFramesTests : IAsyncLifetime
{
    private const int MaxMessageSize = 100_000;

    /// <summary>More than there is room for.</summary>
    private const int Behind = 200;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly Recorder<(byte Kind, uint Id, int Number)> _taken = new();
    private CallerSocket _caller = null!;
    private CalleeSocket _callee = null!;
    private CallbackRoute _route = null!;

    public async ValueTask InitializeAsync()
    {
        ServiceSpec spec = new("posts", "") { Capacity = 4, Context = _distance.Context, MaxMessageSize = MaxMessageSize };
        _callee = _distance.Far.OpenCallee(spec, new ServerOptions(), null, null, RemoteError.Replace);
        _caller = _distance.Near.OpenCaller(spec, new ClientOptions());
        _caller.KeepsOrder = true;
        _caller.Unasked = (frame, _) => Take(frame);
        _caller.Late = (_, _, frame) => Note(frame);
        await Waiting.Until(() => _caller.Peers.Count == 1 && _callee.RouteTo(_caller.Id) is not null);
        _route = _callee.RouteTo(_caller.Id)!;
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
    public async Task They_go_in_their_order_also_behind_one_that_can_not_be_sent()
    {
        for (int i = 0; i < Behind; i++)
        {
            Post(RpcFrames.Release, 0, i);
        }

        // Only with what stands before it, which nobody has measured yet, are they too large.
        _route.Post(_route.Link, TooLarge(RpcFrames.Release, 0));
        Post(RpcFrames.Release, 0, Behind);
        _route.Post(_route.Link, TooLarge(RpcFrames.Result, 77));
        Post(RpcFrames.Result, 78, Behind + 1);
        for (int i = Behind + 2; i < 2 * Behind; i++)
        {
            Post(RpcFrames.Release, 0, i);
        }

        _caller.Route.BeginAwait();
        await Waiting.Until(() => _taken.Items.Count == (2 * Behind) + 1);
        (byte Kind, uint Id, int Number)[] taken = [.. _taken.Items];

        // Who waits for an answer hears why there is none.
        Assert.Equal((RpcFrames.Error, 77u), (taken[Behind + 1].Kind, taken[Behind + 1].Id));
        Assert.Equal((RpcFrames.Result, 78u, Behind + 1), taken[Behind + 2]);
        Assert.Equal(Enumerable.Range(0, 2 * Behind), taken.Where((_, index) => index != Behind + 1).Select(static frame => frame.Number));

        // And anew, now that nothing waits.
        Post(RpcFrames.Release, 0, -2);
        await Waiting.Until(() => _taken.Items.Count == (2 * Behind) + 2);
        _caller.Route.EndAwait();
    }

    [Fact]
    public async Task One_that_can_not_be_sent_fails_at_once_where_nothing_waits_and_leaves_nothing()
    {
        Assert.Throws<MessageTooLargeException>(() => _route.Post(_route.Link, TooLarge(RpcFrames.Result, 77)));
        Post(RpcFrames.Release, 0, 1);
        _caller.Route.BeginAwait();
        await Waiting.Until(() => _taken.Items.Count == 1);
        _caller.Route.EndAwait();
    }

    [Theory]
    [InlineData(RpcFrames.Result, 256, "takes no answers, and 256 wait for it")]
    [InlineData(RpcFrames.Release, 65536, "takes nothing, and 65536 notices and calls of its objects wait for it")]
    public async Task A_receiver_for_whom_too_many_wait_loses_its_link_which_says_so(byte kind, int bound, string words)
    {
        int posted = 0;
        await Background.Run(() =>
        {
            for (; posted < bound + 100 && !_route.Link.IsBroken; posted++)
            {
                Post(kind, 1, posted);
            }
        }).Within();
        Assert.InRange(posted, bound + 1, bound + 99);
        await Waiting.Until(() => _route.Link.IsGone);
        await Waiting.Until(() => _distance.Events.Items.Any(e => e.Kind == NodeEventKind.PeerLost && e.Text.Contains(words, StringComparison.Ordinal)), _distance.Events.ToString);

        // There is nobody to hear of it any more, and nothing is thrown.
        Post(kind, 1, 0);
    }

    private void Post(byte kind, uint id, int number)
    {
        Frame frame = Frame.Rent();
        CallFrame.Begin(frame, kind);
        CallFrame.SetId(frame, id);
        BinaryPrimitives.WriteInt32LittleEndian(frame.GetSpan(sizeof(int)), number);
        frame.Advance(sizeof(int));
        _route.Post(_route.Link, frame);
    }

    private static Frame TooLarge(byte kind, uint id)
    {
        Frame frame = Frame.Rent();
        frame.LaysBeside = true;
        CallFrame.Begin(frame, kind);
        CallFrame.SetId(frame, id);
        Assert.True(frame.TryAddBytes(new byte[MaxMessageSize - CallFrame.HeaderSize]));
        Assert.Equal(MaxMessageSize, frame.FullLength);
        return frame;
    }

    private void Take(Frame frame)
    {
        Note(frame);
        frame.Return();
    }

    private void Note(Frame frame)
    {
        CallFrame.TryRead(frame, out byte kind, out uint id);
        ReadOnlySpan<byte> body = frame.Bytes[CallFrame.HeaderSize..];
        _taken.Add((kind, id, body.Length == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(body) : -1));
    }
}
