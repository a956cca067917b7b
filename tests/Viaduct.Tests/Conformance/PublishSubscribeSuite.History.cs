using Viaduct.Tests.Support;

namespace Viaduct.Tests.Conformance;

public abstract partial class PublishSubscribeSuite
{
    [Theory]
    [InlineData(64, 1)]
    [InlineData(64, 10)]
    [InlineData(64, 200)]
    [InlineData(2, 10)]
    [InlineData(1, 65)]
    public async Task A_late_subscriber_gets_the_last_messages_first_and_then_what_follows(int capacity, int history)
    {
        const int Count = 300;
        ChannelSpec<long> channel = Keeping(capacity, history);
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(channel, (SubscriberOptions?)null);
        for (int i = 0; i < Count; i++)
        {
            Assert.True(publisher.TrySend(i, Patience.Limit));
            Assert.Equal([i], await Receive(subscribers[0], 1));
        }

        Subscriber<long> late = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(2, Patience.Token).Within();
        Assert.True(publisher.TrySend(Count, Patience.Limit));

        for (int i = Count - history; i <= Count; i++)
        {
            using Lease<long> lease = await late.ReceiveLeaseAsync(Patience.Token).Within();
            Assert.Equal(i, lease.Value);
            Assert.Equal((ulong)i + 1, lease.Sequence);
            Assert.Equal(1, lease.Attempt);
        }

        Assert.False(late.TryReceive(out _));
        Assert.Equal(0, late.Missed);
        Assert.Equal(history + 1, late.Counters.Received);
        Assert.Equal([Count], await Receive(subscribers[0], 1));
    }

    [Fact]
    public async Task The_history_is_kept_also_while_nobody_subscribes()
    {
        ChannelSpec<long> channel = Keeping(capacity: 3, history: 5);
        Publisher<long> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        // Fewer than the channel keeps: all there are.
        Subscriber<long> first = Far.OpenSubscriber(channel);
        Assert.Equal(Range(0, 3), await Receive(first, 3));
        await Background.Run(first.Dispose).Within();
        await Waiting.Until(() => publisher.Peers.Count == 0);
        for (int i = 3; i < 50; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Subscriber<long> second = Far.OpenSubscriber(channel);
        Assert.Equal(Range(45, 5), await Receive(second, 5));
        Assert.True(publisher.TrySend(50, Patience.Limit));
        Assert.Equal([50], await Receive(second, 1));
        Assert.Equal(51, publisher.Counters.Sent);
        await Waiting.Until(() => publisher.Counters.Outstanding == 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task A_subscriber_may_ask_for_fewer(int wanted)
    {
        ChannelSpec<long> channel = Keeping(capacity: 8, history: 10);
        Publisher<long> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Subscriber<long> late = Far.OpenSubscriber(channel, new SubscriberOptions { History = wanted });
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        Assert.True(publisher.TrySend(20, Patience.Limit));

        int first = 20 - Math.Min(wanted, 10);
        Assert.Equal(Range(first, 21 - first), await Receive(late, 21 - first));
    }

    [Theory]
    [InlineData(2, 10)]
    [InlineData(10, 2)]
    public async Task The_history_counts_beside_the_capacity(int capacity, int history)
    {
        ChannelSpec<long> channel = Keeping(capacity, history);
        Publisher<long> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 50; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Subscriber<long> late = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        for (int i = 0; i < capacity; i++)
        {
            Assert.True(publisher.TrySend(50 + i, Patience.Limit));
        }

        Assert.False(publisher.TrySend(-1, Patience.Moment));
        Assert.Equal(Range(50 - history, history), await Receive(late, history));
        Assert.False(publisher.TrySend(-1, Patience.Moment));
        Assert.Equal([50], await Receive(late, 1));
        Assert.True(publisher.TrySend(50 + capacity, Patience.Limit));
        Assert.False(publisher.TrySend(-1, Patience.Moment));
        Assert.Equal(Range(51, capacity), await Receive(late, capacity));
    }

    [Theory]
    [InlineData(FullMode.DropOldest, 4, 10, 10)]
    [InlineData(FullMode.DropOldest, 10, 4, 10)]
    public async Task Who_drops_the_oldest_is_behind_by_the_larger_of_capacity_and_history(FullMode whenFull, int capacity, int history, int kept)
    {
        ChannelSpec<long> channel = Keeping(capacity, history);
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(channel, new SubscriberOptions { WhenFull = whenFull }, s_wait);
        for (int i = 0; i < 100; i++)
        {
            Assert.True(publisher.TrySend(i, Patience.Limit));
            Assert.Equal([i], await Receive(subscribers[1], 1));
        }

        await AllArrive(publisher);
        Assert.Equal(Range(100 - kept, kept), await Receive(subscribers[0], kept));
        Assert.Equal(100 - kept, subscribers[0].Missed);
    }

    [Fact]
    public async Task Who_is_rather_disconnected_gets_its_history_and_capacity_first()
    {
        ChannelSpec<long> channel = Keeping(capacity: 4, history: 10);
        Publisher<long> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Subscriber<long> late = Far.OpenSubscriber(channel, s_disconnect);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        for (int i = 20; i < 24; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        Assert.Single(publisher.Peers);
        Assert.Equal(Range(10, 14), await Receive(late, 14));
        Assert.Equal(0, late.Missed);
        await Waiting.Until(() => publisher.Counters.Outstanding == 0);
        for (int i = 24; i < 29; i++)
        {
            Assert.True(publisher.TrySend(i));
        }

        await Waiting.Until(() => publisher.Peers.Count == 0);
    }

    [Fact]
    public async Task The_history_gives_way_to_the_byte_bound()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("messages") { Capacity = 8, History = 20, ByteCapacity = 10_000, Context = Distance.Context };
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 20; i++)
        {
            Assert.True(publisher.TrySend(Payload.Create(i, 3000)), $"message {i}");
        }

        Subscriber<ReadOnlyMemory<byte>> late = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        Assert.False(publisher.TrySend(Payload.Create(20, 3000), Patience.Moment));
        for (int i = 17; i < 20; i++)
        {
            Assert.Equal(i, Payload.Read((await late.ReceiveAsync(Patience.Token).Within()).Span));
        }

        Assert.True(publisher.TrySend(Payload.Create(20, 9000), Patience.Limit));
        Assert.Equal(20, Payload.Read((await late.ReceiveAsync(Patience.Token).Within()).Span));
    }

    [Fact]
    public async Task Large_messages_of_the_history_are_whole()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("messages") { Capacity = 2, History = 3, Context = Distance.Context };
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 12; i++)
        {
            Assert.True(publisher.TrySend(Payload.Create(i, 1 << 20)));
        }

        for (int round = 0; round < 2; round++)
        {
            Subscriber<ReadOnlyMemory<byte>> late = Far.OpenSubscriber(channel);
            for (int i = 9; i < 12; i++)
            {
                Assert.Equal(i, Payload.Read((await late.ReceiveAsync(Patience.Token).Within()).Span));
            }

            await Background.Run(late.Dispose).Within();
        }
    }

