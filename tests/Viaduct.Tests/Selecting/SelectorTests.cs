using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

/// <summary>What a selector does that has nothing to do with distances.</summary>
public sealed class SelectorTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.Thread);

    private Node Node => _distance.Near;

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public void Waiting_allocates_nothing()
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = OpenPairs(4);
        using var selector = new Selector(consumers);
        int wrong = 0;
        void Round(int index)
        {
            producers[index].TrySend(1);
            wrong += selector.Wait() == index ? 0 : 1;
            consumers[index].TryReceive(out _);
            selector.TryWait(out _, TimeSpan.FromTicks(1));
        }

        // Tiered compilation and the first sleep allocate.
        for (int i = 0; i < 200; i++)
        {
            Round(i % 4);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            Round(i % 4);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Sockets_that_spin_need_a_selector_that_spins()
    {
        using Consumer<long> consumer = Node.OpenConsumer(new ChannelSpec<long>("spinning"), new ConsumerOptions { Wait = WaitMode.Spin });
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Selector(consumer));
        Assert.Contains("spinning", error.Message, StringComparison.Ordinal);

        using Producer<long> producer = Node.OpenProducer(new ChannelSpec<long>("spinning"));
        using var selector = new Selector(new SelectorOptions { Wait = WaitMode.Spin }, consumer);
        producer.Send(1);
        Assert.Equal(0, selector.Wait(Patience.Token));
        Assert.Throws<InvalidOperationException>(() => selector.Descriptor);
    }

    [Fact]
    public async Task A_spinning_selector_wakes_too()
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = OpenPairs(2);
        using var selector = new Selector(new SelectorOptions { Wait = WaitMode.Spin }, consumers);
        Task<int> wait = Background.Run(() => selector.Wait(Patience.Token));
        await wait.StaysPending();
        producers[1].Send(1);
        Assert.Equal(1, await wait.Within());
        Assert.True(consumers[1].TryReceive(out _));

        Task<int> awaited = selector.WaitAsync(Patience.Token).AsTask();
        await awaited.StaysPending();
        producers[0].Send(1);
        Assert.Equal(0, await awaited.Within());
    }

    [Fact]
    public void Options_and_arguments_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Selector(new SelectorOptions { Order = (SelectOrder)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Selector(new SelectorOptions { Wait = (WaitMode)9 }));
        Assert.Throws<ArgumentNullException>(() => new Selector((SelectorOptions)null!));
        using var selector = new Selector();
        Assert.Throws<ArgumentNullException>(() => selector.Add(null!));
        Assert.Equal(0, selector.Count);
        Assert.False(selector.TryWait(out _, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task Many_threads_may_wait_on_one_selector()
    {
        const int Each = 500;
        (Producer<long>[] producers, Consumer<long>[] consumers) = OpenPairs(3);
        using var selector = new Selector(consumers);
        int received = 0;
        using var stop = new CancellationTokenSource();
        Task[] workers = [.. Enumerable.Range(0, 4).Select(_ => Background.Run(() =>
        {
            while (true)
            {
                // Another worker may be faster.
                if (consumers[selector.Wait(stop.Token)].TryReceive(out long _) && Interlocked.Increment(ref received) == 3 * Each)
                {
                    stop.Cancel();
                }
            }
        }))];
        foreach (Producer<long> producer in producers)
        {
            _ = Background.Run(() => Enumerable.Range(0, Each).ToList().ForEach(i => producer.Send(i, Patience.Token)));
        }

        Exception?[] ends = await Task.WhenAll(workers.Select(worker => worker.Outcome("a worker")));
        Assert.All(ends, end => Assert.IsAssignableFrom<OperationCanceledException>(end));
        Assert.Equal(3 * Each, received);
    }

    private (Producer<long>[] Producers, Consumer<long>[] Consumers) OpenPairs(int count)
    {
        ChannelSpec<long>[] specs = [.. Enumerable.Range(0, count).Select(i => new ChannelSpec<long>($"numbers-{i}"))];
        Consumer<long>[] consumers = [.. specs.Select(spec => Node.OpenConsumer(spec))];
        Producer<long>[] producers = [.. specs.Select(spec => Node.OpenProducer(spec))];
        Assert.All(producers, producer => Assert.True(producer.WaitForPeers(1, Patience.Limit)));
        return (producers, consumers);
    }
}
