using Viaduct.Tests.Support;

namespace Viaduct.Tests.Selecting;

/// <summary>A selector wakes for every reason that there is, whatever lies between the sockets.</summary>
public abstract partial class SelectorSuite(DistanceKind kind) : IAsyncLifetime
{
    protected Distance Distance { get; } = new(kind);

    private Node Near => Distance.Near;

    private Node Far => Distance.Far;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Distance.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(20, true)]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(20, false)]
    public async Task A_message_wakes_whichever_of_the_sockets_it_comes_to(int count, bool blocking)
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(count);
        using var selector = new Selector(consumers);

        foreach (int index in Enumerable.Range(0, count).Reverse())
        {
            Task<int> wait = Start(selector, blocking);
            await wait.StaysPending();
            producers[index].Send(index + 100);

            Assert.Equal(index, await wait.Within());
            Assert.True(consumers[index].TryReceive(out long value));
            Assert.Equal(index + 100, value);
        }

        Assert.False(selector.TryWait(out int none));
        Assert.Equal(-1, none);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Room_wakes_a_sender(bool blocking)
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(3, capacity: 2);
        foreach (Producer<long> producer in producers)
        {
            Assert.True(producer.TrySend(1) && producer.TrySend(2));
        }

        using var selector = new Selector(producers);
        Task<int> wait = Start(selector, blocking);
        await wait.StaysPending();
        Assert.Equal(1, await consumers[1].ReceiveAsync(Patience.Token).Within());

        Assert.Equal(1, await wait.Within());
        Assert.True(producers[1].TrySend(3));
        Assert.False(selector.TryWait(out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_first_peer_wakes_a_sender(bool blocking)
    {
        Producer<long> producer = Near.OpenProducer(Numbers("late"));
        using var selector = new Selector(producer);
        Task<int> wait = Start(selector, blocking);
        await wait.StaysPending();

        using Consumer<long> consumer = Far.OpenConsumer(Numbers("late"));

        Assert.Equal(0, await wait.Within());
        Assert.True(producer.TrySend(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_wake_servers_and_replies_make_room_for_calls(bool blocking)
    {
        var calls = new CallSpec<long, long>("calls") { Capacity = 1, Context = Distance.Context };
        using Server<long, long> server = Far.OpenServer(calls);
        using Client<long, long> client = Near.OpenClient(calls);
        await client.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        using var serving = new Selector(server);
        using var calling = new Selector(client);
        Task<int> asked = Start(serving, blocking);
        await asked.StaysPending();
        Assert.True(calling.TryWait(out _));

        Task<long> call = client.CallAsync(21, Patience.Token).AsTask();

        Assert.Equal(0, await asked.Within());
        Task<int> free = Start(calling, blocking);
        await free.StaysPending();
        Assert.True(server.TryReceive(out Request<long, long> request));
        request.Reply(request.Value * 2);
        Assert.Equal(0, await free.Within());
        Assert.Equal(42, await call.Within());
        Assert.False(serving.TryWait(out _));
    }

    [Fact]
    public async Task A_client_that_left_does_not_keep_a_server_ready()
    {
        var calls = new CallSpec<long, long>("calls") { Context = Distance.Context };
        using Server<long, long> server = Far.OpenServer(calls);
        using var selector = new Selector(server);
        Client<long, long> client = Near.OpenClient(calls);
        await server.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        Task<long> call = Background.Run(() => client.Call(1, Patience.Token));
        selector.Wait(Patience.Token);
        Assert.True(server.TryReceive(out Request<long, long> request));
        request.Reply(2);
        await call.Within();
        await Background.Run(client.Dispose).Within();
        await Waiting.Until(() => server.Peers.Count == 0);

        // The loss of a client that did not leave in order is no concern of a server either.
#pragma warning disable VIA0002 // On purpose: what comes is not answered.
        await Waiting.Until(() => !selector.TryWait(out _) || !(server.TryReceive(out _) || selector.TryWait(out _)), "the server is at rest");
#pragma warning restore VIA0002
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task News_wake_subscribers_and_full_subscribers_hold_a_publisher_back(bool blocking)
    {
        ChannelSpec<long> news = Numbers("news", capacity: 2);
        using Subscriber<long> subscriber = Far.OpenSubscriber(news);
        using Publisher<long> publisher = Near.OpenPublisher(news);
        await Task.WhenAll(publisher.WaitForPeersAsync(1, Patience.Token).AsTask(), subscriber.WaitForPeersAsync(1, Patience.Token).AsTask()).Within();
        using var reading = new Selector(subscriber);
        using var writing = new Selector(publisher);
        Task<int> arrival = Start(reading, blocking);
        await arrival.StaysPending();
        publisher.Send(1);
        Assert.Equal(0, await arrival.Within());
        publisher.Send(2);

        Task<int> room = Start(writing, blocking);
        await room.StaysPending();
        Assert.Equal(1, subscriber.Receive(Patience.Token));

        Assert.Equal(0, await room.Within());
        Assert.True(publisher.TrySend(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_a_channel_wakes(bool blocking)
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(2);
        using var selector = new Selector(consumers);
        Task<int> wait = Start(selector, blocking);
        await wait.StaysPending();
        producers[1].Complete();

        Assert.Equal(1, await wait.Within());
        Assert.False(consumers[1].TryReceive(out _));
        Assert.True(consumers[1].IsCompleted);
        Assert.False(consumers[0].IsCompleted);
        Assert.True(selector.Remove(consumers[1]));
        Assert.False(selector.TryWait(out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_a_socket_wakes_who_waits_for_it(bool blocking)
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(2, capacity: 1);
        Assert.True(producers[1].TrySend(1));
        using var selector = new Selector(consumers[0], producers[1]);
        Task<int> wait = Start(selector, blocking);
        await wait.StaysPending();
        await Background.Run(consumers[0].Dispose).Within();
        Assert.Equal(0, await wait.Within());
        Assert.Throws<ObjectDisposedException>(() => consumers[0].TryReceive(out _));
        Assert.True(selector.Remove(consumers[0]));

        wait = Start(selector, blocking);
        await wait.StaysPending();
        await Background.Run(producers[1].Dispose).Within();
        Assert.Equal(1, await wait.Within());
        Assert.Throws<ObjectDisposedException>(() => producers[1].TrySend(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_timeout_and_disposal_end_a_wait(bool blocking)
    {
        (_, Consumer<long>[] consumers) = await OpenPairs(2);
        var selector = new Selector(consumers);
        using var source = new CancellationTokenSource();
        Task<int> wait = Start(selector, blocking, source.Token);
        await wait.StaysPending();
        await source.CancelAsync();
        Assert.Equal(source.Token, Assert.IsAssignableFrom<OperationCanceledException>(await wait.Outcome()).CancellationToken);
        Assert.IsAssignableFrom<OperationCanceledException>(await Start(selector, blocking, source.Token).Outcome());

        Assert.False(await Background.Run(() => selector.TryWait(out _, TimeSpan.FromMilliseconds(20))).Within());
        Assert.False(selector.TryWait(out _, TimeSpan.Zero));

        wait = Start(selector, blocking);
        await wait.StaysPending();
        selector.Dispose();
        Assert.IsType<ObjectDisposedException>(await wait.Outcome());
        Assert.Throws<ObjectDisposedException>(() => selector.TryWait(out _));
        Assert.Throws<ObjectDisposedException>(() => selector.Add(consumers[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sockets_come_and_go_while_it_waits(bool blocking)
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(4);
        using var selector = new Selector(consumers[0], consumers[1]);
        Task<int> wait = Start(selector, blocking);
        await wait.StaysPending();
        Assert.Equal(2, selector.Add(consumers[2]));
        Assert.True(selector.Remove(consumers[0]));
        Assert.False(selector.Remove(consumers[0]));
        producers[0].Send(1);
        await wait.StaysPending();
        producers[2].Send(1);

        Assert.Equal(2, await wait.Within());
        Assert.Equal(0, selector.Add(consumers[3]));
        Assert.Equal(3, selector.Count);
        Assert.Throws<ArgumentException>(() => selector.Add(consumers[3]));
    }

    [Fact]
    public async Task A_socket_may_be_in_several_selectors_and_in_use_without_them()
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(2);
        using var first = new Selector(consumers);
        using var second = new Selector(consumers);
        using var third = new Selector(consumers[1]);
        Task<int>[] waits = [Start(first, blocking: true), Start(second, blocking: false), Start(third, blocking: true)];
        Task<long> receive = consumers[0].ReceiveAsync(Patience.Token).AsTask();
        await Task.WhenAny(waits).StaysPending();

        producers[1].Send(5);
        int[] indices = await Task.WhenAll(waits).Within();
        Assert.Equal([1, 1, 0], indices);
        Assert.False(receive.IsCompleted);
        producers[0].Send(6);
        Assert.Equal(6, await receive.Within());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_capacity_0_a_waiting_selector_is_a_waiting_receive(bool blocking)
    {
        (Producer<long>[] producers, Consumer<long>[] consumers) = await OpenPairs(2, capacity: 0);
        using var selector = new Selector(consumers);
        using var senders = new Selector(producers);
        Assert.False(senders.TryWait(out _));
        Task<int> wait = Start(selector, blocking);
        Assert.InRange(await Start(senders, blocking).Within(), 0, 1);

        Task send = producers[1].SendAsync(7, Patience.Token).AsTask();
        Assert.Equal(1, await wait.Within());
        Assert.True(consumers[1].TryReceive(out long value, Patience.Limit));
        Assert.Equal(7, value);
        await send.Within();
        await Waiting.Until(() => !senders.TryWait(out _), "nobody waits any more");
    }

    private ChannelSpec<long> Numbers(string name, int capacity = 64) => new(name) { Capacity = capacity, Context = Distance.Context };

    private async Task<(Producer<long>[] Producers, Consumer<long>[] Consumers)> OpenPairs(int count, int capacity = 64)
    {
        Producer<long>[] producers = [.. Enumerable.Range(0, count).Select(i => Near.OpenProducer(Numbers($"numbers-{i}", capacity)))];
        Consumer<long>[] consumers = [.. Enumerable.Range(0, count).Select(i => Far.OpenConsumer(Numbers($"numbers-{i}", capacity)))];
        foreach (ISocket socket in producers.Cast<ISocket>().Concat(consumers))
        {
            await socket.WaitForPeersAsync(1, Patience.Token).AsTask().Within();
        }

        return (producers, consumers);
    }

    private static Task<int> Start(Selector selector, bool blocking, CancellationToken? token = null)
    {
        CancellationToken chosen = token ?? Patience.Token;
        return blocking ? Background.Run(() => selector.Wait(chosen)) : selector.WaitAsync(chosen).AsTask();
    }
}
