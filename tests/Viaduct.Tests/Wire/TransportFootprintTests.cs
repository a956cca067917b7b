using System.Net.Sockets;
using Viaduct.Tests.Support;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>What a transport costs. Counts the whole process's allocations, so nothing may run beside it.</summary>
[Collection(Collections.Alone)]
public sealed class TransportFootprintTests
{
    /// <summary>Bytes of a connection on which nothing happens.</summary>
    private const int Most = 6 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_do_not_allocate_in_the_steady_state(bool polled)
    {
        const int warmUp = 3000;
        const int measured = 20_000;
        using SocketPair sockets = await SocketPair.OpenAsync();
        using Transport left = Over(sockets.Left, polled);
        using Transport right = Over(sockets.Right, polled);
        Echo ping = new(left, warmUp, measured);
        Echo pong = new(right, int.MaxValue, 0);
        left.Start(ping);
        right.Start(pong);
        ping.Ask();

        // One message a round trip in each direction, one by FillOutput and one by Send, each with an idle writer to wake.
        long allocated = await ping.Allocated.Task.Within();

        // The smallest object has 24 bytes: less than half of that a message is what the process does besides.
        Assert.InRange(allocated / (double)measured, 0, 12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_silent_connection_holds_no_large_buffer(bool polled)
    {
        // The whole process is looked at: what else goes on in it is in every attempt's figure, and the least one counts.
        long each = long.MaxValue;
        for (int attempt = 0; attempt < 5 && each > Most; attempt++)
        {
            long found = await FootprintOfSilence(polled);

            // Less than nothing is what was freed elsewhere meanwhile: that measures nothing.
            each = found < 0 ? each : Math.Min(each, found);
        }

        Assert.InRange(each, 0, Most);
    }

    private static async Task<long> FootprintOfSilence(bool polled)
    {
        const int count = 100;
        List<Transport> transports = [];
        List<SocketPair> pairs = [];
        for (int i = 0; i < count; i++)
        {
            pairs.Add(await SocketPair.OpenAsync());
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (SocketPair pair in pairs)
        {
            Transport transport = Over(pair.Left, polled);
            transport.Start(new TransportRecorder());
            transports.Add(transport);
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        transports.ForEach(static transport => transport.Dispose());
        pairs.ForEach(static pair => pair.Dispose());
        return each;
    }

    private static Transport Over(Socket socket, bool polled) => polled ? new PolledTransport(socket) : new SocketTransport(socket);

    /// <summary>Answers every frame: a Ping by Send, a Pong by FillOutput.</summary>
    private sealed class Echo(Transport transport, int warmUp, int measured) : ITransportHandler
    {
        private readonly FrameBuilder _control = new();
        private int _rounds;
        private int _wanted;
        private long _start;

        internal TaskCompletionSource<long> Allocated { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnFrame(FrameType type, ReadOnlySpan<byte> body, ref ReceivedDescriptors descriptors)
        {
            if (type == FrameType.Ping)
            {
                _control.Clear();
                new PongFrame(1).Write(_control);
                transport.Send(_control.Written);
                return;
            }

            if (++_rounds == warmUp)
            {
                _start = GC.GetTotalAllocatedBytes(precise: true);
            }
            else if (_rounds == warmUp + measured)
            {
                Allocated.TrySetResult(GC.GetTotalAllocatedBytes(precise: true) - _start);
                return;
            }

            Ask();
        }

        public bool FillOutput(FrameBuilder output, object? source)
        {
            if (Interlocked.Exchange(ref _wanted, 0) == 1)
            {
                new PingFrame(1).Write(output);
            }

            return false;
        }

        public void OnClosed(Exception? error) => Allocated.TrySetException(error ?? new EndOfStreamException());

        internal void Ask()
        {
            Volatile.Write(ref _wanted, 1);
            transport.RequestOutput();
        }
    }
}
