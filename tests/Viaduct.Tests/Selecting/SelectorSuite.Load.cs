using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

public abstract partial class SelectorSuite
{
    /// <summary>Every combination of how the selector waits with how many sockets it has; beyond eight, peers ring instead of being watched.</summary>
    [Theory]
    [InlineData(4, WaitMode.Sleep, false)]
    [InlineData(4, WaitMode.Adaptive, false)]
    [InlineData(4, WaitMode.Adaptive, true)]
    [InlineData(12, WaitMode.Sleep, false)]
    [InlineData(12, WaitMode.Adaptive, true)]
    public async Task Under_load_nothing_is_missed_and_nobody_starves(int count, WaitMode mode, bool awaits)
    {
        const int Each = 300;
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(count, capacity: 4);
        using var selector = new Selector(new SelectorOptions { Wait = mode }, consumers);
        using var stop = new CancellationTokenSource(Patience.Limit);
        Task[] sending = [.. producers.Select((producer, number) => Background.Run(() =>
        {
            var pause = new Random(number);
            for (int i = 0; i < Each; i++)
            {
                producer.Send(i, stop.Token);
                if (pause.Next(8) == 0)
                {
                    // Long enough for the selector to fall asleep now and then.
                    Thread.Sleep(1);
                }
            }
        }))];

        long[] received = new long[count];
        for (int i = 0; i < count * Each; i++)
        {
            int index = awaits ? await selector.WaitAsync(stop.Token) : selector.Wait(stop.Token);
            Assert.True(consumers[index].TryReceive(out long value));
            Assert.Equal(received[index]++, value);
        }

        await Task.WhenAll(sending).Within();
        Assert.All(received, number => Assert.Equal(Each, number));
    }

    [Fact]
    public async Task A_selector_for_both_directions_keeps_a_pipeline_going()
    {
        const int All = 2_000;
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(2, capacity: 3);
        Task feeding = Background.Run(() =>
        {
            for (int i = 0; i < All; i++)
            {
                producers[0].Send(i, Patience.Token);
            }
        });
        Task<long> draining = Background.Run(() => Enumerable.Range(0, All).Sum(_ => consumers[1].Receive(Patience.Token)));

        // Takes only when it can pass on: with priority it never holds more than one message.
        using var output = new Selector(new SelectorOptions { Wait = WaitMode.Sleep }, producers[1]);
        using var input = new Selector(new SelectorOptions { Wait = WaitMode.Sleep }, consumers[0]);
        for (int i = 0; i < All; i++)
        {
            output.Wait(Patience.Token);
            input.Wait(Patience.Token);
            Assert.True(consumers[0].TryReceive(out long value));
            Assert.True(producers[1].TrySend(value));
        }

        await feeding.Within();
        Assert.Equal((long)All * (All - 1) / 2, await draining.Within());
    }

    [Fact]
    public async Task Fair_turns_go_round_and_priority_goes_first()
    {
        const int Rounds = 25;
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(4);
        foreach (Producer<long> producer in producers)
        {
            for (int i = 0; i < Rounds; i++)
            {
                producer.Send(i);
            }
        }

        foreach (Consumer<long> consumer in consumers)
        {
            // Over a stream messages are on their way for a while.
            await Waiting.Until(() => consumer.Peers is [_]);
            using var each = new Selector(consumer);
            each.Wait(Patience.Token);
        }

        using var priority = new Selector(new SelectorOptions { Order = SelectOrder.Priority }, consumers);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Equal(0, priority.Wait(Patience.Token)));
        Assert.Equal(0, Selector.WaitAny(consumers, Patience.Token));

        using var fair = new Selector(consumers);
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], Enumerable.Range(0, 8).Select(_ => fair.Wait(Patience.Token)));
        int[] turns = new int[4];
        for (int i = 0; i < 4 * Rounds; i++)
        {
            int index = fair.Wait(Patience.Token);
            Assert.True(consumers[index].TryReceive(out _));
            turns[index]++;
        }

        Assert.All(turns, number => Assert.Equal(Rounds, number));
    }
}
