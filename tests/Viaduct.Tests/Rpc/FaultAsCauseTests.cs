using System.Buffers;
using System.Buffers.Binary;
using Viaduct.Calls;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls that end since something malformed came from where they went, beside which there was no answer of theirs: the violation is their cause.</summary>
public sealed class FaultAsCauseTests : IDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose() => _gate.Dispose();

    /// <summary>The method takes its answers itself, and so finds what came before them.</summary>
    [Fact]
    public async Task Of_a_method_that_calls_its_caller()
    {
        await using Distance distance = _distance;
        var asker = new Asker();
        await using ServiceHost host = distance.Far.Serve<IBroker>(asker, new ServeOptions { Context = distance.Context });
        ServiceContract<IBroker> contract = ServiceContract.Of<IBroker>();
        CallerSocket socket = distance.Near.OpenCaller(NodeServices.SpecOf(contract, null, distance.Context, ConnectOptions.DefaultCapacity), new ClientOptions());
        var connection = new ServiceSocketConnection(contract.Name, socket, new ConnectOptions());
        await socket.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        IBroker broker = contract.CreateProxy(connection);
        var listener = new GatedListener(_gate);
        Task<int> asking = Background.Run(() => broker.Hold(listener));
        await Waiting.Until(() => listener.Count == 1);

        // What a frame begins with whose blobs come first, and then must be as they are.
        Frame nonsense = Frame.Rent();
        CallFrame.Begin(nonsense, 0xFA, head: 7).Fill(0xFF);
        CallFrame.SetId(nonsense, 0x0FFF_FFFF);
        await Background.Run(() => socket.Route.Send(null, nonsense, isWork: true, Patience.Limit, CancellationToken.None)).Within();
        nonsense.Return();

        Exception? error = await asker.Failed.Task.Within();
        PeerLostException lost = Assert.IsType<PeerLostException>(error is OutcomeUnknownException ? error.InnerException : error);
        Assert.Equal(lost.Reason, Assert.IsType<ProtocolViolationException>(lost.InnerException).Message);
        _gate.Set();

        // Its answer may have found the way back.
        await asking.Outcome();
        await Background.Run(connection.Close).Within();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_client(bool awaited)
    {
        await using Distance distance = _distance;
        CallSpec<long, long> channel = new("faulty") { Context = distance.Context, ReplyCodec = new FaultyNumberCodec() };
        using Server<long, long> server = distance.Far.OpenServer(channel);
        using Client<long, long> client = distance.Near.OpenClient(channel);
        await client.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        Task<long>[] calls = [.. Enumerable.Range(0, 2).Select(i => awaited ? client.CallAsync(i, CancellationToken.None).AsTask() : Background.Run(() => client.Call(i)))];
        Request<long, long>[] requests = [await server.ReceiveAsync(Patience.Token).AsTask().Within(), await server.ReceiveAsync(Patience.Token).AsTask().Within()];

        // The other one is never answered.
        Request<long, long> answered = requests.Single(static request => request.Value == 0);
        await Background.Run(() => answered.Reply(FaultyNumberCodec.Faulty)).Within();
        Assert.IsType<ProtocolViolationException>(await calls[0].Outcome());
        PeerLostException lost = Assert.IsType<PeerLostException>(await calls[1].Outcome());
        Assert.IsType<ProtocolViolationException>(lost.InnerException);
    }

    /// <summary>Tells what its call of its caller's object threw.</summary>
    private sealed class Asker : IBroker
    {
        public TaskCompletionSource<Exception?> Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ICounter Open(int start) => throw new NotSupportedException();

        public bool IsOwn(ICounter one, ICounter other) => throw new NotSupportedException();

        public int Spread(IListener listener, int count) => throw new NotSupportedException();

        public int Hold(IListener listener)
        {
            Failed.SetResult(Record.Exception(() => listener.Heard(0)));
            return 0;
        }
    }

    /// <summary>Numbers of which one no sound peer would have sent.</summary>
    private sealed class FaultyNumberCodec : ICodec<long>
    {
        public const long Faulty = 13;

        public string Schema => "number without thirteen";

        public void Encode(in long message, IBufferWriter<byte> output)
        {
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), message);
            output.Advance(sizeof(long));
        }

        public long Decode(ReadOnlySpan<byte> message) =>
            BinaryPrimitives.ReadInt64LittleEndian(message) is not Faulty and var number ? number : throw new ProtocolViolationException("thirteen");
    }
}
