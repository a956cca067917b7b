using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>Producers killed while they send, or hold and return loans.</summary>
public sealed class SendingKillTests : KillSuite
{
    [Theory]
    [InlineData("small", 64, "Adaptive", 1)]
    [InlineData("large", 16, "Adaptive", 2)]
    [InlineData("mixed", 64, "Adaptive", 3)]
    [InlineData("batch", 64, "Adaptive", 4)]
    [InlineData("loan", 16, "Adaptive", 5)]
    [InlineData("loan-returned", 16, "Adaptive", 6)]
    [InlineData("loans-held", 16, "Adaptive", 7)]
    [InlineData("small", 1, "Sleep", 8)]
    [InlineData("small", 0, "Sleep", 9)]
    [InlineData("await", 1, "Await", 111)]
    [InlineData("await", 64, "Sleep", 112)]
    [InlineData("select", 1, "Sleep", 113)]
    [InlineData("await-select", 1, "Await", 114)]
    public async Task All_that_a_killed_producer_had_sent_comes_once_and_whole_and_in_order(string manner, int capacity, string wait, int seed)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity);
        using Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel, new ConsumerOptions { Wait = ModeOf(wait) });
        long total = 0;
        await Kill(seed, async (victims, random, round) =>
        {
            long first = round * 10_000_000L;
            Victim victim = await victims.Next();
            Task<(List<long> Received, PeerLostException Loss)> receiving = Background.Run(() => ReceiveUntilLost(consumer, wait == Await));
            await victim.Toil("producer", channel, manner, first, more: $"wait={ModeOf(wait)}");
            IReadOnlyList<LedgerEntry> sent = await Strike(victim, random, round);
            await receiving.Within($"the loss of victim {round}", consumer);
            WentOn(victim);
            (List<long> received, PeerLostException loss) = await receiving;

            Assert.Equal(victim.Id, loss.Peer.ProcessId);
            Assert.Equal(Range(first, received.Count), received);
            Assert.InRange(received.Count, sent.Count, sent.Count + (manner == "batch" ? 16 : 1));
            total += received.Count;
        });
        Assert.True(total >= (Points is null ? Rounds / 2 : 1), $"Only {total} messages came: the victims were killed before they sent.");
        Assert.False(consumer.TryReceive(out _));
    }

    [Theory]
    [InlineData("small", 64, "Adaptive", NamedPoints.Send, 51)]
    [InlineData("small", 1, "Sleep", $"{NamedPoints.Sleep}, {NamedPoints.Wake}", 52)]
    [InlineData("loan", 16, "Adaptive", $"{NamedPoints.Loan}, {NamedPoints.Give}", 53)]
    [InlineData("await", 1, "Await", $"{NamedPoints.Await}, {NamedPoints.Ring}, {NamedPoints.Rung}", 65)]
    [InlineData("select", 1, "Sleep", NamedPoints.Select, 66)]
    [InlineData("batch", 64, "Adaptive", NamedPoints.SendMany, 131)]
    [InlineData("small", 0, "Sleep", NamedPoints.Send, 132)]
    public Task All_that_a_producer_killed_at_a_named_point_had_sent_comes_once_and_whole_and_in_order(
        string manner, int capacity, string wait, string groups, int seed)
    {
        Points = NamedPoints.Of(groups, seed);
        return All_that_a_killed_producer_had_sent_comes_once_and_whole_and_in_order(manner, capacity, wait, seed);
    }

    private static (List<long> Received, PeerLostException Loss) ReceiveUntilLost(Consumer<ReadOnlyMemory<byte>> consumer, bool awaits)
    {
        var received = new List<long>();
        CancellationToken patience = Patience.Token;
        Lease<ReadOnlyMemory<byte>>? first = null;
        try
        {
            while (true)
            {
                Lease<ReadOnlyMemory<byte>> lease = Next();
                Assert.Equal(1, lease.Attempt);
                received.Add(Payload.Read(lease.Value.Span));
                if (received.Count == 1)
                {
                    first = lease;
                }
                else
                {
                    lease.Dispose();
                }

                if (received.Count % 16 == 0 || consumer.Channel.Capacity < 2)
                {
                    EndFirst();
                }
            }
        }
        catch (PeerLostException loss)
        {
            first?.Dispose();
            return (received, loss);
        }

        Lease<ReadOnlyMemory<byte>> Next() =>
            awaits ? consumer.ReceiveLeaseAsync(patience).AsTask().GetAwaiter().GetResult() : consumer.ReceiveLease(patience);

        void EndFirst()
        {
            if (first is { } held)
            {
                Assert.Equal(received[0], Payload.Read(held.Value.Span));
                held.Dispose();
                first = null;
            }
        }
    }
}
