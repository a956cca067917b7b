using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class PublishSubscribeSuite
{
    private static readonly SubscriberOptions s_latest = new() { WhenFull = FullMode.Latest };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public async Task Who_wants_the_latest_holds_up_nobody_and_gets_the_newest(int capacity)
    {
        const int Count = 200;
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(Channel<long>(capacity), s_latest);
        var missed = new Recorder<long>();
        subscribers[0].MessagesMissed += missed.Add;
        for (int i = 0; i < Count; i++)
        {
            Assert.True(publisher.TrySend(i), $"message {i}");
        }

        long received = 0;
        long last = -1;
        while (last < Count - 1)
        {
            long message = await subscribers[0].ReceiveAsync(Patience.Token).Within();
            Assert.True(message > last, $"{message} after {last}");
            last = message;
            received++;
        }

        Assert.False(subscribers[0].TryReceive(out _));
        Assert.Equal(Count, received + subscribers[0].Missed);
        Assert.Equal(subscribers[0].Missed, subscribers[0].Counters.Missed);
        await Waiting.Until(() => publisher.Counters.Missed == subscribers[0].Missed, $"missed at the publisher, which has {publisher.Counters}");
        if (Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory)
        {
            // Where nothing lies between, one look is enough.
            Assert.Equal(1, received);
        }

        Assert.Empty(missed.Items);
        Assert.DoesNotContain(Distance.Events.Items, e => e.Kind == NodeEventKind.MessagesMissed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Who_wants_the_latest_always_sees_the_last_one_beside_those_who_want_all(int capacity)
    {
        const int Count = 5000;
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel<ReadOnlyMemory<byte>>(capacity);
        (Publisher<ReadOnlyMemory<byte>> publisher, Subscriber<ReadOnlyMemory<byte>>[] subscribers) = await OpenAll(channel, s_latest, s_wait, s_latest);
        CancellationToken token = Patience.Token;
        Task publishing = Background.Run(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                publisher.Send(Payload.Create(i, Payload.SizeOf(i)), token);
            }

            publisher.Complete();
        });
        Task<(long Received, long Last)>[] reading = [.. subscribers.Select(subscriber => Background.Run(async () =>
        {
            long received = 0;
            long last = -1;
            await foreach (ReadOnlyMemory<byte> message in subscriber.ReadAllAsync(Patience.Token))
            {
                long id = Payload.Read(message.Span);
                Assert.True(id > last, $"{id} after {last}");
                last = id;
                received++;
            }

            return (received, last);
        }).Unwrap())];

        await publishing.Within();
        for (int i = 0; i < reading.Length; i++)
        {
            (long received, long last) = await reading[i].Within();
            Assert.Equal(Count - 1, last);
            Assert.Equal(Count, received + subscribers[i].Missed);
        }

        Assert.Equal(0, subscribers[1].Missed);
    }

    [Fact]
    public async Task Who_wants_the_latest_and_comes_late_has_it_at_once()
    {
        ChannelSpec<long> channel = Keeping(capacity: 4, history: 4);
        Publisher<long> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Subscriber<long> late = Far.OpenSubscriber(channel, s_latest);
        Assert.Equal(9, await late.ReceiveAsync(Patience.Token).Within());
        Assert.Equal(0, late.Missed);
        Assert.True(publisher.TrySend(10));
        Assert.Equal(10, await late.ReceiveAsync(Patience.Token).Within());
        Assert.False(late.TryReceive(out _));
    }

    [Theory]
    [InlineData(FullMode.Latest)]
    [InlineData(FullMode.DropOldest)]
    public async Task Leases_outlive_the_messages_that_passed_them(FullMode whenFull)
    {
        const int Last = 300;
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel<ReadOnlyMemory<byte>>(capacity: 4);
        (Publisher<ReadOnlyMemory<byte>> publisher, Subscriber<ReadOnlyMemory<byte>>[] subscribers) =
            await OpenAll(channel, new SubscriberOptions { WhenFull = whenFull });
        Subscriber<ReadOnlyMemory<byte>> subscriber = subscribers[0];
        Assert.True(publisher.TrySend(Payload.Create(0, 100)));
        Lease<ReadOnlyMemory<byte>> held = await subscriber.ReceiveLeaseAsync(Patience.Token).Within();
        for (int i = 1; i <= Last; i++)
        {
            Assert.True(publisher.TrySend(Payload.Create(i, 100)));
        }

        for (long id = 0; id < Last;)
        {
            using Lease<ReadOnlyMemory<byte>> next = await subscriber.ReceiveLeaseAsync(Patience.Token).Within();
            long found = Payload.Read(next.Value.Span);
            Assert.True(found > id, $"{found} after {id}");
            id = found;
        }

        Assert.Equal(0, Payload.Read(held.Value.Span));
        Assert.Equal(1, subscriber.Counters.Outstanding);
        held.Dispose();
        held.Dispose();
#pragma warning disable VIA0003 // On purpose: it refuses.
        Assert.Throws<ObjectDisposedException>(() => held.Value.Length);
#pragma warning restore VIA0003
        Assert.Equal(0, subscriber.Counters.Outstanding);
    }

    [Theory]
    [InlineData(FullMode.Latest)]
    [InlineData(FullMode.DropOldest)]
    public async Task A_lease_lives_on_while_its_holder_keeps_pace_with_all_that_follows(FullMode whenFull)
    {
        const int Last = 1000;
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel<ReadOnlyMemory<byte>>(capacity: 4);
        (Publisher<ReadOnlyMemory<byte>> publisher, Subscriber<ReadOnlyMemory<byte>>[] subscribers) =
            await OpenAll(channel, new SubscriberOptions { WhenFull = whenFull });
        Subscriber<ReadOnlyMemory<byte>> subscriber = subscribers[0];
        Assert.True(publisher.TrySend(Payload.Create(0, 100)));
        Lease<ReadOnlyMemory<byte>> held = await subscriber.ReceiveLeaseAsync(Patience.Token).Within();
        for (int i = 1; i <= Last; i++)
        {
            Assert.True(publisher.TrySend(Payload.Create(i, 100)));
            using Lease<ReadOnlyMemory<byte>> next = await subscriber.ReceiveLeaseAsync(Patience.Token).Within();
            Assert.Equal(i, Payload.Read(next.Value.Span));
            Assert.Equal(0, Payload.Read(held.Value.Span));
            Assert.Equal(2, subscriber.Counters.Outstanding);
        }

        Assert.Equal(0, subscriber.Counters.Missed);
        held.Dispose();
        Assert.Equal(0, subscriber.Counters.Outstanding);
    }
}
