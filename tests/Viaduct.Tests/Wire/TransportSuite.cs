using System.Net.Sockets;
using Viaduct.Tests.Support;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>What travels, and in which order.</summary>
public abstract partial class TransportSuite
{
    private protected abstract Transport Over(Socket socket);

    private Task<TransportFixture> OpenAsync(int kernelBuffers = 0) => TransportFixture.OpenAsync(Over, kernelBuffers);

    [Fact]
    public async Task Frames_arrive_in_order_both_ways()
    {
        await using TransportFixture fixture = await OpenAsync();
        TransportRecorder left = fixture.Start();
        (Transport peer, TransportRecorder right) = fixture.StartPeer();
        for (ulong i = 0; i < 5000; i++)
        {
            fixture.Left.Send(TransportFixture.Ping(i));
            peer.Send(TransportFixture.Ping(i * 1000));
        }

        for (ulong i = 0; i < 5000; i++)
        {
            Assert.Equal(i, await right.NextStampAsync());
            Assert.Equal(i * 1000, await left.NextStampAsync());
        }
    }

    [Fact]
    public async Task Every_kind_of_frame_arrives_as_it_was_sent()
    {
        await using TransportFixture fixture = await OpenAsync();
        fixture.Start();
        (_, TransportRecorder right) = fixture.StartPeer();
        FrameGenerator generator = new(5);
        List<DecodedFrame> sent = [.. Enumerable.Range(0, 500).Select(_ => generator.Next())];
        foreach (DecodedFrame frame in sent)
        {
            fixture.Left.Send(frame.ToBytes());
        }

        foreach (DecodedFrame frame in sent)
        {
            Assert.True(frame.IsSame(await right.NextAsync()));
        }
    }

    [Fact]
    public async Task What_was_sent_before_the_start_leaves_at_the_start()
    {
        await using TransportFixture fixture = await OpenAsync();
        fixture.Left.Send(TransportFixture.Ping(1));
        fixture.Left.RequestOutput();
        fixture.Left.Send(TransportFixture.Ping(2));
        fixture.Start();
        (_, TransportRecorder right) = fixture.StartPeer();

        Assert.Equal(1UL, await right.NextStampAsync());
        Assert.Equal(2UL, await right.NextStampAsync());
    }

