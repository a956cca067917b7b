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

    private readonly Distance _distance = new(DistanceKind.SharedMemory, static options => options.LingerTimeout = TimeSpan.FromSeconds(20));
    private readonly Recorder<(byte Kind, uint Id, int Number)> _taken = new();
    private CallerSocket _caller = null!;
    private CalleeSocket _callee = null!;
    private CallbackRoute _route = null!;

    /// <summary>What the callee has handed out.</summary>
    private readonly CallServer _server = new(null, "posts", static (_, _, _) => { }, static _ => null, tellsTraces: false, isConcurrent: false);

    public async ValueTask InitializeAsync()
    {
        ServiceSpec spec = new("posts", "") { Capacity = 4, Context = _distance.Context, MaxMessageSize = MaxMessageSize };
        _callee = _distance.Far.OpenCallee(spec, new ServerOptions(), null, null, _server.Replace);
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

    /// <summary>The ones that found no room before it ends: of the calls that they answer nobody would know what became of them.</summary>
    [Fact]
    public async Task They_go_before_the_end_of_who_sends_them()
    {
        for (int i = 0; i < Behind; i++)
        {
            Post(RpcFrames.Release, 0, i);
        }

        Post(RpcFrames.Result, 77, Behind);
        Task closing = Background.Run(_callee.Dispose);
        await closing.StaysPending();
        _caller.Route.BeginAwait();
        await closing.Within();

        // All were taken. The last one is an answer that nobody waits for, and means nothing to anybody once the peer is gone.
        await Waiting.Until(() => _caller.Peers.Count == 0 && _caller.Counters.Received == Behind + 1);
        await Waiting.Until(() => _taken.Items.Count >= Behind);
        Assert.Equal(Enumerable.Range(0, Behind), _taken.Items.Take(Behind).Select(static frame => frame.Number));
        _caller.Route.EndAwait();
    }

    /// <summary>Notices and calls are none.</summary>
    [Fact]
    public async Task Answers_count_as_sent_whether_there_was_room_at_once_or_not()
    {
        for (int i = 0; i < Behind; i++)
        {
            Post(RpcFrames.Result, 77, i);
            Post(RpcFrames.Release, 0, i);
        }

        Assert.InRange(_callee.Counters.Sent, 1, Behind - 1);
        _caller.Route.BeginAwait();
        await Waiting.Until(() => _taken.Items.Count == 2 * Behind);
        Assert.Equal(Behind, _callee.Counters.Sent);
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

    /// <summary>It waited for room, so that nobody was there to whom it could have been told.</summary>
    [Theory]
    [InlineData(RpcFrames.ResultWithObjects)]
    [InlineData(RpcFrames.Stream)]
    public async Task What_an_answer_that_can_not_be_sent_was_to_hand_out_is_not_kept(byte kind)
    {
        for (int i = 0; i < Behind; i++)
        {
            Post(RpcFrames.Release, 0, i);
        }

        uint lost = _server.Exports.Add(new ObjectExport(this, null!), _caller.Id);
        uint kept = _server.Exports.Add(new ObjectExport(this, null!), _caller.Id);
        byte[] given = new byte[kind == RpcFrames.Stream ? sizeof(uint) : 2 * sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(given, lost);
        if (kind == RpcFrames.ResultWithObjects)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(given.AsSpan(sizeof(uint)), 1);
        }

        Frame answer = TooLarge(kind, 77, given);
        _route.Post(_route.Link, answer);
        _caller.Route.BeginAwait();
        await Waiting.Until(() => _taken.Items.Count == Behind + 1);
        Assert.Equal((RpcFrames.Error, 77u), (_taken.Items[^1].Kind, _taken.Items[^1].Id));
        Assert.Equal(1, _server.Exports.Current);
        Assert.True(_server.Exports.TryGet(_caller.Id, kept, out _));
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

    private static Frame TooLarge(byte kind, uint id, params ReadOnlySpan<byte> body)
    {
        Frame frame = Frame.Rent();
        frame.LaysBeside = true;
        CallFrame.Begin(frame, kind);
        CallFrame.SetId(frame, id);
        Assert.True(frame.TryAddBytes(new byte[MaxMessageSize - CallFrame.HeaderSize - body.Length]));
        body.CopyTo(frame.GetSpan(Math.Max(1, body.Length)));
        frame.Advance(body.Length);
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
