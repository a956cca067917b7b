using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>Consumers killed while they receive, hold leases, and release them.</summary>
public sealed class ReceivingKillTests : KillSuite
{
    [Theory]
    [InlineData("copy", "small", 64, "Adaptive", 11)]
    [InlineData("copy", "mixed", 64, "Adaptive", 12)]
    [InlineData("batch", "small", 64, "Adaptive", 13)]
    [InlineData("lease", "small", 64, "Adaptive", 14)]
    [InlineData("lease", "large", 16, "Adaptive", 15)]
    [InlineData("leases-held", "mixed", 32, "Adaptive", 16)]
    [InlineData("leases-disordered", "small", 32, "Adaptive", 17)]
    [InlineData("leases-disordered", "large", 32, "Adaptive", 18)]
    [InlineData("lease", "small", 1, "Sleep", 19)]
    [InlineData("copy", "small", 0, "Sleep", 20)]
    [InlineData("await", "small", 1, "Await", 121)]
    [InlineData("await", "mixed", 64, "Sleep", 122)]
    [InlineData("await-lease", "large", 16, "Await", 123)]
    [InlineData("select", "small", 1, "Sleep", 124)]
    [InlineData("await-select", "small", 4, "Await", 125)]
    public async Task What_killed_consumers_had_not_consumed_goes_to_the_next_and_what_they_had_never_comes_again(
        string manner, string messages, int capacity, string wait, int seed)
    {
        int doubt = manner switch { "copy" or "await" or "select" or "await-select" => 1, "batch" => 16, _ => 0 };
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity);
        var history = new MessageHistory();
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(
            channel, new ProducerOptions { MaxAttempts = 255, Wait = ModeOf(wait) });
        using var enough = new CancellationTokenSource();
        long sent = 0;
        await Kill(
            seed,
            async (victims, random, round) =>
            {
                Victim victim = await victims.Next();
                using var stop = new CancellationTokenSource();
                Task<long> sending = Background.Run(() => Send(producer, messages, sent, wait == Await, stop.Token));
                await victim.Toil("consumer", channel, manner, more: $"wait={ModeOf(wait)}");
                history.Add(await Strike(victim, random, round), round);

                // The producer stops, and what the victim left goes to the next one, or to a survivor: always to another attempt.
                await stop.CancelAsync();
                await sending.Within($"the producer after kill {round}", producer);
                sent = await sending;
                if (round % 2 == 0 || round == Rounds)
                {
                    await Inherit(producer, history, sent, victim, round);
                }
            });

        Effort.Say($"{sent} messages, {history}, {producer.Counters.Redelivered} delivered again");
        await producer.CompleteAsync(Patience.Token).Within();
        Assert.True(history.Seen >= (Points is null ? Rounds / 2 : 1), $"{history}: the victims were killed before they received.");
        Assert.InRange(history.Missing(sent).Count, 0, doubt * (Rounds + 1));
        Assert.Equal(0, producer.Counters.DeadLettered);
        producer.Dispose();
    }

    [Theory]
    [InlineData("copy", "small", 64, "Adaptive", NamedPoints.Consume, 54)]
    [InlineData("copy", "small", 1, "Sleep", $"{NamedPoints.Sleep}, {NamedPoints.Wake}", 55)]
    [InlineData("leases-disordered", "large", 32, "Adaptive", $"{NamedPoints.Receive}, {NamedPoints.Release}", 56)]
    [InlineData("await", "small", 1, "Await", $"{NamedPoints.Await}, {NamedPoints.Ring}, {NamedPoints.Rung}", 67)]
    [InlineData("select", "small", 1, "Sleep", NamedPoints.Select, 68)]
    [InlineData("await-lease", "small", 1, "Await", $"{NamedPoints.End}, {NamedPoints.Rung}", 69)]
    [InlineData("copy", "small", 0, "Sleep", NamedPoints.Meet, 133)]
    public Task What_consumers_killed_at_named_points_had_not_consumed_goes_to_the_next_and_what_they_had_never_comes_again(
        string manner, string messages, int capacity, string wait, string groups, int seed)
    {
        Points = NamedPoints.Of(groups, seed);
        return What_killed_consumers_had_not_consumed_goes_to_the_next_and_what_they_had_never_comes_again(manner, messages, capacity, wait, seed);
    }

    /// <summary>Sends until it is told to stop; the identity that comes next.</summary>
    private static long Send(Producer<ReadOnlyMemory<byte>> producer, string messages, long next, bool awaits, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                byte[] message = Payload.Create(next, messages switch { "small" => 40, "large" => 20_000, _ => Payload.SizeOf(next) });
                if (awaits)
                {
                    producer.SendAsync(message, stop).AsTask().GetAwaiter().GetResult();
                }
                else
                {
                    producer.Send(message, stop);
                }

                next++;
            }
        }
        catch (OperationCanceledException)
        {
            return next;
        }
        catch (DeliveryInDoubtException)
        {
            // The receiver of a rendezvous died in the midst of it.
            return next + 1;
        }
    }

    /// <summary>A survivor consumes what the killed left.</summary>
    private async Task Inherit(Producer<ReadOnlyMemory<byte>> producer, MessageHistory history, long sent, Victim victim, int round)
    {
        var entries = new List<LedgerEntry>();
        bool goesOn = false;
        using (Consumer<ReadOnlyMemory<byte>> heir = There.OpenConsumer((ChannelSpec<ReadOnlyMemory<byte>>)producer.Channel))
        {
            await heir.WaitForPeersAsync(1, Patience.Token).Within();
            await Waiting.Until(
                () =>
                {
                    while (heir.TryReceiveLease(out Lease<ReadOnlyMemory<byte>> lease))
                    {
                        long id = Payload.Read(lease.Value.Span);
                        int attempt = lease.Attempt;
                        entries.Add(new LedgerEntry(LedgerMark.Seen, id, attempt));
                        lease.Dispose();
                        entries.Add(new LedgerEntry(LedgerMark.Consumed, id, attempt));
                    }

                    bool isDone = producer.Counters.Outstanding == 0;
                    if (!goesOn && (isDone || entries.Count > 0))
                    {
                        goesOn = true;
                        WentOn(victim);
                    }

                    return isDone;
                },
                () => $"the heir consumes what is left after kill {round}: {producer.Describe()}\n{heir.Describe()}");
        }

        history.Add(entries, round);
        Assert.All(entries, entry => Assert.InRange(entry.Id, 0, sent - 1));
        await Waiting.Until(() => producer.Peers.Count == 0);
    }
}
