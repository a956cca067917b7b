using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

/// <content>Receivers that hold all that their senders may send.</content>
public abstract partial class LoanSuite
{
    [Fact]
    public async Task Leases_up_to_a_small_capacity_end_in_an_error_instead_of_a_wait_for_ever()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 4));
        var leases = new List<Lease<ReadOnlyMemory<byte>>>();
        Task reading = Background.Run(async () =>
        {
            await foreach (Lease<ReadOnlyMemory<byte>> lease in consumer.ReadAllLeasesAsync(Patience.Token))
            {
                leases.Add(lease);
            }
        }).Unwrap();
        for (int i = 0; i < 4; i++)
        {
            await SendLoan(producer, i, 100);
        }

        LeaseLimitException refused = await Assert.ThrowsAsync<LeaseLimitException>(() => reading.Within());
        Assert.Equal((4L, 4), (refused.Held, refused.Limit));
        Assert.Contains("'bytes': this consumer holds 4 leases", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Capacity 4", refused.Message, StringComparison.Ordinal);
        Assert.Equal(4, leases.Count);
        await Assert.ThrowsAsync<LeaseLimitException>(() => Background.Run(() => consumer.ReceiveLease(Patience.Token)).Within());
        await Assert.ThrowsAsync<LeaseLimitException>(() => consumer.ReceiveLeaseAsync(Patience.Token).AsTask().Within());

        // Who does not wait, or not for ever, is told that there is nothing.
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        Assert.False(consumer.TryReceiveLease(out _));
        Assert.False(consumer.TryReceiveLease(out _, Patience.Moment));
#pragma warning restore VIA0002

        Task sending = SendLoan(producer, 4, 100);
        leases[2].Dispose();
        await sending.Within();
        using Lease<ReadOnlyMemory<byte>> next = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        Assert.Equal(4, Payload.Read(next.AsSpan()));
    }

    [Fact]
    public async Task Where_others_dispose_the_leases_a_receive_waits_for_them()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 2), receiving: new ConsumerOptions { MaxLeases = 8 });
        await SendLoan(producer, 0, 100);
        await SendLoan(producer, 1, 100);
        Lease<ReadOnlyMemory<byte>> first = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        using Lease<ReadOnlyMemory<byte>> second = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        Task<Lease<ReadOnlyMemory<byte>>> awaiting = consumer.ReceiveLeaseAsync(Patience.Token).AsTask();
        Task sending = SendLoan(producer, 2, 100);
        await awaiting.StaysPending();

        first.Dispose();

        using Lease<ReadOnlyMemory<byte>> third = await awaiting.Within();
        Assert.Equal(2, Payload.Read(third.AsSpan()));
        await sending.Within();
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(8, 2)]
    public async Task Who_waits_while_another_takes_the_last_lease_that_may_be_held_is_told(int capacity, int? most)
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity), receiving: new ConsumerOptions { MaxLeases = most });
        foreach (bool awaits in new[] { true, false })
        {
            await SendLoan(producer, 0, 100);
            using Lease<ReadOnlyMemory<byte>> first = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            Task<Lease<ReadOnlyMemory<byte>>>[] waiting = [.. Enumerable.Range(0, 2).Select(_ => awaits
                ? consumer.ReceiveLeaseAsync(Patience.Token).AsTask()
                : Background.Run(() => consumer.ReceiveLease(Patience.Token)))];
            await Task.WhenAny(waiting).StaysPending();

            await SendLoan(producer, 1, 100);

            Exception?[] outcomes = [await waiting[0].Outcome(), await waiting[1].Outcome()];
            int taken = Array.IndexOf(outcomes, null);
            Assert.Equal(2, Assert.IsType<LeaseLimitException>(outcomes[1 - taken]).Held);
            (await waiting[taken]).Dispose();
        }
    }

    [Fact]
    public async Task What_another_producer_may_send_is_waited_for()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Bytes(capacity: 1);
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(channel);
        Producer<ReadOnlyMemory<byte>> other = Near.OpenProducer(channel);
        await consumer.WaitForPeersAsync(2, Patience.Token).Within();
        await other.WaitForPeersAsync(1, Patience.Token).Within();
        await SendLoan(producer, 0, 100);
        using Lease<ReadOnlyMemory<byte>> first = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        Task<Lease<ReadOnlyMemory<byte>>> awaiting = consumer.ReceiveLeaseAsync(Patience.Token).AsTask();
        await awaiting.StaysPending();

        await SendLoan(other, 1, 100);

        using Lease<ReadOnlyMemory<byte>> second = await awaiting.Within();
        LeaseLimitException refused = await Assert.ThrowsAsync<LeaseLimitException>(() => consumer.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
        Assert.Equal((2L, 2), (refused.Held, refused.Limit));

        // A wait that was not in vain when it began is so once the other one has left.
        second.Dispose();
        Task<Lease<ReadOnlyMemory<byte>>> left = consumer.ReceiveLeaseAsync(Patience.Token).AsTask();
        await left.StaysPending();
        await Background.Run(other.Dispose).Within();
        await Assert.ThrowsAsync<LeaseLimitException>(() => left.Within());
    }

    [Fact]
    public async Task The_history_of_a_publisher_counts_beside_the_capacity_for_leases_too()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { Capacity = 2, History = 2, Context = Distance.Context };
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        publisher.Send(Payload.Create(0, 50), Patience.Token);
        publisher.Send(Payload.Create(1, 50), Patience.Token);
        Subscriber<ReadOnlyMemory<byte>> subscriber = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        var leases = new List<Lease<ReadOnlyMemory<byte>>>();
        for (int i = 0; i < 4; i++)
        {
            Task<Lease<ReadOnlyMemory<byte>>> awaiting = subscriber.ReceiveLeaseAsync(Patience.Token).AsTask();
            if (i >= 2)
            {
                await awaiting.StaysPending();
                Assert.True(publisher.TrySend(Payload.Create(i, 50)));
            }

            leases.Add(await awaiting.Within());
            Assert.Equal(i, Payload.Read(leases[i].AsSpan()));
        }

        await Assert.ThrowsAsync<LeaseLimitException>(() => subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
        Assert.False(publisher.TrySend(Payload.Create(4, 50)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Only_as_much_history_as_there_was_counts_beside_the_capacity(int history)
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { Capacity = 2, History = 2, Context = Distance.Context };
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        for (int i = 0; i < history; i++)
        {
            publisher.Send(Payload.Create(i, 50), Patience.Token);
        }

        Subscriber<ReadOnlyMemory<byte>> subscriber = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        var leases = new List<Lease<ReadOnlyMemory<byte>>>();
        for (int i = 0; i < history + 2; i++)
        {
            if (i >= history)
            {
                Assert.True(publisher.TrySend(Payload.Create(i, 50)));
            }

            leases.Add(await subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
            Assert.Equal(i, Payload.Read(leases[i].AsSpan()));
        }

        LeaseLimitException refused = await Assert.ThrowsAsync<LeaseLimitException>(() => subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
        Assert.Equal((history + 2L, 2), (refused.Held, refused.Limit));
        Assert.False(publisher.TrySend(Payload.Create(9, 50)));

        // Whichever ends: when less than the capacity is leased in all, one more can come.
        leases.GetRange(1, history + 1).ForEach(static lease => lease.Dispose());
        await Waiting.Until(() => publisher.TrySend(Payload.Create(10, 50)));
        using Lease<ReadOnlyMemory<byte>> next = await subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within();
        Assert.Equal(10, Payload.Read(next.AsSpan()));
        await Assert.ThrowsAsync<LeaseLimitException>(() => subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
        leases.ForEach(static lease => lease.Dispose());
    }

    [Fact]
    public async Task A_message_that_is_offered_again_is_no_reason_to_refuse_and_none_to_wait()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("bytes") { Capacity = 2, History = 1, Context = Distance.Context };
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        publisher.Send(Payload.Create(0, 50), Patience.Token);
        Subscriber<ReadOnlyMemory<byte>> subscriber = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        publisher.Send(Payload.Create(1, 50), Patience.Token);
        publisher.Send(Payload.Create(2, 50), Patience.Token);
        using Lease<ReadOnlyMemory<byte>> first = await subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within();
        using Lease<ReadOnlyMemory<byte>> second = await subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within();
        await foreach (ReadOnlyMemory<byte> message in subscriber.ReadAllAsync(Patience.Token))
        {
            // All three are out: nobody else can come, but who leaves the iteration offers this one again.
            Assert.Equal(2, Payload.Read(message.Span));
            await Assert.ThrowsAsync<LeaseLimitException>(() => subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
            break;
        }

        using Lease<ReadOnlyMemory<byte>> third = await subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within();
        Assert.Equal(2, Payload.Read(third.AsSpan()));
        await Assert.ThrowsAsync<LeaseLimitException>(() => subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
        first.Dispose();
        await Assert.ThrowsAsync<LeaseLimitException>(() => subscriber.ReceiveLeaseAsync(Patience.Token).AsTask().Within());
        second.Dispose();
        Task<Lease<ReadOnlyMemory<byte>>> awaiting = subscriber.ReceiveLeaseAsync(Patience.Token).AsTask();
        await awaiting.StaysPending();
        await publisher.SendAsync(Payload.Create(3, 50), Patience.Token).AsTask().Within();
        using Lease<ReadOnlyMemory<byte>> fourth = await awaiting.Within();
        Assert.Equal(3, Payload.Read(fourth.AsSpan()));
    }
}