    [Fact]
    public async Task A_completed_publisher_gives_those_who_come_late_its_history_and_its_end()
    {
        ChannelSpec<long> channel = Keeping(capacity: 4, history: 3);
        (Publisher<long> publisher, Subscriber<long>[] subscribers) = await OpenAll(channel, (SubscriberOptions?)null);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(publisher.TrySend(i, Patience.Limit));
            Assert.Equal([i], await Receive(subscribers[0], 1));
        }

        await publisher.CompleteAsync(Patience.Token).Within();

        for (int round = 0; round < 3; round++)
        {
            Subscriber<long> late = Far.OpenSubscriber(channel);
            var received = new List<long>();
            await Background.Run(async () =>
            {
                await foreach (long message in late.ReadAllAsync(Patience.Token))
                {
                    received.Add(message);
                }
            }).Unwrap().Within();
            Assert.Equal(Range(7, 3), received);
            await Background.Run((round == 0 ? subscribers[0] : late).Dispose).Within();
        }
    }

    [Fact]
    public async Task At_capacity_0_the_history_comes_before_the_rendezvous()
    {
        ChannelSpec<long> channel = Keeping(capacity: 0, history: 2);
        Publisher<long> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < 5; i++)
        {
            await Background.Run(() => publisher.Send(i, Patience.Token)).Within();
        }

        Subscriber<long> late = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        Task publishing = Background.Run(() => publisher.Send(5, Patience.Token));
        Assert.Equal(Range(3, 2), await Receive(late, 2));
        await publishing.StaysPending();
        Assert.Equal([5], await Receive(late, 1));
        await publishing.Within();
    }

    [Fact]
    public Task A_difference_in_history_names_both_values() =>
        Differs("History", "7", "9", settings => settings with { History = 7 }, settings => settings with { History = 9 });

    [Theory]
    [InlineData(FullMode.Wait)]
    [InlineData(FullMode.DropOldest)]
    public async Task Who_comes_while_all_is_in_motion_finds_no_gap_nothing_twice_and_nothing_torn(FullMode whenFull)
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("messages") { Capacity = 16, History = 24, Context = Distance.Context };
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        Subscriber<ReadOnlyMemory<byte>> steady = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        using var stop = new CancellationTokenSource();
        CancellationToken token = Patience.Token;
        long published = 0;
        Task publishing = Background.Run(() =>
        {
            for (; !stop.IsCancellationRequested; published++)
            {
                publisher.Send(Payload.Create(published, Payload.SizeOf(published)), token);
            }

            publisher.Complete();
        });
        Task<long> reading = Background.Run(() => Follow(steady, int.MaxValue, FullMode.Wait));

        for (int round = 0; round < 15; round++)
        {
            Subscriber<ReadOnlyMemory<byte>> late = Far.OpenSubscriber(channel, new SubscriberOptions { WhenFull = whenFull });
            await Background.Run(() => Follow(late, 150, whenFull)).Within();
            await Background.Run(late.Dispose).Within();
        }

        await stop.CancelAsync();
        await publishing.Within();
        Assert.Equal(published, await reading.Within());
        Assert.Equal(0, steady.Missed);
    }

    /// <summary>Receives up to the count, or the end; each message must follow the one before. Returns how many came.</summary>
    private static long Follow(Subscriber<ReadOnlyMemory<byte>> subscriber, int count, FullMode whenFull)
    {
        long first = -1;
        long last = -1;
        long received = 0;
        CancellationToken token = Patience.Token;
        try
        {
            for (; received < count; received++)
            {
                using Lease<ReadOnlyMemory<byte>> lease = subscriber.ReceiveLease(token);
                long id = Payload.Read(lease.Value.Span);
                Assert.Equal((ulong)id + 1, lease.Sequence);
                Assert.True(last < 0 || (whenFull == FullMode.Wait ? id == last + 1 : id > last), $"{id} after {last}");
                first = first < 0 ? id : first;
                last = id;
            }
        }
        catch (ChannelCompletedException)
        {
            // All that was published.
        }

        if (whenFull == FullMode.Wait)
        {
            Assert.Equal(0, subscriber.Missed);
        }
        else
        {
            // What was missed before the first is counted, too.
            Assert.InRange(last - first + 1 - received, 0, subscriber.Missed);
        }

        return received;
    }

    private ChannelSpec<long> Keeping(int capacity, int history) =>
        new("messages") { Capacity = capacity, History = history, Context = Distance.Context };
}
