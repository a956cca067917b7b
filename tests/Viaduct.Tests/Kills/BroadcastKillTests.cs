using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>Publishers and subscribers killed in the midst of a broadcast.</summary>
public sealed class BroadcastKillTests : KillSuite
{
    [Theory]
    [InlineData("copy", 40, 21)]
    [InlineData("lease", 20_000, 22)]
    [InlineData("leases-disordered", 40, 23)]
    [InlineData("await", 40, 28)]
    [InlineData("select", 40, 29)]
    [InlineData("copy", 40, 35, FullMode.DropOldest)]
    [InlineData("leases-disordered", 20_000, 36, FullMode.DropOldest)]
    [InlineData("copy", 40, 37, FullMode.Latest)]
    public async Task A_killed_subscriber_missed_nothing_till_then_and_the_others_miss_nothing_at_all(string manner, int size, int seed, FullMode whenFull = FullMode.Wait)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(32);
        using Publisher<ReadOnlyMemory<byte>> publisher = Here.OpenPublisher(channel);
        using Subscriber<ReadOnlyMemory<byte>> steady = There.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        using var over = new CancellationTokenSource();
        using var flowing = new ManualResetEventSlim();
        long sent = 0;
        long received = 0;
        long last = 0;
        Task publishing = Background.Run(() =>
        {
            while (true)
            {
                flowing.Wait(over.Token);
                publisher.Send(Payload.Create(sent, size), over.Token);
                Interlocked.Increment(ref sent);
            }
        });
        Task receiving = Background.Run(() =>
        {
            while (true)
            {
                Assert.Equal(received, Payload.Read(steady.Receive(over.Token).Span));
                Flows(ref last);
                Interlocked.Increment(ref received);
            }
        });
        long seen = 0;
        await Kill(seed, async (victims, random, round) =>
        {
            Flows(ref last, begins: true);
            flowing.Set();
            Victim victim = await victims.Next();
            await victim.Toil("subscriber", channel, manner, more: $"full={whenFull}");
            IReadOnlyList<LedgerEntry> entries = await Strike(victim, random, round);
            bool leases = manner.Contains("lease", StringComparison.Ordinal);
            foreach (IGrouping<int, LedgerEntry> subscriber in entries
                .Where(entry => entry.Mark == (leases ? LedgerMark.Seen : LedgerMark.Consumed))
                .GroupBy(entry => entry.Socket))
            {
                // Each of a selecting victim's subscribers gets all since it met the publisher; they meet it one after the other.
                // One that does not have them wait for it may miss some.
                long[] ids = [.. subscriber.Select(entry => entry.Id)];
                Assert.Equal(whenFull == FullMode.Wait ? Range(ids[0], ids.Length) : ids.Distinct().Order(), ids);
                seen += ids.Length;
            }

            long before = Interlocked.Read(ref received);
            await Waiting.Until(
                () => Interlocked.Read(ref received) > before + channel.Capacity || receiving.IsCompleted || publishing.IsCompleted,
                () => $"the others go on after kill {round}: {publisher.Describe()}\n{steady.Describe()}");
            Assert.False(receiving.IsCompleted || publishing.IsCompleted, $"{receiving.Exception} {publishing.Exception}");
            await Waiting.Until(() => publisher.Peers.Count == 1);

            // What is under way would be counted as held.
            flowing.Reset();
            await Waiting.Until(() => Interlocked.Read(ref received) >= Interlocked.Read(ref sent) && publisher.Counters.Outstanding == 0);
        });
        await over.CancelAsync();
        Assert.IsType<OperationCanceledException>(await publishing.Outcome(), exactMatch: false);
        Assert.IsType<OperationCanceledException>(await receiving.Outcome(), exactMatch: false);
        Assert.Equal(0, steady.Missed);
        Assert.True(seen > 0, "The victims were killed before they received.");
    }

    [Theory]
    [InlineData("small", 64, 24)]
    [InlineData("mixed", 64, 25)]
    [InlineData("batch", 64, 26)]
    [InlineData("loan", 16, 27)]
    [InlineData("await", 1, 30)]
    public async Task All_subscribers_get_all_that_a_killed_publisher_had_sent(string manner, int capacity, int seed)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity);
        using Subscriber<ReadOnlyMemory<byte>> near = Here.OpenSubscriber(channel);
        using Subscriber<ReadOnlyMemory<byte>> far = There.OpenSubscriber(channel);
        long total = 0;
        await Kill(seed, async (victims, random, round) =>
        {
            long first = round * 10_000_000L;
            Victim victim = await victims.Next();
            Task<int>[] receiving = [Background.Run(() => ReceiveUntilLost(near, first)), Background.Run(() => ReceiveUntilLost(far, first))];
            await victim.Toil("publisher", channel, manner, first, peers: 2);
            IReadOnlyList<LedgerEntry> sent = await Strike(victim, random, round);
            await Task.WhenAll(receiving).Within($"the loss of victim {round}", near, far);
            WentOn(victim);
            foreach (Task<int> count in receiving)
            {
                Assert.InRange(await count, sent.Count, sent.Count + (manner == "batch" ? 16 : 1));
            }

            total += sent.Count;
        });
        Assert.True(total > 0, "The victims were killed before they sent.");
    }

    [Theory]
    [InlineData(FullMode.DropOldest, "small", 31)]
    [InlineData(FullMode.DropOldest, "mixed", 32)]
    [InlineData(FullMode.Latest, "small", 33)]
    [InlineData(FullMode.Latest, "mixed", 34)]
    public async Task Who_may_miss_what_a_killed_publisher_had_sent_is_told_how_much_and_gets_its_last_message(FullMode whenFull, string manner, int seed)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 4);
        SubscriberOptions options = new() { WhenFull = whenFull };
        using Subscriber<ReadOnlyMemory<byte>> near = Here.OpenSubscriber(channel, options);
        using Subscriber<ReadOnlyMemory<byte>> far = There.OpenSubscriber(channel, options);
        long total = 0;
        await Kill(seed, async (victims, random, round) =>
        {
            long first = round * 10_000_000L;
            long[] missed = [near.Missed, far.Missed];
            Victim victim = await victims.Next();
            Task<(long Next, int Count)>[] receiving = [Background.Run(() => ReceiveSomeUntilLost(near, first)), Background.Run(() => ReceiveSomeUntilLost(far, first))];
            await victim.Toil("publisher", channel, manner, first, peers: 2);
            IReadOnlyList<LedgerEntry> sent = await Strike(victim, random, round);
            await Task.WhenAll(receiving).Within($"the loss of victim {round}", near, far);
            WentOn(victim);
            for (int i = 0; i < receiving.Length; i++)
            {
                (long next, int count) = await receiving[i];
                Assert.InRange(next - first, sent.Count, sent.Count + 1);
                Assert.Equal(next - first, count + (i == 0 ? near : far).Missed - missed[i]);
            }

            total += sent.Count;
        });
        Assert.True(total > 0, "The victims were killed before they sent.");
    }

    [Theory]
    [InlineData(FullMode.DropOldest, NamedPoints.SendLossy, 135)]
    [InlineData(FullMode.Latest, $"{NamedPoints.SendLossy}, {NamedPoints.SendNewest}", 136)]
    public Task Who_may_miss_what_a_publisher_killed_at_a_named_point_had_sent_is_told_how_much_and_gets_its_last_message(FullMode whenFull, string groups, int seed)
    {
        Points = NamedPoints.Of(groups, seed);
        return Who_may_miss_what_a_killed_publisher_had_sent_is_told_how_much_and_gets_its_last_message(whenFull, "small", seed);
    }

    [Theory]
    [InlineData("copy", 40, NamedPoints.Consume, $"{NamedPoints.Sleep}, {NamedPoints.Wake}", 57)]
    [InlineData("leases-disordered", 20_000, NamedPoints.Receive, NamedPoints.Release, 58)]
    public Task A_subscriber_killed_at_a_named_point_missed_nothing_till_then_and_the_others_miss_nothing_at_all(
        string manner, int size, string groups, string more, int seed)
    {
        Points = NamedPoints.Of(groups, seed, more);
        return A_killed_subscriber_missed_nothing_till_then_and_the_others_miss_nothing_at_all(manner, size, seed);
    }

    [Fact]
    public Task A_subscriber_killed_where_it_finds_that_it_missed_some_holds_up_nobody()
    {
        Points = NamedPoints.Of(NamedPoints.Miss, 137);
        return A_killed_subscriber_missed_nothing_till_then_and_the_others_miss_nothing_at_all("copy", 40, 137, FullMode.DropOldest);
    }

    [Theory]
    [InlineData("small", 64, NamedPoints.Send, $"{NamedPoints.Sleep}, {NamedPoints.Wake}", 59)]
    [InlineData("loan", 16, NamedPoints.Lend, NamedPoints.Loan, 60)]
    [InlineData("batch", 64, NamedPoints.SendMany, "", 134)]
    public Task All_subscribers_get_all_that_a_publisher_killed_at_a_named_point_had_sent(
        string manner, int capacity, string groups, string more, int seed)
    {
        Points = NamedPoints.Of(groups, seed, more);
        return All_subscribers_get_all_that_a_killed_publisher_had_sent(manner, capacity, seed);
    }

    /// <summary>How many come, each whole and behind the one before, and the number that comes after the last one, before the loss is told.</summary>
    private static (long Next, int Count) ReceiveSomeUntilLost(Subscriber<ReadOnlyMemory<byte>> subscriber, long first)
    {
        CancellationToken patience = Patience.Token;
        long next = first;
        for (int count = 0; ; count++)
        {
            try
            {
                long number = Payload.Read(subscriber.Receive(patience).Span);
                Assert.True(number >= next, $"{number} came where {next} was the next");
                next = number + 1;
            }
            catch (PeerLostException)
            {
                return (next, count);
            }
        }
    }

    /// <summary>How many come, each whole and in its place, before the loss is told.</summary>
    private static int ReceiveUntilLost(Subscriber<ReadOnlyMemory<byte>> subscriber, long first)
    {
        CancellationToken patience = Patience.Token;
        for (int count = 0; ; count++)
        {
            try
            {
                Assert.Equal(first + count, Payload.Read(subscriber.Receive(patience).Span));
            }
            catch (PeerLostException)
            {
                return count;
            }
        }
    }
}
