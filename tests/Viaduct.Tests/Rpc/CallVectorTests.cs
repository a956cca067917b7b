using System.Buffers.Binary;
using System.Net;
using Viaduct.Calls;
using Viaduct.Nodes;
using Viaduct.Rpc;
using Viaduct.Tests.Support;
using Viaduct.Tests.Wire;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Rpc;

/// <summary>
/// docs/wire-format.md says what calls look like: a client and a server make the calls of its vectors over TCP, and what passes between them is what the page has. Each end reads
/// what the other one wrote, so that both write and read these bytes.
/// </summary>
public sealed class CallVectorTests : IAsyncDisposable
{
    /// <summary>The number that the page has for whatever the caller chose for a result that is to come.</summary>
    private const uint Promise = 0x8000_0001;

    private const int PromiseOffset = CallFrame.HeaderSize + 8;
    private const int TimeOffset = PromiseOffset + 4;

    private readonly TemporaryDirectory _nearDirectory = new();
    private readonly TemporaryDirectory _farDirectory = new();
    private readonly Node _near;
    private readonly Node _far;
    private readonly TcpProxy _proxy;

    public CallVectorTests()
    {
        _far = Node.Join(new NodeOptions { Name = "far", RuntimeDirectory = _farDirectory.Path, Listen = new IPEndPoint(IPAddress.Loopback, 0) });
        _proxy = new TcpProxy(_far.ListenAddress!, records: true);
        _near = Node.Join(new NodeOptions { Name = "near", RuntimeDirectory = _nearDirectory.Path, Peers = { _proxy.Address } });
    }

    public async ValueTask DisposeAsync()
    {
        await Background.Run(_near.Dispose).Within();
        await Background.Run(_far.Dispose).Within();
        _proxy.Dispose();
        _nearDirectory.Dispose();
        _farDirectory.Dispose();
    }

    [Fact]
    public async Task The_vectors_of_calls_are_what_passes_between_a_client_and_a_server()
    {
        var tally = new Tally();
        using ServiceHost host = _far.Serve<ITally>(tally, new ServeOptions { TellsStackTraces = false });
        using ServiceClient<ITally> client = _near.Connect<ITally>();
        await client.WaitForServersAsync(1, Patience.Token).Within();
        ITally service = client.Service;
        (string Title, Func<Task> Do)[] exchanges =
        [
            ("A call and its result", () => Background.Run(() => Assert.Equal(5, service.Add(2, 3)))),
            ("A call with a deadline and a priority", () => Background.Run(() => AddInTime(service))),
            ("An error", () => Background.Run(() => Assert.Equal("no divisor", Assert.Throws<RemoteException>(() => service.Divide(1, 0)).RemoteMessage))),
            ("A call without an answer", () => Background.Run(() => service.Note("hi"))),
            ("A call that is cancelled", () => CancelAsync(tally, service)),
            ("A stream as a result", () => CountAsync(service)),
            ("A stream as an argument", async () => Assert.Equal(15, await service.SumAsync(tally.CountAsync(7, 2)))),
            ("An object that is called before it is there", () => Background.Run(() => Open(service))),
            ("An object as a result, which comes home", () => OpenLaterAsync(service)),
            ("An object as an argument", () => Background.Run(() => Assert.Equal(7, service.TakeFrom(new Ticker(7))))),
        ];

        List<(string Title, List<(bool IsCaller, byte[] Bytes)> Frames)> page = [.. WireDocument.Exchanges("### Vectors of calls")];
        Assert.Equal(exchanges.Select(static one => one.Title), page.Select(static one => one.Title));
        (int callers, int callees) = (0, 0);
        for (int i = 0; i < exchanges.Length; i++)
        {
            (string title, Func<Task> make) = exchanges[i];
            byte[][] asked = [.. page[i].Frames.Where(static frame => frame.IsCaller).Select(static frame => frame.Bytes)];
            byte[][] answered = [.. page[i].Frames.Where(static frame => !frame.IsCaller).Select(static frame => frame.Bytes)];
            await make().Within(title);
            await Waiting.Until(
                () => Passed() is var passed && passed.Caller.Length >= callers + asked.Length && passed.Callee.Length >= callees + answered.Length,
                () => $"{title}:\n{Lines(Passed().Caller[callers..])}\nand\n{Lines(Passed().Callee[callees..])}");
            (byte[][] caller, byte[][] callee) = Passed();
            AssertSame(title, asked, caller[callers..]);
            AssertSame(title, answered, callee[callees..]);
            (callers, callees) = (callers + asked.Length, callees + answered.Length);
        }

        AssertOpening(page[0].Frames[0].Bytes);
    }

    /// <summary>How both ends meet, and the frame of the connection that a call goes in.</summary>
    private void AssertOpening(byte[] firstCall)
    {
        DecodedFrame[] page = [.. WireDocument.VectorsIn("### Vectors of calls").Select(static vector => Assert.Single(WireBytes.ReadAll(vector.Bytes)))];
        Assert.Equal([FrameType.OpenLink, FrameType.Data], page.Select(static frame => frame.Type));
        (byte[] asked, byte[] answered) = _proxy.Record;
        OpenLinkFrame expected = (OpenLinkFrame)page[0].Fields;
        OpenLinkFrame there = Frames(asked).Select(static frame => frame.Fields).OfType<OpenLinkFrame>().Single();
        OpenLinkFrame back = Frames(answered).Select(static frame => frame.Fields).OfType<OpenLinkFrame>().Single();
        Assert.Equal(expected with { SenderSocket = there.SenderSocket, ReceiverSocket = there.ReceiverSocket }, WithoutPlaces(there));
        Assert.Equal(expected with { Flags = (int)LinkFlags.Replies, SenderSocket = there.ReceiverSocket, ReceiverSocket = there.SenderSocket }, WithoutPlaces(back));
        Assert.Equal(page[1].Fields, Frames(asked).First(static frame => frame.Type == FrameType.Data).Fields);
        Assert.Equal(firstCall, page[1].Tail);
    }

