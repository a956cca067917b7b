using System.Collections.Concurrent;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>Processes killed while they join, meet, open links, hand memory over, pass the first message and leave.</summary>
public sealed class HandshakeKillTests : KillSuite
{
    [Theory]
    [InlineData(false, 41)]
    [InlineData(true, 42)]
    public async Task Whatever_a_producer_had_sent_before_it_was_killed_in_a_handshake_comes_once(bool newborn, int seed)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(8);
        using Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        using var over = new CancellationTokenSource();
        var received = new ConcurrentDictionary<long, bool>();
        Task receiving = Background.Run(() => Receive(consumer, received, over.Token));
        long total = 0;
        await Kill(seed, async (victims, random, round) =>
        {
            (Victim victim, IReadOnlyList<LedgerEntry> sent) = await KillInHandshake(victims, random, "producer", channel, newborn, round);
            await Waiting.Until(
                () => sent.All(entry => received.ContainsKey(entry.Id)) || receiving.IsCompleted,
                () => $"what victim {round} had sent comes: {sent.Count} sent\n{consumer.Describe()}");
            WentOn(victim);
            Assert.False(receiving.IsCompleted, $"{receiving.Exception}");
            total += sent.Count;
        });
        await over.CancelAsync();
        Assert.IsType<OperationCanceledException>(await receiving.Outcome(), exactMatch: false);
        Assert.InRange(received.Count, total, total + Rounds + 1);
        Effort.Say($"{total} sent");
    }

    [Theory]
    [InlineData(false, 43)]
    [InlineData(true, 44)]
    public async Task Whatever_a_consumer_had_not_consumed_when_it_was_killed_in_a_handshake_goes_to_another(bool newborn, int seed)
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(8);
        using Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel, new ProducerOptions { MaxAttempts = 255 });
        using var over = new CancellationTokenSource();
        var history = new MessageHistory();
        long sent = 0;
        Task sending = Background.Run(() =>
        {
            for (; ; sent++)
            {
                producer.Send(Payload.Create(sent, 40), over.Token);
            }
        });
        await Kill(seed, async (victims, random, round) =>
        {
            (Victim victim, IReadOnlyList<LedgerEntry> consumed) = await KillInHandshake(victims, random, "consumer", channel, newborn, round);
            history.Add(consumed, round);
            await Waiting.Until(() => producer.Peers.Count == 0);
            WentOn(victim);
            Assert.False(sending.IsCompleted, $"{sending.Exception}");
        });
        using Consumer<ReadOnlyMemory<byte>> heir = There.OpenConsumer(channel);
        await over.CancelAsync();
        Assert.IsType<OperationCanceledException>(await sending.Outcome(), exactMatch: false);
        Task completing = producer.CompleteAsync(Patience.Token).AsTask();
        var rest = new List<LedgerEntry>();
        await foreach (ReadOnlyMemory<byte> message in heir.ReadAllAsync(Patience.Token))
        {
            rest.Add(new LedgerEntry(LedgerMark.Consumed, Payload.Read(message.Span), 0));
        }

        history.Add(rest, Rounds + 1);
        await completing.Within();
        Effort.Say($"{sent} sent; {history}");
        Assert.InRange(history.Missing(sent).Count, 0, Rounds + 1);
    }

    [Fact]
    public Task Whatever_a_producer_had_sent_before_it_was_killed_at_a_named_point_of_a_handshake_comes_once()
    {
        Points = NamedPoints.Of(NamedPoints.Dial, 63);
        return Whatever_a_producer_had_sent_before_it_was_killed_in_a_handshake_comes_once(newborn: false, 63);
    }

    [Fact]
    public Task Whatever_a_consumer_had_not_consumed_when_it_was_killed_at_a_named_point_of_a_handshake_goes_to_another()
    {
        Points = NamedPoints.Of(NamedPoints.Listen, 64);
        return Whatever_a_consumer_had_not_consumed_when_it_was_killed_in_a_handshake_goes_to_another(newborn: false, 64);
    }

    private static void Receive(Consumer<ReadOnlyMemory<byte>> consumer, ConcurrentDictionary<long, bool> received, CancellationToken over)
    {
        while (true)
        {
            try
            {
                long id = Payload.Read(consumer.Receive(over).Span);
                Assert.True(received.TryAdd(id, true), $"{id} came twice.");
            }
            catch (Exception error) when (error is PeerLostException or ChannelCompletedException)
            {
                // A producer was killed, or had left; the next one comes.
                over.WaitHandle.WaitOne(1);
            }
        }
    }

    /// <summary>Kills one that greets again and again, or one that has only just been started.</summary>
    private async Task<(Victim Victim, IReadOnlyList<LedgerEntry> Did)> KillInHandshake(
        Victims victims, Random random, string role, ChannelSpec channel, bool newborn, int round)
    {
        string description = $"capacity={channel.Capacity} context={channel.Context}";
        Victim victim;
        if (newborn)
        {
            victim = victims.Newborn();
            victim.Begin($"open s {role} {channel.Name} {description}");
            return (victim, await victim.KillAfter(30 + Moment(random, 200)));
        }

        victim = await victims.Next();
        await victim.Arm();
        PeerCommand greeting = victim.Begin($"greet {role} {channel.Name} {Distance.Directories[0].Path} {victim.LedgerPath} {round * 10_000_000L} {description}");
        if (!victim.IsArmed)
        {
            await greeting.Next();
        }

        return (victim, await Strike(victim, random, round, 100));
    }
}
