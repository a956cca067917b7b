using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public abstract partial class CrashSuite
{
    [Theory]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(10, true)]
    public async Task A_selector_that_sleeps_on_a_killed_producer_wakes(int count, bool blocking)
    {
        Consumer<ReadOnlyMemory<byte>>[] consumers = [.. Enumerable.Range(0, count).Select(i => Here.OpenConsumer(Channel(name: $"events-{i}")))];
        PeerProcess bystander = await StartChild("producer", consumers[0].Channel, name: "bystander");
        PeerProcess victim = await StartChild("producer", consumers[^1].Channel);
        await Met(consumers[0]);
        await Met(consumers[^1]);
        using var selector = new Selector(consumers);
        Task<int> wait = blocking ? Background.Run(() => selector.Wait(Patience.Token)) : selector.WaitAsync(Patience.Token).AsTask();
        await wait.StaysPending();

        await victim.Kill();

        Assert.Equal(count - 1, await wait.Within());
        Assert.Equal(victim.Id, Assert.Throws<PeerLostException>(() => consumers[^1].TryReceive(out _)).Peer.ProcessId);
        Assert.False(selector.TryWait(out _));
        await bystander.Do("send s 5 1 20");
        Assert.Equal(0, selector.Wait(Patience.Token));
    }

    [Fact]
    public async Task A_descriptor_becomes_readable_when_a_producer_is_killed()
    {
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(Channel());
        PeerProcess victim = await StartChild("producer", consumer.Channel);
        await Met(consumer);
        using var selector = new Selector(consumer);
        int fd = (int)selector.Descriptor.DangerousGetHandle();
        await Waiting.Until(() => !selector.TryWait(out _) && !Posix.IsReadable(fd, Patience.Moment));

        await victim.Kill();

        await Waiting.Until(() => Posix.IsReadable(fd, Patience.Limit) && selector.TryWait(out _), "the loss is ready");
        Assert.Throws<PeerLostException>(() => consumer.TryReceive(out _));
    }

    [Fact]
    public async Task A_selector_that_waits_for_room_at_a_killed_consumer_has_it_at_the_next()
    {
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(Channel(capacity: 1));
        PeerProcess victim = await StartChild("consumer", producer.Channel);
        await producer.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        Assert.True(producer.TrySend(Payload.Create(1, 30)));
        using var selector = new Selector(producer);
        Task<int> wait = Background.Run(() => selector.Wait(Patience.Token));
        await wait.StaysPending();

        await victim.Kill();
        await wait.StaysPending();
        PeerProcess heir = await StartChild("consumer", producer.Channel, name: "heir");
        await heir.Do("receive s 1");

        Assert.Equal(0, await wait.Within());
        Assert.True(producer.TrySend(Payload.Create(2, 30)));
    }

    [Fact]
    public async Task Processes_select_over_channels_of_one_another()
    {
        const int Each = 200;
        PeerProcess child = await StartChild();
        Producer<ReadOnlyMemory<byte>>[] producers = [.. Enumerable.Range(0, 4).Select(i => Here.OpenProducer(Channel(capacity: 8, name: $"events-{i}")))];
        for (int i = 0; i < producers.Length; i++)
        {
            await Open(child, $"c{i}", "consumer", producers[i].Channel);
            await child.Do($"wait c{i} 1");
        }

        PeerCommand selecting = child.Begin($"select {4 * Each} c0 c1 c2 c3");
        await Task.WhenAll(producers.Select((producer, number) => Background.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                producer.Send(Payload.Create((1000 * number) + i, 40), Patience.Token);
                if (i % 16 == number)
                {
                    Thread.Sleep(1);
                }
            }
        }))).Within();

        await selecting.Done.Within();
        string[] expected = [.. Enumerable.Range(0, 4).SelectMany(number => Enumerable.Range(0, Each).Select(i => $"{number} {(1000 * number) + i}"))];
        Assert.Equal(expected.Order(), selecting.Rest().Order());
    }
}