    /// <summary>Where memory lies means nothing on a stream, and is anything.</summary>
    private static OpenLinkFrame WithoutPlaces(OpenLinkFrame frame) => frame with { RingSegment = 0, RingOffset = 0, RingSize = 0, SenderPageSegment = 0, SenderPageOffset = 0 };

    private static void AddInTime(ITally service)
    {
        using (CallContext.WithPriority(5))
        using (CallContext.Within(TimeSpan.FromSeconds(30)))
        {
            Assert.Equal(5, service.Add(2, 3));
        }
    }

    private static async Task CancelAsync(Tally tally, ITally service)
    {
        using var cancellation = new CancellationTokenSource();
        Task call = service.WaitAsync(cancellation.Token);
        await Waiting.Until(() => tally.IsWaiting);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Within());
    }

    private static async Task CountAsync(ITally service)
    {
        var items = new List<int>();
        await foreach (int item in service.CountAsync(7, 2))
        {
            items.Add(item);
        }

        Assert.Equal([7, 8], items);
    }

    private static void Open(ITally service)
    {
        using ITicker ticker = service.Open(7);
        Assert.Equal(7, ticker.Take());
    }

    private static async Task OpenLaterAsync(ITally service)
    {
        using ITicker ticker = await service.OpenLaterAsync(7);
        Assert.Equal(7, await Background.Run(() => service.TakeFrom(ticker)));
    }

    private static void AssertSame(string title, byte[][] expected, byte[][] found) => Assert.True(
        expected.Select(Convert.ToHexString).SequenceEqual(found.Take(expected.Length).Select(Convert.ToHexString)),
        $"{title}: the page has\n{Lines(expected)}\nand what passed was\n{Lines(found)}");

    private static string Lines(byte[][] frames) => string.Join('\n', frames.Select(Convert.ToHexStringLower));

    /// <summary>
    /// The frames of calls that passed, with what differs from run to run as the page has it: each end's calls have the numbers from 1 on, 30 seconds are left to those whose time is
    /// bounded, and the number that was chosen for a result that is to come is that of the page.
    /// </summary>
    private (byte[][] Caller, byte[][] Callee) Passed()
    {
        (byte[] asked, byte[] answered) = _proxy.Record;
        byte[][] caller = Payloads(asked);
        byte[][] callee = Payloads(answered);
        Renumber(caller, callee);
        Renumber(callee, caller);
        uint promise = 0;
        foreach (byte[] frame in caller)
        {
            if (frame[0] is RpcFrames.Call or RpcFrames.OneWay or RpcFrames.Next)
            {
                BoundTime(frame.AsSpan(TimeOffset, sizeof(ulong)));
                promise = Math.Max(promise, BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(PromiseOffset)));
            }

            if (promise != 0 && frame.AsSpan().IndexOf(BitConverter.GetBytes(promise)) is var at and >= 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(at), Promise);
            }
        }

        return (caller, callee);
    }

    private static void Renumber(byte[][] asking, byte[][] answering)
    {
        var numbers = new Dictionary<uint, uint>();
        foreach (byte[] frame in asking)
        {
            Span<byte> number = frame.AsSpan(1, sizeof(uint));
            uint chosen = BinaryPrimitives.ReadUInt32LittleEndian(number);
            if (frame[0] is RpcFrames.Call or RpcFrames.Next)
            {
                numbers.Add(chosen, (uint)numbers.Count + 1);
                Assert.NotEqual(0u, chosen);
            }

            if (frame[0] is RpcFrames.Call or RpcFrames.Next or RpcFrames.Cancel)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(number, numbers[chosen]);
            }
        }

        foreach (byte[] frame in answering.Where(static frame => CallFrame.IsAnswer(frame[0])))
        {
            Span<byte> number = frame.AsSpan(1, sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(number, numbers[BinaryPrimitives.ReadUInt32LittleEndian(number)]);
        }
    }

    private static void BoundTime(Span<byte> bytes)
    {
        ulong bounds = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (RpcFrames.TimeOf(bounds) is var left and > 0)
        {
            Assert.InRange(left, 1UL, 30_000_000UL);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, RpcFrames.Bounds(30_000_000, RpcFrames.PriorityOf(bounds)));
        }
    }

    private static byte[][] Payloads(byte[] bytes) => [.. Frames(bytes).Where(static frame => frame.Fields is DataFrame).Select(static frame => frame.Tail)];

    /// <summary>What passed one way, as far as it is whole.</summary>
    private static List<DecodedFrame> Frames(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<DecodedFrame>();
        while (FrameSplitter.TryRead(bytes, out FrameType type, out ReadOnlySpan<byte> body, out int consumed))
        {
            frames.Add(DecodedFrame.Read(type, body));
            bytes = bytes[consumed..];
        }

        return frames;
    }
}