    [Fact]
    public async Task Senders_on_many_threads_each_keep_their_order()
    {
        await using TransportFixture fixture = await OpenAsync();
        fixture.Start();
        (_, TransportRecorder right) = fixture.StartPeer();
        Task[] senders = [.. Enumerable.Range(0, 4).Select(sender => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                fixture.Left.Send(TransportFixture.Ping((ulong)((sender * 10_000) + i)));
            }
        }))];

        ulong[] next = [0, 10_000, 20_000, 30_000];
        for (int i = 0; i < 8000; i++)
        {
            ulong stamp = await right.NextStampAsync();
            Assert.Equal(next[stamp / 10_000]++, stamp);
        }

        await Task.WhenAll(senders).Within();
    }

    [Fact]
    public async Task Whoever_has_something_to_send_may_do_so_itself_and_nothing_is_left_behind()
    {
        const int count = 3000;
        await using TransportFixture fixture = await OpenAsync();
        int wanted = 0;
        int sent = 0;
        TransportRecorder left = new()
        {
            Fill = output =>
            {
                // One at a time: that is part of what is tested.
                if (sent < Volatile.Read(ref wanted))
                {
                    new PingFrame((ulong)++sent).Write(output);
                }

                return sent < Volatile.Read(ref wanted);
            },
        };
        fixture.Start(left);
        (_, TransportRecorder right) = fixture.StartPeer();
        Task[] senders = [.. Enumerable.Range(0, 3).Select(sender => Background.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                Interlocked.Increment(ref wanted);
                fixture.Left.SendOutput(left);
                Thread.SpinWait(i % 500 == 0 ? 20_000 : 10 * (i % 50));
            }
        }))];
        for (ulong expected = 1; expected <= 3 * count; expected++)
        {
            Assert.Equal(expected, await right.NextStampAsync());
        }

        await Task.WhenAll(senders).Within();
        Assert.Null(left.Fault);
    }

    [Fact]
    public async Task A_close_while_others_send_ends_both_sides()
    {
        await using TransportFixture fixture = await OpenAsync();
        TransportRecorder left = new()
        {
            Fill = static output =>
            {
                new PingFrame(1).Write(output);
                return false;
            },
        };
        fixture.Start(left);
        (_, TransportRecorder right) = fixture.StartPeer();
        using var over = new CancellationTokenSource();
        Task[] senders = [.. Enumerable.Range(0, 2).Select(sender => Background.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                fixture.Left.SendOutput(left);
                Thread.SpinWait(2000);
            }
        }))];
        await right.NextStampAsync();
        fixture.Left.Close(null);
        await left.Closed.Within();
        await over.CancelAsync();
        await Task.WhenAll(senders).Within();
        Assert.Null(left.Fault);
    }

    [Fact]
    public async Task Queued_frames_go_before_data_that_is_asked_for_later()
    {
        await using TransportFixture fixture = await OpenAsync();
        int calls = 0;
        Transport left = fixture.Left;
        fixture.Start(new TransportRecorder
        {
            Fill = output =>
            {
                if (++calls <= 3)
                {
                    new PingFrame((ulong)calls).Write(output);
                    left.Send(TransportFixture.Ping((ulong)(calls * 100)));
                    return true;
                }

                return false;
            },
        });
        (_, TransportRecorder right) = fixture.StartPeer();
        left.RequestOutput();

        var arrived = new List<ulong>();
        for (int i = 0; i < 6; i++)
        {
            arrived.Add(await right.NextStampAsync());
        }

        // A frame that is sent while data is put together may go before that data, or behind it; but never behind the next.
        Assert.Equal([1, 2, 3], arrived.Where(stamp => stamp < 100));
        Assert.Equal([100, 200, 300], arrived.Where(stamp => stamp >= 100));
        Assert.All([1UL, 2UL], call => Assert.True(arrived.IndexOf(100 * call) < arrived.IndexOf(call + 1), string.Join(' ', arrived)));
    }

    [Fact]
    public async Task A_burst_of_large_data_arrives_whole_from_a_writer_that_is_held_back()
    {
        const int count = 1500;
        await using TransportFixture fixture = await OpenAsync(32 * 1024);
        byte[] payload = new byte[WireLimits.MaxFragment];
        new Random(3).NextBytes(payload);
        int next = 0;
        fixture.Start(new TransportRecorder
        {
            Fill = output =>
            {
                for (int i = 0; i < 4 && next < count; i++, next++)
                {
                    payload[0] = (byte)next;
                    Head(next, payload.Length).Write(output, payload);
                }

                return next < count;
            },
        });
        int received = 0;
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] expected = [.. payload];
        fixture.StartPeer(new TransportRecorder
        {
            Frame = (type, body) =>
            {
                FrameParser input = new(body, type);
                DataFrame head = DataFrame.Read(ref input);
                expected[0] = (byte)received;
                Assert.Equal((ulong)received, head.Position);
                Assert.True(input.Rest().SequenceEqual(expected));
                if (++received == count)
                {
                    done.SetResult();
                }
            },
        });
        fixture.Left.RequestOutput();

        await done.Task.Within();
    }

    [Fact]
    public async Task No_request_for_output_is_lost()
    {
        await using TransportFixture fixture = await OpenAsync();
        long wanted = 0;
        long told = 0;
        fixture.Start(new TransportRecorder
        {
            Fill = output =>
            {
                long now = Volatile.Read(ref wanted);
                if (now > told)
                {
                    told = now;
                    new PingFrame((ulong)now).Write(output);
                }

                return false;
            },
        });
        (_, TransportRecorder right) = fixture.StartPeer();
        for (int round = 0; round < 5000; round++)
        {
            // Every round ends with the writer going idle at an arbitrary point of the next request.
            int requests = 1 + (round % 3);
            for (int i = 0; i < requests; i++)
            {
                Interlocked.Increment(ref wanted);
                fixture.Left.RequestOutput();
            }

            while (await right.NextStampAsync() < (ulong)Volatile.Read(ref wanted))
            {
            }
        }
    }

    [Fact]
    public async Task Frames_that_arrive_byte_by_byte_are_put_together()
    {
        await using TransportFixture fixture = await OpenAsync();
        TransportRecorder handler = fixture.Start();
        DecodedFrame frame = new FrameGenerator(9).Next(FrameType.OpenLink);
        fixture.Peer.NoDelay = true;
        foreach (byte one in (byte[])[.. TransportFixture.Ping(77), 3, 0x90, 1, 2, 3, .. frame.ToBytes()])
        {
            fixture.Peer.Send([one]);
        }

        Assert.Equal(77UL, await handler.NextStampAsync());
        Assert.True(frame.IsSame(await handler.NextAsync()));
    }

    [Fact]
    public async Task A_descriptor_cannot_travel()
    {
        await using TransportFixture fixture = await OpenAsync();
        using Microsoft.Win32.SafeHandles.SafeFileHandle descriptor = new();

        Assert.Throws<NotSupportedException>(() => fixture.Left.Send(TransportFixture.Ping(1), descriptor));
        TransportRecorder handler = fixture.Start(new TransportRecorder { Frame = static (_, _) => Take() });
        fixture.Peer.Send(TransportFixture.Ping(1));

        Assert.IsType<ProtocolViolationException>(await handler.Closed.Within());

        static void Take()
        {
            ReceivedDescriptors none = default;
            none.Take();
        }
    }

    [Fact]
    public async Task The_description_names_both_ends()
    {
        await using TransportFixture fixture = await OpenAsync();

        Assert.Equal($"tcp {fixture.Peer.RemoteEndPoint} -> {fixture.Peer.LocalEndPoint}", fixture.Left.Description);
    }

    private static DataFrame Head(int position, int length) => new()
    {
        LinkId = 1,
        Position = (ulong)position,
        Sequence = (ulong)position,
        Attempt = 1,
        Kind = 0,
        TotalLength = length,
        Offset = 0,
    };
}
