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
}
