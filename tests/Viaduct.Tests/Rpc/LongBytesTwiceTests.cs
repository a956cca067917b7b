using System.Buffers;
using Viaduct.Blobs;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Messages;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A caller that is not of our making may send a field more than once: the last counts, and what was taken for the others comes back.</summary>
[Collection(Collections.Alone)]
public sealed class LongBytesTwiceTests
{
    private const int Long = LongBytes.Least;

    private static readonly PeerIdentity s_caller = new(Guid.NewGuid(), "caller", 1, Guid.NewGuid(), Route.SharedMemory, "");

    private readonly List<byte[]> _answers = [];

    /// <summary>Spans lie in rented memory, and memory of the method's own ends with its call.</summary>
    [Theory]
    [InlineData(nameof(IBulk.Swap))]
    [InlineData(nameof(IBulk.SwapAsync))]
    public void Memory_of_each_comes_back(string method)
    {
        CallServer server = Server();
        Rounds(server, method, 200);
        long rented = BlobMemory.Rented;
        Rounds(server, method, 400);

        // Without the one field that is sent twice it would be 400 chunks more.
        Assert.InRange(BlobMemory.Rented, 0, rented + (100 * 2 * Long));
    }

    [Fact]
    public void No_array_comes_back_twice()
    {
        CallServer server = Server();
        for (int round = 0; round < 100; round++)
        {
            Handle(server, nameof(IBulk.Swap), 1000);
        }

        // What was given back twice would be lent twice.
        byte[][] arrays = [.. Enumerable.Range(0, 8).Select(static _ => ArrayPool<byte>.Shared.Rent(1000))];
        Assert.Equal(8, arrays.Distinct(ReferenceEqualityComparer.Instance).Count());
        Array.ForEach(arrays, static array => ArrayPool<byte>.Shared.Return(array));
    }

    private int Answered
    {
        get
        {
            lock (_answers)
            {
                return _answers.Count;
            }
        }
    }

    private CallServer Server() => new(
        ServiceContract.Of<IBulk>().CreateDispatcher(new Bulk()), "bulk", (_, _, answer) => Take(answer), static _ => null, tellsTraces: true, isConcurrent: false);

    private void Take(Frame answer)
    {
        byte[] bytes = new byte[answer.FullLength];
        answer.CopyTo(bytes);
        lock (_answers)
        {
            _answers.Add(bytes);
        }
    }

    private void Rounds(CallServer server, string method, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            Handle(server, method, Long + round);
        }
    }

    /// <summary>A call with each field twice: of fives, then of ones to the left; of sixes, then of twos to the right.</summary>
    private void Handle(CallServer server, string method, int length)
    {
        lock (_answers)
        {
            _answers.Clear();
        }

        Frame frame = Frame.Rent();
        frame.LaysBeside = true;
        CallFrame.Begin(frame, RpcFrames.Call);
        Span<byte> head = frame.GetSpan(RpcFrames.CallSize)[..RpcFrames.CallSize];
        head.Clear();
        BitConverter.TryWriteBytes(head, OwnMethods.Of(method, ServiceMethodOptions.None).Id);
        frame.Advance(RpcFrames.CallSize);
        WireWriter writer = new(frame);
        byte[] bytes = new byte[length];
        foreach ((int field, byte value) in new[] { (1, (byte)5), (2, (byte)6), (1, (byte)1), (2, (byte)2) })
        {
            bytes.AsSpan().Fill(value);
            writer.WriteBytes(field, bytes);
        }

        writer.Flush();
        server.Handle(frame, s_caller, null);
        SpinWait.SpinUntil(() => Answered == 1, Patience.Limit);
        lock (_answers)
        {
            byte[] answer = Assert.Single(_answers);
            WireReader reader = new(answer.AsSpan(CallFrame.HeaderSize));
            var returned = new List<byte[]>();
            while (reader.TryReadTag(out _))
            {
                returned.Add(reader.ReadBytes().ToArray());
            }

            Assert.Equal((2, length, length), (returned.Count, returned[0].Length, returned[1].Length));
            Assert.Equal((-1, -1), (returned[0].AsSpan().IndexOfAnyExcept((byte)2), returned[1].AsSpan().IndexOfAnyExcept((byte)1)));
        }
    }
}
