using Viaduct.Links;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

/// <summary>Each message goes to every subscriber that is there, whatever lies between.</summary>
public abstract partial class PublishSubscribeSuite(DistanceKind kind) : ChannelSuite(kind)
{
    protected override string SenderRole => "publisher";

    protected override string ReceiverRole => "subscriber";

    protected override ISocket OpenSender(Node node, ChannelSettings settings) => node.OpenPublisher(Numbers(settings));

    protected override ISocket OpenReceiver(Node node, ChannelSettings settings) => node.OpenSubscriber(Numbers(settings));

    protected override ISocket OpenStranger(Node node, ChannelSettings settings) => node.OpenConsumer(Numbers(settings));

    protected override async Task Exchange(ISocket sender, ISocket receiver, long value)
    {
        Task<long> receive = ((Subscriber<long>)receiver).ReceiveAsync(Patience.Token).Within();
        await ((Publisher<long>)sender).SendAsync(value, Patience.Token).Within();
        Assert.Equal(value, await receive);
    }

    protected override Task SendForEver(ISocket sender) => Background.Run(() =>
    {
        for (long i = 0; ; i++)
        {
            ((Publisher<long>)sender).Send(i);
        }
    });

    protected override Task ReceiveForEver(ISocket receiver) => Background.Run(() =>
    {
        while (true)
        {
            using Lease<long> lease = ((Subscriber<long>)receiver).ReceiveLease();
        }
    });

    protected override async Task<Waits> PrepareWaits()
    {
        var full = new ChannelSettings { Name = "full", Capacity = 1 };
        var publisher = (Publisher<long>)(await Open(full)).Sender;
        Assert.True(publisher.TrySend(1));
        var completing = (Publisher<long>)(await Open(full with { Name = "completing" })).Sender;
        Assert.True(completing.TrySend(1));
        var subscriber = (Subscriber<long>)(await Open(new ChannelSettings { Name = "empty" })).Receiver;

        var waits = new Waits { Sockets = [publisher, completing, subscriber] };
        waits.Blocking("Send", token => publisher.Send(2, token));
        waits.Awaited("SendAsync", token => publisher.SendAsync(2, token));
        waits.Blocking("TrySend", token => publisher.TrySend(2, Patience.Limit, token));
        waits.Awaited("CompleteAsync", token => completing.CompleteAsync(token));
        waits.Awaited("WaitForPeersAsync", token => publisher.WaitForPeersAsync(2, token));
        ReceiveWaits(waits, subscriber);
        return waits;
    }

    /// <summary>A publisher and its subscribers, all of whom it knows.</summary>
    protected async Task<(Publisher<T> Publisher, Subscriber<T>[] Subscribers)> OpenAll<T>(
        ChannelSpec<T> channel, params SubscriberOptions?[] options)
    {
        Publisher<T> publisher = Near.OpenPublisher(channel);
        Subscriber<T>[] subscribers = [.. options.Select(option => Far.OpenSubscriber(channel, option))];
        await publisher.WaitForPeersAsync(subscribers.Length, Patience.Token).Within();
        return (publisher, subscribers);
    }

    /// <summary>
    /// Waits until all that was published lies at every subscriber: one that has received a message tells nothing of the others, whose own copies may still be on a connection.
    /// </summary>
    protected async Task AllArrive<T>(Publisher<T> publisher)
    {
        await Waiting.Until(((Outbox<T>)publisher.OutboxOrNull!).IsSent);

        // Nothing overtakes what is on the connection.
        (Publisher<long> behind, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity: 1, name: "behind"), s_wait);
        Assert.True(behind.TrySend(1));
        Assert.Equal([1], await Receive(subscribers[0], 1));
    }

    /// <summary>The next messages of a subscriber.</summary>
    protected static async Task<List<long>> Receive(Subscriber<long> subscriber, int count)
    {
        var received = new List<long>();
        for (int i = 0; i < count; i++)
        {
            received.Add(await subscriber.ReceiveAsync(Patience.Token).Within());
        }

        return received;
    }

    protected static IEnumerable<long> Range(int start, int count) => Enumerable.Range(start, count).Select(i => (long)i);
}
