using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public abstract partial class CrashSuite
{
    [Fact]
    public async Task What_a_killed_producer_had_published_is_delivered_before_its_loss_is_told()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        PeerProcess victim = await StartChild("producer", channel);
        await victim.Do("send s 0 20 0");

        await victim.Kill();
        (List<long> received, Exception error) = await ReceiveUntilLost(consumer);

        // Memory keeps what was published; of a stream, what had left the sender.
        Assert.Equal(Range(0, received.Count), received);
        Assert.True(Distance.Kind != DistanceKind.SharedMemory || received.Count == 20, $"{received.Count} of 20");
        Assert.Equal(victim.Id, Assert.IsType<PeerLostException>(error).Peer.ProcessId);

        // It is told once, and the socket goes on.
        Task<ReadOnlyMemory<byte>> next = consumer.ReceiveAsync().AsTask();
        await next.StaysPending();
        PeerProcess heir = await StartChild("producer", channel, name: "heir");
        await heir.Do("send s 100 1 0");
        Assert.Equal(100, Payload.Read((await next.Within()).Span));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_receive_that_sleeps_on_a_killed_producer_ends_with_its_loss(bool blocking)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        PeerProcess victim = await StartChild("producer", channel);
        await Met(consumer);
        Task receive = blocking ? Background.Run(() => consumer.Receive()) : consumer.ReceiveAsync().AsTask();
        await receive.StaysPending();

        await victim.Kill();

        var error = Assert.IsType<PeerLostException>(await receive.Outcome());
        Assert.Equal(victim.Id, error.Peer.ProcessId);
        Assert.Contains(channel.Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_all_from_a_killed_producer_fails_and_does_not_end()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        PeerProcess victim = await StartChild("producer", channel);
        await victim.Do("send s 0 3 50");
        int received = 0;

        Task reading = Background.Run(async () =>
        {
            await foreach (ReadOnlyMemory<byte> message in consumer.ReadAllAsync(Patience.Token))
            {
                if (Payload.Read(message.Span) == 2)
                {
                    victim.KillNow();
                }

                received++;
            }
        }).Unwrap();

        Assert.IsType<PeerLostException>(await reading.Outcome());
        Assert.Equal(3, received);
    }

    [Fact]
    public async Task A_producer_that_completed_and_is_killed_then_was_not_lost()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        PeerProcess child = await StartChild("producer", channel);
        await child.Do("send s 0 3 50");
        PeerCommand completing = child.Begin("complete s");
        Assert.Equal(Range(0, 3), await Receive(consumer, 3));
        await completing.Done.Within();

        await child.Kill();

        Assert.IsType<ChannelCompletedException>(await consumer.ReceiveAsync(Patience.Token).AsTask().Outcome());
    }

    [Fact]
    public async Task A_killed_publisher_is_told_after_its_messages()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel();
        Subscriber<ReadOnlyMemory<byte>> subscriber = Here.OpenSubscriber(channel);
        PeerProcess victim = await StartChild("publisher", channel);
        await subscriber.WaitForPeersAsync(1, Patience.Token).Within();
        await victim.Do("send s 0 20 0");

        await victim.Kill();
        (List<long> received, Exception error) = await ReceiveUntilLost(subscriber);

        Assert.Equal(Range(0, received.Count), received);
        Assert.True(Distance.Kind != DistanceKind.SharedMemory || received.Count == 20, $"{received.Count} of 20");
        Assert.IsType<PeerLostException>(error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_to_a_killed_server_fails_and_the_next_goes_to_another(bool blocking)
    {
        Client<long, long> client = Here.OpenClient(Calls());
        PeerProcess victim = await StartChild("server", Calls());
        Task call = blocking ? Background.Run(() => client.Call(1)) : client.CallAsync(1).AsTask();
        await victim.Begin("take s 1").Next();

        await victim.Kill();

        var error = Assert.IsType<PeerLostException>(await call.Outcome());
        Assert.Equal(victim.Id, error.Peer.ProcessId);
        PeerProcess heir = await StartChild("server", Calls(), name: "heir");
        heir.Begin("serve s");
        Assert.Equal(4, await client.CallAsync(2, Patience.Token).Within());
    }

    [Fact]
    public async Task A_server_goes_on_when_a_client_is_killed_in_its_call()
    {
        Server<long, long> server = Here.OpenServer(Calls());
        PeerProcess victim = await StartChild("client", Calls());
        victim.Begin("call s 1");
        using (Request<long, long> request = await server.ReceiveAsync(Patience.Token).Within())
        {
            await victim.Kill();
            Exception? error = Record.Exception(() => request.Reply(2));
            Assert.True(error is null or ViaductException, $"{error}");
        }

        // The loss of a client is no error of the server's: it waits for the next one.
        Task<Request<long, long>> next = NextRequest(server);
        PeerProcess heir = await StartChild("client", Calls(), name: "heir");
        PeerCommand call = heir.Begin("call s 3");
        using Request<long, long> second = await next.Within();
        second.Reply(6);
        Assert.Equal("6", await call.Done.Within());
    }

    /// <summary>The next request; a server may be told first that a client was lost.</summary>
    private static async Task<Request<long, long>> NextRequest(Server<long, long> server)
    {
        try
        {
            return await server.ReceiveAsync(Patience.Token);
        }
        catch (PeerLostException)
        {
            return await server.ReceiveAsync(Patience.Token);
        }
    }

    private static async Task<(List<long> Received, Exception Error)> ReceiveUntilLost(Receiver<ReadOnlyMemory<byte>> receiver)
    {
        var received = new List<long>();
        while (true)
        {
            Task<ReadOnlyMemory<byte>> receive = receiver.ReceiveAsync(Patience.Token).AsTask();
            if (await receive.Outcome() is { } error)
            {
                return (received, error);
            }

            received.Add(Payload.Read((await receive).Span));
        }
    }
}
