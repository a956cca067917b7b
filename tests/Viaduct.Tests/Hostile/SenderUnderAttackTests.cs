using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>
/// The real sending code with a receiver that writes nonsense over its page: the sender ends that link and says why, and what it
/// sends to another receiver is whole.
/// </summary>
[Collection(Collections.Alone)]
public sealed class SenderUnderAttackTests
{
    /// <summary>What is sent while a liar is the only receiver counts from here.</summary>
    private const long FirstForLiars = 1_000_000_000;

    private readonly Dictionary<int, MemoryBlock> _blocks = [];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(64, 2)]
    [InlineData(1000, 3)]
    public void A_producer_s_other_consumer_gets_each_message_whole_and_the_liar_is_named(int capacity, int seed)
    {
        Nonsense nonsense = new(Effort.Seed(seed));
        ChannelSpec<ReadOnlyMemory<byte>> channel = new("attacked") { Capacity = capacity };
        QueueOutbox<ReadOnlyMemory<byte>> outbox = new(
            channel, new ProducerOptions(), new BytesFormat(), Distribution.RoundRobin, 5, static _ => { }, redelivers: true, capacity);
        LaneMemory memory = Memory();
        HonestReceiver honest = new(id => _blocks.GetValueOrDefault(id));
        honest.Attach(outbox, outbox.OpenRecords(memory, out RecordRing ring), ring);
        int broken = 0;
        int whole = 0;
        long sent = 0;
        long began = Environment.TickCount64;
        for (int round = 0; GoesOn(round, began, enough: broken >= 20 && honest.Received.Count >= 100); round++)
        {
            object lane = outbox.OpenRecords(memory, out RecordRing attacked);
            using HostileReceiver liar = new(nonsense, attacked.Window);
            SendLink link = liar.Attach(outbox, lane, attacked);
            for (int i = 0; i < 500 && !liar.IsClosed; i++)
            {
                liar.Scribble(link.Sent);
                if (nonsense.Chance(3))
                {
                    liar.Sound(link.Sent);
                }

                sent += outbox.TrySend(Payload.Create(sent, Size(nonsense)), handOver: false) ? 1 : 0;
                honest.Drain();
                whole++;
            }

            if (!liar.IsClosed)
            {
                outbox.Detach(link, "the round is over", lost: false);
            }
            else
            {
                broken++;
                Assert.Contains("hostile", liar.Reason, StringComparison.Ordinal);
                SpinWait.SpinUntil(() => link.IsGone, Patience.Limit);
            }

            Assert.True(link.IsGone);
            honest.Drain();
            outbox.Abandon((Lane<ReadOnlyMemory<byte>>)lane);
        }

        // What the liars left is the honest one's.
        SpinWait.SpinUntil(
            () =>
            {
                outbox.Redeliver();
                honest.Drain();
                return outbox.Outstanding == 0;
            },
            Patience.Limit);
        Assert.Equal(0, outbox.Outstanding);
        Assert.Equal(honest.Received.Count, honest.Received.Distinct().Count());
        Effort.Say($"{whole} cases, {broken} links ended, {sent} sent, {honest.Received.Count} received by the honest one");
        Assert.InRange(broken, 20, int.MaxValue);
        Assert.InRange(honest.Received.Count, 100, int.MaxValue);
        outbox.Close(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(64, FullMode.Wait, 4)]
    [InlineData(64, FullMode.DropOldest, 5)]
    [InlineData(64, FullMode.Disconnect, 6)]
    [InlineData(64, FullMode.Latest, 8)]
    public void A_publisher_s_other_subscriber_gets_every_message_whole_and_in_order(int capacity, FullMode whenFull, int seed)
    {
        Nonsense nonsense = new(Effort.Seed(seed));
        ChannelSpec<ReadOnlyMemory<byte>> channel = new("attacked") { Capacity = capacity };
        LaneMemory memory = Memory();
        BroadcastOutbox<ReadOnlyMemory<byte>> outbox = new(channel, new PublisherOptions(), new BytesFormat(), memory);
        HonestReceiver honest = new(id => _blocks.GetValueOrDefault(id));
        honest.Attach(outbox, outbox.OpenRecords(memory, out RecordRing ring), ring);
        int broken = 0;
        long sent = 0;
        long began = Environment.TickCount64;
        for (int round = 0; GoesOn(round, began, enough: broken >= 20 && sent >= 1000); round++)
        {
            object lane = outbox.OpenRecords(memory, out _);
            using HostileReceiver liar = new(nonsense, ring.Window);
            SendLink link = liar.Attach(outbox, lane, ring, whenFull);
            for (int i = 0; i < 500 && !liar.IsClosed; i++)
            {
                liar.Scribble(link.Sent);
                if (nonsense.Chance(3))
                {
                    liar.Sound(link.Sent);
                }

                sent += outbox.TrySend(Payload.Create(sent, Size(nonsense)), handOver: false) ? 1 : 0;
                honest.Drain();
            }

            broken += liar.IsClosed ? 1 : 0;
            outbox.Detach(link, "the round is over", lost: false);
            SpinWait.SpinUntil(() => link.IsGone, Patience.Limit);
            Assert.True(link.IsGone);
            outbox.Abandon((Lane<ReadOnlyMemory<byte>>)lane);
        }

        honest.Drain();
        Effort.Say($"{broken} links ended, {sent} sent");
        Assert.Equal(sent, honest.Received.Count);
        Assert.Equal(honest.Received.Order(), honest.Received);
        Assert.InRange(broken, 20, int.MaxValue);
        Assert.InRange(sent, 1000, long.MaxValue);
        outbox.Close(TimeSpan.Zero);
    }

    [Fact]
    public void A_rendezvous_with_a_liar_ends_and_one_with_an_honest_receiver_afterwards_works()
    {
        Nonsense nonsense = new(Effort.Seed(7));
        ChannelSpec<ReadOnlyMemory<byte>> channel = new("attacked") { Capacity = 0 };
        QueueOutbox<ReadOnlyMemory<byte>> outbox = new(
            channel, new ProducerOptions(), new BytesFormat(), Distribution.RoundRobin, 5, static _ => { }, redelivers: true, 1);
        LaneMemory memory = Memory();
        int received = 0;
        int doubtful = 0;
        int refused = 0;
        int broken = 0;
        int meetings = 0;
        long sent = FirstForLiars;
        HashSet<long> unsure = [];
        long began = Environment.TickCount64;
        for (int round = 0; GoesOn(round, began, enough: broken >= 20 && received > 0 && refused > 0); round++)
        {
            object lane = outbox.OpenRecords(memory, out RecordRing ring);
            using HostileReceiver liar = new(nonsense, ring.Window);
            SendLink link = liar.Attach(outbox, lane, ring);
            using CancellationTokenSource over = new();
            Thread scribbler = new(() =>
            {
                while (!over.IsCancellationRequested)
                {
                    liar.Scribble(link.Sent);
                    Thread.SpinWait(20);
                }
            });
            scribbler.Start();
            for (int i = 0; i < 20 && !liar.IsClosed; i++)
            {
                try
                {
                    bool met = outbox.Send(Payload.Create(++sent, 20), handOver: false, TimeSpan.FromMilliseconds(2), CancellationToken.None);
                    received += met ? 1 : 0;
                    refused += met ? 0 : 1;
                    if (met)
                    {
                        unsure.Add(sent);
                    }
                }
                catch (DeliveryInDoubtException)
                {
                    unsure.Add(sent);
                    doubtful++;
                    break;
                }
            }

            over.Cancel();
            scribbler.Join();
            if (liar.IsClosed)
            {
                broken++;
                Assert.Contains("hostile", liar.Reason, StringComparison.Ordinal);
            }
            else
            {
                outbox.Detach(link, "the round is over", lost: false);
            }

            SpinWait.SpinUntil(() => link.IsGone, Patience.Limit);
            Assert.True(link.IsGone);
            outbox.Abandon((Lane<ReadOnlyMemory<byte>>)lane);
            meetings += Meet(outbox, memory, first: 5 * round, unsure);
        }

        Effort.Say($"{received} received by liars, {refused} not sent, {doubtful} in doubt, {broken} links ended, {meetings} received by honest ones");
        Assert.InRange(received, 1, int.MaxValue);
        Assert.InRange(refused, 1, int.MaxValue);
        Assert.InRange(broken, 20, int.MaxValue);
        Assert.InRange(meetings, 20, int.MaxValue);
        Assert.Equal(0, outbox.Outstanding);
        outbox.Close(TimeSpan.Zero);
    }

    /// <summary>
    /// Lets an honest receiver come: it gets what is sent now, each message whole, once and in order. What a liar said it had, and did not consume, may come to it, once; what was not
    /// sent, as the sender was told, never does. Returns how many it got that were sent to it.
    /// </summary>
    private int Meet(QueueOutbox<ReadOnlyMemory<byte>> outbox, LaneMemory memory, int first, HashSet<long> unsure)
    {
        HonestReceiver honest = new(id => _blocks.GetValueOrDefault(id));
        object lane = outbox.OpenRecords(memory, out RecordRing ring);
        SendLink link = honest.Attach(outbox, lane, ring, rendezvous: true);
        using CancellationTokenSource over = new();
        Thread receiving = new(() =>
        {
            while (!over.IsCancellationRequested)
            {
                honest.Drain();
                outbox.Wake();
                Thread.Yield();
            }
        });
        receiving.Start();
        for (int i = 0; i < 5; i++)
        {
            Assert.True(outbox.Send(Payload.Create(first + i, 20), handOver: false, Patience.Limit, CancellationToken.None));
        }

        over.Cancel();
        receiving.Join();
        long[] meant = [.. honest.Received.Where(static id => id < FirstForLiars)];
        Assert.Equal(Enumerable.Range(first, 5).Select(static id => (long)id), meant);
        Assert.All(honest.Received.Where(static id => id >= FirstForLiars), id => Assert.True(unsure.Remove(id), $"{id} came, and was not sent or came before."));
        outbox.Detach(link, "the round is over", lost: false);
        SpinWait.SpinUntil(() => link.IsGone, Patience.Limit);
        Assert.True(link.IsGone);
        outbox.Abandon((Lane<ReadOnlyMemory<byte>>)lane);
        return meant.Length;
    }

    private static int Size(Nonsense nonsense) => nonsense.Random.Next(20) switch
    {
        0 => 40_000 + nonsense.Random.Next(1000),
        1 => 4000,
        _ => 8 + nonsense.Random.Next(200),
    };

    private LaneMemory Memory()
    {
        MemoryBlock Create(int size)
        {
            PinnedBlock block = new(size) { SegmentId = _blocks.Count + 1 };
            _blocks.Add(block.SegmentId, block);
            return block;
        }

        return new LaneMemory(new Arena(Create, 1 << 20), new ChunkPool(Create, static _ => { }, 64 << 20), IsShared: true);
    }

    /// <summary>So many rounds, or so long: on a busy machine until enough has happened.</summary>
    private static bool GoesOn(int round, long began, bool enough)
    {
        long elapsed = Environment.TickCount64 - began;
        return (round < Effort.Cases(300) && elapsed < 4000L * Effort.Factor) || (!enough && elapsed < Patience.Limit.TotalMilliseconds);
    }
}
