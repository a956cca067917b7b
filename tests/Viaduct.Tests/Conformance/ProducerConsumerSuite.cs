using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>Each message goes to exactly one consumer, whatever lies between.</summary>
public abstract partial class ProducerConsumerSuite(DistanceKind kind) : ChannelSuite(kind)
{
    protected override string SenderRole => "producer";

    protected override string ReceiverRole => "consumer";

    protected override ISocket OpenSender(Node node, ChannelSettings settings) => node.OpenProducer(Numbers(settings));

    protected override ISocket OpenReceiver(Node node, ChannelSettings settings) => node.OpenConsumer(Numbers(settings));

    protected override ISocket OpenStranger(Node node, ChannelSettings settings) => node.OpenSubscriber(Numbers(settings));

    protected override async Task Exchange(ISocket sender, ISocket receiver, long value)
    {
        Task<long> receive = ((Consumer<long>)receiver).ReceiveAsync(Patience.Token).Within();
        await ((Producer<long>)sender).SendAsync(value, Patience.Token).Within();
        Assert.Equal(value, await receive);
    }

    protected override Task SendForEver(ISocket sender) => Background.Run(() =>
    {
        for (long i = 0; ; i++)
        {
            ((Producer<long>)sender).Send(i);
        }
    });

    protected override Task ReceiveForEver(ISocket receiver) => Background.Run(() =>
    {
        while (true)
        {
            using Lease<long> lease = ((Consumer<long>)receiver).ReceiveLease();
        }
    });

    protected override async Task<Waits> PrepareWaits()
    {
        var full = new ChannelSettings { Name = "full", Capacity = 1 };
        var producer = (Producer<long>)(await Open(full)).Sender;
        Assert.True(producer.TrySend(1));
        var completing = (Producer<long>)(await Open(full with { Name = "completing" })).Sender;
        Assert.True(completing.TrySend(1));
        var lonely = (Producer<long>)OpenSender(Near, new ChannelSettings { Name = "lonely" });
        var rendezvous = (Producer<long>)(await Open(new ChannelSettings { Name = "rendezvous", Capacity = 0 })).Sender;
        var consumer = (Consumer<long>)(await Open(new ChannelSettings { Name = "empty" })).Receiver;

        var waits = new Waits { Sockets = [producer, completing, lonely, rendezvous, consumer] };
        waits.Blocking("Send", token => producer.Send(2, token));
        waits.Awaited("SendAsync", token => producer.SendAsync(2, token));
        waits.Blocking("TrySend", token => producer.TrySend(2, Patience.Limit, token));
        waits.Awaited("HandOverAsync", token => producer.HandOverAsync(2, token));
        waits.Awaited("CompleteAsync", token => completing.CompleteAsync(token));
        waits.Blocking("Send without a consumer", token => lonely.Send(2, token));
        waits.Awaited("SendAsync without a consumer", token => lonely.SendAsync(2, token));
        waits.Blocking("Send at capacity 0", token => rendezvous.Send(2, token));
        waits.Awaited("SendAsync at capacity 0", token => rendezvous.SendAsync(2, token));
        waits.Blocking("WaitForPeers", token => lonely.WaitForPeers(1, Patience.Limit, token));
        waits.Awaited("WaitForPeersAsync", token => consumer.WaitForPeersAsync(2, token));
        ReceiveWaits(waits, consumer);
        return waits;
    }

    /// <summary>Opens consumers and waits until the producer knows them all.</summary>
    protected async Task<Consumer<T>[]> OpenConsumers<T>(Producer<T> producer, ChannelSpec<T> channel, int count, ConsumerOptions? options = null)
    {
        Consumer<T>[] consumers = [.. Enumerable.Range(0, count).Select(_ => Far.OpenConsumer(channel, options))];
        await producer.WaitForPeersAsync(producer.Peers.Count >= count ? producer.Peers.Count : count, Patience.Token).Within();
        return consumers;
    }

    protected async Task<(Producer<T> Producer, Consumer<T> Consumer)> Pair<T>(ChannelSpec<T> channel, ProducerOptions? options = null)
    {
        Producer<T> producer = Near.OpenProducer(channel, options);
        Consumer<T> consumer = Far.OpenConsumer(channel);
        await Met(producer, consumer);
        return (producer, consumer);
    }

    /// <summary>Takes one message from whichever consumer has one.</summary>
    protected static async Task<T> ReceiveOne<T>(params Consumer<T>[] consumers)
    {
        T received = default!;
        await Waiting.Until(() => consumers.Any(consumer => consumer.TryReceive(out received)), "a message at any consumer");
        return received;
    }

    /// <summary>Leases one message from whichever consumer has one.</summary>
    protected static async Task<Lease<T>> LeaseOne<T>(params Consumer<T>[] consumers)
    {
        Lease<T> lease = default;
        await Waiting.Until(() => consumers.Any(consumer => consumer.TryReceiveLease(out lease)), "a message at any consumer");
        return lease;
    }
}
