using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

public abstract partial class LoanSuite
{
    [Fact]
    public async Task Memory_that_lies_idle_goes_back_on_both_sides_and_comes_again_when_it_is_needed()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 8));
        for (int round = 0; round < 2; round++)
        {
            var leases = new List<Lease<ReadOnlyMemory<byte>>>();
            for (int i = 0; i < 4; i++)
            {
                await SendLoan(producer, i, 4 << 20);
                leases.Add(await consumer.ReceiveLeaseAsync(Patience.Token).Within());
            }

            if (Distance.Kind == DistanceKind.SharedMemory)
            {
                Assert.True(Near.Report().Memory.SharedBytes >= 16 << 20);
                Assert.True(Far.Report().Memory.MappedBytes >= 16 << 20);
            }

            foreach (Lease<ReadOnlyMemory<byte>> lease in leases)
            {
                Payload.Read(lease.AsSpan());
                lease.Dispose();
            }

            await Waiting.Until(() => Near.Report().Memory.PoolBytes == 0, () => $"memory of the senders: {Near.Report().Memory}");
            await Waiting.Until(() => Far.Report().Memory.PoolBytes == 0, () => $"memory of the receivers: {Far.Report().Memory}");
            await Waiting.Until(() => Near.Report().Memory.SharedBytes < 4 << 20, () => $"memory of the senders: {Near.Report().Memory}");
            await Waiting.Until(() => Far.Report().Memory.MappedBytes < 4 << 20, () => $"memory of the receivers: {Far.Report().Memory}");
        }
    }

    [Fact]
    public async Task Large_messages_one_after_the_other_use_one_piece_of_memory()
    {
        Assert.SkipUnless(Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory, "Elsewhere the receiver keeps copies, and tells late what it has consumed.");
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 8));
        for (int i = 0; i < 10; i++)
        {
            await SendLoan(producer, i, 16 << 20);
            using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            Assert.Equal(i, Payload.Read(lease.AsSpan()));
        }

        Assert.Equal(16 << 20, Near.Report().Memory.PoolBytes);
    }

    [Fact]
    public async Task Memory_in_use_is_not_taken_for_idle()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 8));
        using Loan unsent = producer.Loan(2 << 20);
        Payload.Create(1, 2 << 20).CopyTo(unsent.Span);
        await SendLoan(producer, 2, 2 << 20);
        using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        await SendLoan(producer, 4, 8 << 20);
        await SendLoan(producer, 3, 2 << 20);

        // One more, which is not: once that has gone at both ends, all else would have, too.
        (long Near, long Far) with = await ReceiveOneMore(consumer);
        await Waiting.Until(() => Near.Report().Memory.PoolBytes < with.Near, () => $"memory of the senders: {Near.Report().Memory}");
        await Waiting.Until(() => with.Far < 8 << 20 || Far.Report().Memory.PoolBytes < with.Far, () => $"memory of the receivers: {Far.Report().Memory}");

        Assert.Equal(1, Payload.Read(unsent.Span));
        Assert.Equal(2, Payload.Read(lease.AsSpan()));
        Assert.Equal(3, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        unsent.Send(Patience.Token);
        Assert.Equal(1, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
    }

    /// <summary>What the pools have while it is looked at.</summary>
    private async Task<(long Near, long Far)> ReceiveOneMore(Consumer<ReadOnlyMemory<byte>> consumer)
    {
        using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        Assert.Equal(4, Payload.Read(lease.AsSpan()));
        return (Near.Report().Memory.PoolBytes, Far.Report().Memory.PoolBytes);
    }

    [Fact]
    public async Task What_departed_subscribers_had_not_consumed_returns_though_the_publisher_is_idle()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Bytes(capacity: 8);
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        Subscriber<ReadOnlyMemory<byte>> subscriber = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(1, Patience.Token).Within();
        for (int i = 0; i < 5; i++)
        {
            using Loan loan = publisher.Loan(100_000);
            loan.Send(Patience.Token);
        }

#pragma warning disable VIA0002 // On purpose: its subscriber departs with it.
        await subscriber.ReceiveLeaseAsync(Patience.Token).Within();
#pragma warning restore VIA0002
        await Background.Run(subscriber.Dispose).Within();

        await AllReturns();
    }

    [Fact]
    public async Task What_a_closed_sender_had_handed_over_is_delivered_and_then_returns()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) =
            await Pair(Bytes(capacity: 8), new ProducerOptions { LingerTimeout = TimeSpan.Zero });
        for (int i = 0; i < 4; i++)
        {
            await SendLoan(producer, i, 100_000);
        }

        await Waiting.Until(() => Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory || Far.Report().Memory.PoolBytesInUse >= 400_000);
        await Background.Run(producer.Dispose).Within();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(i, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        }

        await Assert.ThrowsAnyAsync<ViaductException>(() => consumer.ReceiveAsync(Patience.Token).AsTask()).Within();
        await AllReturns();
    }

    [Fact]
    public async Task A_loan_allocates_nothing()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 8));
        long allocated = await Background.Run(() =>
        {
            long before = 0;
            for (int i = 0; i < 3000; i++)
            {
                if (i == 1000)
                {
                    before = GC.GetAllocatedBytesForCurrentThread();
                }

                using (Loan loan = producer.Loan(20_000))
                {
                    loan.Span[i] = 1;
                    loan.Send();
                }

                Lease<ReadOnlyMemory<byte>> lease;
                while (!consumer.TryReceiveLease(out lease))
                {
                    Thread.SpinWait(10);
                }

                lease.Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }).Within();

        // The runtime's own doings on this thread may cost something, but not for each of the messages.
        Assert.True(allocated < 2000 * 8, $"{allocated} bytes for 2,000 messages");
    }
}
