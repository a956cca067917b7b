using System.Net.Sockets;
using Viaduct.Tests.Support;
using Viaduct.Transports;
using Viaduct.Wire;
using Viaduct.Wire.Frames;

namespace Viaduct.Tests.Wire;

/// <summary>How a transport ends, and what a peer can't do to it.</summary>
public sealed class SocketTransportEndTests
{
    [Fact]
    public async Task A_close_reaches_the_peer_after_all_that_was_drained()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        TransportRecorder left = fixture.Start();
        (_, TransportRecorder right) = fixture.StartPeer();
        for (ulong i = 0; i < 1000; i++)
        {
            fixture.Left.Send(SocketTransportFixture.Ping(i));
        }

        Assert.True(fixture.Left.Drain(Patience.Limit));
        fixture.Left.Close(null);

        for (ulong i = 0; i < 1000; i++)
        {
            Assert.Equal(i, await right.NextStampAsync());
        }

        Assert.Null(await right.Closed.Within());
        Assert.Null(await left.Closed.Within());
        fixture.Left.Send(SocketTransportFixture.Ping(1));
        fixture.Left.RequestOutput();
        Assert.True(fixture.Left.Drain(TimeSpan.Zero));
    }

    [Fact]
    public async Task The_first_of_many_closes_gives_the_error_and_OnClosed_comes_once()
    {
        for (int round = 0; round < 50; round++)
        {
            await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
            TransportRecorder handler = fixture.Start(new TransportRecorder { Fill = static output => Write(output) });
            fixture.StartPeer(new TransportRecorder { Frame = static (_, _) => { } });
            fixture.Left.RequestOutput();
            InvalidOperationException[] errors = [new("a"), new("b"), new("c")];

            await Task.WhenAll(errors.Select(error => Task.Run(() => fixture.Left.Close(error)))).Within();

            Assert.Contains(await handler.Closed.Within(), errors);
        }

        static bool Write(FrameBuilder output)
        {
            new PingFrame(1).Write(output);
            return true;
        }
    }

    [Fact]
    public async Task A_close_from_within_OnFrame_ends_both_sides_and_hands_on_nothing_more()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        int frames = 0;
        SocketTransport left = fixture.Left;
        TransportRecorder handler = fixture.Start(new TransportRecorder
        {
            Frame = (_, _) =>
            {
                frames++;
                left.Close(null);
            },
        });
        (SocketTransport peer, TransportRecorder right) = fixture.StartPeer();
        peer.Send((byte[])[.. SocketTransportFixture.Ping(1), .. SocketTransportFixture.Ping(2), .. SocketTransportFixture.Ping(3)]);

        Assert.Null(await handler.Closed.Within());
        await right.Closed.Within();
        Assert.Equal(1, frames);
    }

    [Fact]
    public async Task A_close_from_within_FillOutput_ends_both_sides()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        SocketTransport left = fixture.Left;
        InvalidOperationException error = new("enough");
        TransportRecorder handler = fixture.Start(new TransportRecorder
        {
            Fill = _ =>
            {
                left.Close(error);
                return false;
            },
        });
        (_, TransportRecorder right) = fixture.StartPeer();
        left.RequestOutput();

        Assert.Same(error, await handler.Closed.Within());
        Assert.Null(await right.Closed.Within());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OnClosed_waits_for_the_call_that_runs(bool inFrame)
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim leave = new();
        TransportRecorder handler = fixture.Start(new TransportRecorder
        {
            Frame = (_, _) => Stay(),
            Fill = _ => inFrame || Stay(),
        });
        fixture.Left.RequestOutput();
        fixture.Peer.Send(inFrame ? SocketTransportFixture.Ping(1) : []);
        Assert.True(entered.Wait(Patience.Limit, TestContext.Current.CancellationToken));
        fixture.Left.Close(null);

        await handler.Closed.StaysPending();
        leave.Set();
        await handler.Closed.Within();

        bool Stay()
        {
            entered.Set();
            return leave.Wait(Patience.Limit);
        }
    }

    [Fact]
    public async Task What_the_handler_throws_closes_with_that()
    {
        InvalidOperationException error = new("no");
        await using (SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync())
        {
            TransportRecorder handler = fixture.Start(new TransportRecorder { Frame = (_, _) => throw error });
            fixture.Peer.Send(SocketTransportFixture.Ping(1));
            Assert.Same(error, await handler.Closed.Within());
        }

        await using (SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync())
        {
            TransportRecorder handler = fixture.Start(new TransportRecorder { Fill = _ => throw error });
            fixture.Left.RequestOutput();
            Assert.Same(error, await handler.Closed.Within());
        }
    }

    [Fact]
    public async Task A_transport_closed_before_its_start_says_so_at_once()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        InvalidOperationException error = new("early");
        fixture.Left.Close(error);

        TransportRecorder handler = fixture.Start();

        Assert.True(handler.Closed.IsCompleted);
        Assert.Same(error, await handler.Closed.Within());
        Assert.Throws<InvalidOperationException>(() => fixture.Left.Start(handler));
        Assert.Equal(0, await fixture.Peer.ReceiveAsync(new byte[1], Patience.Token).AsTask().Within());
    }

    [Fact]
    public async Task A_peer_that_ends_its_half_between_frames_closes_in_order()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        TransportRecorder handler = fixture.Start();
        fixture.Peer.Send(SocketTransportFixture.Ping(5));
        fixture.Peer.Shutdown(SocketShutdown.Send);

        Assert.Equal(5UL, await handler.NextStampAsync());
        Assert.Null(await handler.Closed.Within());
        Assert.Equal(0, await fixture.Peer.ReceiveAsync(new byte[1], Patience.Token).AsTask().Within());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_peer_that_ends_within_a_frame_is_an_error(int bytes)
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        TransportRecorder handler = fixture.Start();
        fixture.Peer.Send(SocketTransportFixture.Ping(5).AsSpan(0, bytes));
        fixture.Peer.Shutdown(SocketShutdown.Send);

        Assert.IsType<EndOfStreamException>(await handler.Closed.Within());
    }

    [Fact]
    public async Task A_reset_by_the_peer_is_an_error()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        TransportRecorder handler = fixture.Start();
        fixture.Peer.LingerState = new LingerOption(true, 0);
        fixture.Peer.Close();

        Assert.IsType<SocketException>(await handler.Closed.Within());
    }

    [Theory]
    [InlineData("818008")]
    [InlineData("808080")]
    [InlineData("ffffff")]
    [InlineData("ffffffff07")]
    [InlineData("8080808008")]
    [InlineData("8080808010")]
    [InlineData("80808080808080808001")]
    [InlineData("ffffffffffffffffff01")]
    [InlineData("8000")]
    [InlineData("0000")]
    [InlineData("0017")]
    [InlineData("474554202f20485454502f312e310d0a")]
    public async Task Malformed_bytes_close_the_connection_with_a_typed_error(string hex)
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
        TransportRecorder handler = fixture.Start();

        // The peer neither sends more nor closes: what shows already must be enough.
        fixture.Peer.Send(Convert.FromHexString(hex));

        Assert.IsType<ProtocolViolationException>(await handler.Closed.Within());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_bounds_what_waits_for_it()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync(64 * 1024);
        TransportRecorder handler = fixture.Start();
        byte[] frames = new FrameGenerator(1).Next(FrameType.Bye).ToBytes();
        frames = [.. Enumerable.Repeat(frames, 1_000_000 / frames.Length).SelectMany(static frame => frame)];
        for (long sent = frames.Length; sent <= Transport.MaxQueued; sent += frames.Length)
        {
            fixture.Left.Send(frames);
        }

        Assert.False(handler.Closed.IsCompleted);
        for (int i = 0; i < 30; i++)
        {
            // The kernel's buffers hold a part; the rest is above the limit.
            fixture.Left.Send(frames);
        }

        IOException error = Assert.IsType<IOException>(await handler.Closed.Within());
        Assert.Contains("does not read", error.Message, StringComparison.Ordinal);
        Assert.False(fixture.Left.Drain(Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public async Task Draining_gives_up_in_time_and_ends_with_a_close()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync(16 * 1024);
        fixture.Start();
        byte[] frames = [.. Enumerable.Repeat(SocketTransportFixture.Ping(1), 8_000_000).SelectMany(static frame => frame)];
        fixture.Left.Send(frames);

        Assert.False(fixture.Left.Drain(TimeSpan.FromMilliseconds(20)));
        Task<bool> drain = Task.Run(() => fixture.Left.Drain(Timeout.InfiniteTimeSpan), Patience.Token);
        await drain.StaysPending();
        fixture.Left.Close(null);
        Assert.False(await drain.Within());
    }

    [Fact]
    public async Task A_stalled_writer_goes_on_when_the_peer_reads_again()
    {
        await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync(16 * 1024);
        fixture.Start();
        FrameBuilder output = new();
        for (ulong i = 0; i < 1_000_000; i++)
        {
            new PingFrame(i).Write(output);
        }

        fixture.Left.Send(output.Written);
        Assert.False(fixture.Left.Drain(TimeSpan.Zero));
        ulong next = 0;
        fixture.StartPeer(new TransportRecorder
        {
            Frame = (type, body) =>
            {
                FrameParser input = new(body, type);
                Assert.Equal(next++, PingFrame.Read(ref input).Stamp);
            },
        });

        Assert.True(fixture.Left.Drain(Patience.Limit));
        await Waiting.Until(() => Volatile.Read(ref next) == 1_000_000);
    }

    [Fact]
    public async Task Many_connections_open_and_close_under_traffic()
    {
        for (int round = 0; round < 100; round++)
        {
            await using SocketTransportFixture fixture = await SocketTransportFixture.OpenAsync();
            TransportRecorder left = fixture.Start();
            (SocketTransport peer, TransportRecorder right) = fixture.StartPeer();
            Task traffic = Task.Run(() =>
            {
                for (int i = 0; i < 200; i++)
                {
                    fixture.Left.Send(SocketTransportFixture.Ping(1));
                    peer.Send(SocketTransportFixture.Ping(2));
                }
            }, Patience.Token);
            Task closing = Task.Run(() => (round % 2 == 0 ? fixture.Left : peer).Close(null), Patience.Token);

            await Task.WhenAll(traffic, closing, left.Closed, right.Closed).Within();
        }
    }
}
