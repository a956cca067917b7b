using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Answers that can't be read: those that come whole fail their calls alone, and what is no frame ends the link.</summary>
public sealed class UnreadableAnswerTests : IAsyncLifetime
{
    /// <summary>What a frame begins with whose blobs come first, and then must be as they are.</summary>
    private const byte NoFrame = 0xFA;
    private const uint NoFramesNumber = 0x0FFF_FFFF;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly CancellationTokenSource _end = new();
    private ServiceClient<ITrial> _client = null!;
    private CalleeSocket _callee = null!;
    private Task _answering = null!;

    /// <summary>What each call is answered with, and who asks for items.</summary>
    private volatile byte _kind;
    private volatile byte[] _body = [];
    private volatile byte[] _items = [];

    public static TheoryData<byte, byte[]> Garbage => new()
    {
        { RpcFrames.Result, [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { RpcFrames.Result, [0x0A, 0xFF] },
        { RpcFrames.ResultWithObjects, [0x0A, 0xFF, 1, 0, 0, 0, 1, 0, 0, 0] },
        { RpcFrames.Error, [0x0A, 0xFF] },
        { RpcFrames.Items, [0, 1] },
        { 200, [] },
    };

    public async ValueTask InitializeAsync()
    {
        ServiceContract<ITrial> contract = ServiceContract.Of<ITrial>();
        _callee = _distance.Far.OpenCallee(NodeServices.SpecOf(contract, null, _distance.Context, ConnectOptions.DefaultCapacity), new ServerOptions(), null);
        _client = _distance.Near.Connect<ITrial>(new ConnectOptions { Context = _distance.Context });
        await _client.WaitForServersAsync(1, Patience.Token).Within();
        _answering = Background.Run(Answer);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _answering.Within();
        await _client.DisposeAsync().AsTask().Within();
        await Background.Run(_callee.Dispose).Within();
        await _distance.DisposeAsync();
        _end.Dispose();
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Whoever_calls_and_however_gets_a_protocol_violation_and_the_link_goes_on(byte kind, byte[] body)
    {
        (_kind, _body) = (kind, body);
        using var cancellation = new CancellationTokenSource();
        ITrial service = _client.Service;
        Task[] calls =
        [
            Background.Run(() => service.Add(1, 2)),
            service.AddAsync(1, 2, CancellationToken.None).AsTask(),
            service.AddAsync(1, 2, cancellation.Token).AsTask(),
            service.EchoAsync(""),
            service.OpenLaterAsync(1, 0),
            service.CountAsync(1, 2, CancellationToken.None).ToListAsync().AsTask(),
            Background.Run(() => service.OpenCounter(1).Take()),
            Background.Run(() => service.OpenCounter(1)).Within().ContinueWith(static opened => opened.Result.TakeAsync(), TaskScheduler.Default).Unwrap(),
        ];
        foreach (Task call in calls)
        {
            Assert.IsType<ProtocolViolationException>(await call.Outcome());
        }

        // An empty result is 0.
        (_kind, _body) = (RpcFrames.Result, []);
        Assert.Equal(0, await Background.Run(() => service.Add(1, 2)).Within());
        Assert.Single(_client.Peers);
    }

    /// <summary>What its items are is known only later.</summary>
    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0, 9, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0, 2, 0, 0, 0, 0x08, 0xFF })]
    public async Task So_does_who_reads_a_stream(byte[] items)
    {
        (_kind, _body, _items) = (RpcFrames.Stream, [7, 0, 0, 0], items);
        Assert.IsType<ProtocolViolationException>(await _client.Service.CountAsync(1, 2, CancellationToken.None).ToListAsync().AsTask().Outcome());
    }

    /// <summary>Its length says nothing then, nor what lies behind: the peer is lost, and why is told with that.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_no_frame_ends_the_link_and_its_calls_say_why(bool awaited)
    {
        (_kind, _body) = (NoFrame, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        Task<int> call = awaited ? _client.Service.AddAsync(1, 2, CancellationToken.None).AsTask() : Background.Run(() => _client.Service.Add(1, 2));
        Exception error = Assert.IsType<OutcomeUnknownException>(await call.Outcome());
        PeerLostException lost = Assert.IsType<PeerLostException>(error.InnerException);
        ProtocolViolationException why = Assert.IsType<ProtocolViolationException>(lost.InnerException);
        Assert.Equal(lost.Reason, why.Message);
    }

    private void Answer()
    {
        IncomingFrame incoming = default;
        while (_callee.Receive(ref incoming, Timeout.InfiniteTimeSpan, _end.Token) == WaitResult.Done)
        {
            if (CallFrame.IsAnswered(incoming.Frame) && CallFrame.TryRead(incoming.Frame, out byte asked, out uint id))
            {
                (byte kind, byte[] body) = asked == RpcFrames.Next ? (RpcFrames.Items, _items) : (_kind, _body);
                Frame answer = Frame.Rent();
                CallFrame.Begin(answer, kind);
                body.CopyTo(answer.GetSpan(body.Length));
                answer.Advance(body.Length);
                _callee.Answer(incoming.Client.SocketId, kind == NoFrame ? NoFramesNumber : id, answer);
                answer.Return();
            }

            incoming.Frame.Return();
        }
    }
}
