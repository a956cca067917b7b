using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class PublishSubscribeSuite
{
    private static readonly SubscriberOptions s_wait = new() { WhenFull = FullMode.Wait };
    protected static readonly SubscriberOptions s_dropOldest = new() { WhenFull = FullMode.DropOldest };
    private static readonly SubscriberOptions s_disconnect = new() { WhenFull = FullMode.Disconnect };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(64, 1)]
    [InlineData(2, 4)]
    [InlineData(64, 4)]
    public async Task A_publisher_waits_for_the_slowest_subscriber_that_wants_it_so(int capacity, int peers)
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) =
            await OpenAll(Channel<long>(capacity), [.. Enumerable.Repeat(s_wait, peers)]);
        for (int i = 0; i < capacity; i++)
        {
            Assert.True(publisher.TrySend(i), $"message {i} of {capacity}");
        }

        Assert.False(publisher.TrySend(-1));
        Assert.False(publisher.TrySend(-1, Patience.Moment));

        // The others receive all, the last one only the first message: that is one room.
        foreach (Subscriber<long> subscriber in subscribers[1..])
        {
            Assert.Equal(Range(0, capacity), await Receive(subscriber, capacity));
        }

        Assert.False(publisher.TrySend(-1, Patience.Moment));
        Assert.Equal([0], await Receive(subscribers[0], 1));
        Assert.True(publisher.TrySend(capacity, Patience.Limit));
        Assert.False(publisher.TrySend(-1));
        Assert.False(publisher.TrySend(-1, Patience.Moment));
        Assert.Equal(Range(1, capacity), await Receive(subscribers[0], capacity));
    }

    [Fact]
    public async Task At_capacity_0_a_publisher_waits_until_every_subscriber_has_received()
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity: 0), s_wait, s_wait);
        Assert.False(publisher.TrySend(-1));

        Task publishing = Background.Run(() => publisher.Send(1));
        await publishing.StaysPending();
        Assert.Equal(1, await subscribers[0].ReceiveAsync(Patience.Token).Within());
        await publishing.StaysPending();
        Assert.Equal(1, await subscribers[1].ReceiveAsync(Patience.Token).Within());

        await publishing.Within();
    }

    [Fact]
    public async Task At_capacity_0_a_cancelled_publishing_ends_and_says_whether_it_was_published()
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity: 0), s_wait);
        using var source = new CancellationTokenSource();
        Task publishing = Background.Run(() => publisher.Send(1, source.Token));
        await publishing.StaysPending();

        await source.CancelAsync();
        Exception? error = await publishing.Outcome();

        Assert.True(error is null or OperationCanceledException, $"{error}");
        TimeSpan limit = error is null ? Patience.Limit : TimeSpan.FromMilliseconds(500);
        Assert.Equal(error is null, await Background.Run(() => subscribers[0].TryReceive(out _, limit)).Within());
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(4, 11)]
    [InlineData(64, 500)]
    public async Task Where_the_oldest_is_dropped_the_newest_are_kept_and_the_missed_counted_exactly(int capacity, int count)
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity), s_dropOldest, s_wait);
        var missed = new Recorder<long>();
        subscribers[0].MessagesMissed += missed.Add;

        for (int i = 0; i < count; i++)
        {
            Assert.True(publisher.TrySend(i, Patience.Limit));
            Assert.Equal([i], await Receive(subscribers[1], 1));
        }

        await AllArrive(publisher);
        Assert.Equal(Range(count - capacity, capacity), await Receive(subscribers[0], capacity));
        Assert.False(subscribers[0].TryReceive(out _));
        Assert.Equal(count - capacity, subscribers[0].Missed);
        Assert.Equal(count - capacity, subscribers[0].Counters.Missed);
        Assert.Equal(0, subscribers[1].Missed);
        await Waiting.Until(() => missed.Items.Sum() == count - capacity, $"the event's sum, which is {missed.Items.Sum()}");
        await Waiting.Until(() => publisher.Counters.Missed == count - capacity, $"missed at the publisher, which has {publisher.Counters}");
        await Waiting.Until(() => Distance.Events.Items.Any(e => e.Kind == NodeEventKind.MessagesMissed && e.Channel == "messages"));
    }

    [Fact]
    public async Task Where_the_oldest_is_dropped_under_traffic_each_message_is_received_or_missed()
    {
        const int Count = 5000;
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel<ReadOnlyMemory<byte>>(capacity: 8);
        (Publisher<ReadOnlyMemory<byte>> publisher, Subscriber<ReadOnlyMemory<byte>>[] subscribers) = await OpenAll(channel, s_dropOldest);
        Subscriber<ReadOnlyMemory<byte>> subscriber = subscribers[0];

        Task publishing = Background.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
            {
                publisher.Send(Payload.Create(i, Payload.SizeOf(i)), Patience.Token);
            }

            await publisher.CompleteAsync(Patience.Token);
        }).Unwrap();
        long last = -1;
        long received = 0;
        await foreach (ReadOnlyMemory<byte> message in subscriber.ReadAllAsync(Patience.Token))
        {
            long id = Payload.Read(message.Span);
            Assert.True(id > last, $"{id} after {last}");
            last = id;
            received++;
        }

        await publishing.Within();
        Assert.Equal(Count - 1, last);
        Assert.Equal(Count, received + subscriber.Missed);
    }

    [Fact]
    public async Task A_message_that_is_leased_is_not_dropped_under_its_reader()
    {
        (Publisher<ReadOnlyMemory<byte>> publisher, Subscriber<ReadOnlyMemory<byte>>[] subscribers) =
            await OpenAll(Channel<ReadOnlyMemory<byte>>(capacity: 4), s_dropOldest);
        Assert.True(publisher.TrySend(Payload.Create(0, 1000)));
        Lease<ReadOnlyMemory<byte>> lease = await subscribers[0].ReceiveLeaseAsync(Patience.Token).Within();

        for (int i = 1; i < 100; i++)
        {
            Assert.True(publisher.TrySend(Payload.Create(i, 1000), Patience.Limit));
        }

        Assert.Equal(0, Payload.Read(lease.Value.Span));
        lease.Dispose();
        long last = 0;
        int received = 1;
        while (last < 99)
        {
            last = Payload.Read((await subscribers[0].ReceiveAsync(Patience.Token).Within()).Span);
            received++;
        }

        Assert.Equal(100, received + subscribers[0].Missed);
    }

    [Fact]
    public async Task A_subscriber_that_asked_for_it_is_disconnected_when_it_is_full()
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity: 4), s_disconnect, s_wait);
        var changes = new Recorder<PeerChange>();
        publisher.PeerChanged += changes.Add;

        for (int i = 0; i < 20; i++)
        {
            Assert.True(publisher.TrySend(i, Patience.Limit));
            Assert.Equal([i], await Receive(subscribers[1], 1));
        }

        await Waiting.Until(() => publisher.Peers.Count == 1);
        Guid id = subscribers[0].Id;
        await Waiting.Until(() => changes.Items.Any(change => change.Peer.SocketId == id && change.State is not PeerState.Joined));
        Exception? error = null;
        for (int i = 0; error is null && i <= 20; i++)
        {
            error = await subscribers[0].ReceiveAsync(Patience.Token).AsTask().Outcome();
        }

        Assert.IsAssignableFrom<ViaductException>(error);
    }

    [Fact]
    public async Task A_subscriber_that_keeps_up_loses_nothing_whatever_its_mode()
    {
        (Publisher<long> publisher, Subscriber<long>[] subscribers) =
            await OpenAll(Channel<long>(capacity: 4), s_dropOldest, s_disconnect, s_wait);

        for (int i = 0; i < 100; i++)
        {
            Assert.True(publisher.TrySend(i, Patience.Limit));
            foreach (Subscriber<long> subscriber in subscribers)
            {
                Assert.Equal([i], await Receive(subscriber, 1));
            }

            await Waiting.Until(() => publisher.Counters.Outstanding == 0);
        }

        Assert.All(subscribers, subscriber => Assert.Equal(0, subscriber.Missed));
        Assert.Equal(3, publisher.Peers.Count);
    }
}
