using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>Each request is answered by one server, whatever lies between. The servers of these tests answer a number with its double.</summary>
public abstract partial class ClientServerSuite(DistanceKind kind) : ChannelSuite(kind)
{
    protected override string SenderRole => "client";

    protected override string ReceiverRole => "server";

    protected override ISocket OpenSender(Node node, ChannelSettings settings) => node.OpenClient(Doubling(settings));

    protected override ISocket OpenReceiver(Node node, ChannelSettings settings) => node.OpenServer(Doubling(settings));

    // The schema of calls differs from that of messages, but the pattern is compared before it.
    protected override ISocket OpenStranger(Node node, ChannelSettings settings) => node.OpenConsumer(Numbers(settings));

    protected override async Task Exchange(ISocket sender, ISocket receiver, long value)
    {
        Task<long> call = ((Client<long, long>)sender).CallAsync(value, Patience.Token).Within();
        using Request<long, long> request = await ((Server<long, long>)receiver).ReceiveAsync(Patience.Token).Within();
        Assert.Equal(value, request.Value);
        request.Reply(value * 2);
        Assert.Equal(value * 2, await call);
    }

    protected override Task SendForEver(ISocket sender) => Background.Run(() =>
    {
        for (long i = 0; ; i++)
        {
            try
            {
                Assert.Equal(i * 2, ((Client<long, long>)sender).Call(i));
            }
            catch (Exception error) when (error is PeerLostException or RemoteCallException)
            {
                // The server left; the next call waits for another.
            }
        }
    });

    protected override Task ReceiveForEver(ISocket receiver) => Serve((Server<long, long>)receiver);

    protected override async Task<Waits> PrepareWaits()
    {
        var client = (Client<long, long>)(await Open(new ChannelSettings { Name = "silent", Capacity = 64 })).Sender;
        var full = (Client<long, long>)(await Open(new ChannelSettings { Name = "full", Capacity = 1 })).Sender;
        Task<long> unanswered = full.CallAsync(1).AsTask();
        var lonely = (Client<long, long>)OpenSender(Near, new ChannelSettings { Name = "lonely" });
        var server = (Server<long, long>)(await Open(new ChannelSettings { Name = "idle" })).Receiver;

        var waits = new Waits { Sockets = [client, full, lonely, server] };
        waits.Blocking("Call", token => client.Call(1, token));
        waits.Awaited("CallAsync", token => client.CallAsync(1, token));
        waits.Blocking("TryCall", token => client.TryCall(1, Patience.Limit, out _, token));
        waits.Blocking("Call when full", token => full.Call(1, token));
        waits.Awaited("CallAsync when full", token => full.CallAsync(1, token));
        waits.Blocking("Call without a server", token => lonely.Call(1, token));
        waits.Awaited("CallAsync without a server", token => lonely.CallAsync(1, token));
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        waits.Blocking("Receive", token => server.Receive(token));
        waits.Awaited("ReceiveAsync", token => server.ReceiveAsync(token));
        waits.Blocking("TryReceive", token => server.TryReceive(out _, Patience.Limit, token));
#pragma warning restore VIA0002
        waits.Awaited("ReadAllAsync", async token => await server.ReadAllAsync(token).GetAsyncEnumerator(token).MoveNextAsync());
        waits.Awaited("WaitForPeersAsync", token => server.WaitForPeersAsync(2, token));
        Assert.False(unanswered.IsCompleted);
        return waits;
    }

    protected CallSpec<long, long> Doubling(ChannelSettings settings) => new(settings.Name)
    {
        Capacity = settings.Capacity,
        Topology = settings.Topology,
        Delivery = settings.Delivery,
        ByteCapacity = settings.ByteCapacity,
        MaxMessageSize = settings.MaxMessageSize,
        Context = settings.Context ?? Distance.Context,
        RequestCodec = settings.Codec,
    };

    protected async Task<(Client<long, long> Client, Server<long, long> Server)> Pair(int capacity = 64)
    {
        (ISocket client, ISocket server) = await Open(new ChannelSettings { Capacity = capacity });
        return ((Client<long, long>)client, (Server<long, long>)server);
    }

    /// <summary>Answers until that throws.</summary>
    protected static Task Serve(Server<long, long> server) => Background.Run(() =>
    {
        while (true)
        {
            using Request<long, long> request = server.Receive();
            request.Reply(request.Value * 2);
        }
    });
}
