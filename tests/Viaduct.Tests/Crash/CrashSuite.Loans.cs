using Viaduct.Tests.Support;

namespace Viaduct.Tests.Crash;

public abstract partial class CrashSuite
{
    [Fact]
    public async Task What_a_killed_consumer_had_leased_of_loans_comes_whole_to_another_and_all_memory_returns()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 8);
        Producer<ReadOnlyMemory<byte>> producer = Here.OpenProducer(channel);
        PeerProcess victim = await StartChild("consumer", channel);
        await Met(producer);
        for (int i = 0; i < 6; i++)
        {
            using Loan loan = producer.Loan(100_000);
            Payload.Create(i, 100_000).CopyTo(loan.Span);
            Assert.True(loan.TrySend());
        }

        await victim.Begin("lease s 3").Next(3);
        PeerProcess heir = await StartChild("consumer", channel, name: "heir");
        await victim.Kill();

        // The child checks every byte.
        string[] inherited = await heir.Begin("receive s 6").Next(6);
        Assert.Equal(Range(0, 6), inherited.Select(item => long.Parse(item, null)).Order());
        await Waiting.Until(() => producer.Counters.Outstanding == 0);
        await Waiting.Until(() => Here.Report().Memory.PoolBytesInUse == 0, () => $"{Here.Report().Memory}");
    }

    [Fact]
    public async Task A_killed_subscriber_gives_back_what_it_had_leased_though_the_publisher_is_idle()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 8);
        Publisher<ReadOnlyMemory<byte>> publisher = Here.OpenPublisher(channel);
        PeerProcess victim = await StartChild("subscriber", channel);
        await Met(publisher);
        for (int i = 0; i < 6; i++)
        {
            using Loan loan = publisher.Loan(100_000);
            Payload.Create(i, 100_000).CopyTo(loan.Span);
            Assert.True(loan.TrySend());
        }

        await victim.Begin("lease s 3").Next(3);
        Assert.True(Here.Report().Memory.PoolBytesInUse >= 600_000);
        await victim.Kill();

        await Waiting.Until(() => Here.Report().Memory.PoolBytesInUse == 0, () => $"{Here.Report().Memory}");
    }

    [Fact]
    public async Task What_a_killed_holder_of_loans_had_sent_is_read_to_the_end_and_the_rest_is_gone_with_it()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 8);
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        PeerProcess victim = await StartChild("producer", channel);
        await Met(consumer);
        await victim.Do("loan s 4 500000");
        await victim.Do("send-loans s 0 3 100000");
        using (Lease<ReadOnlyMemory<byte>> first = await consumer.ReceiveLeaseAsync(Patience.Token).Within())
        {
            using Lease<ReadOnlyMemory<byte>> second = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            using Lease<ReadOnlyMemory<byte>> third = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            await victim.Kill();
            await Waiting.Until(() => consumer.Peers.Count == 0);

            Assert.Equal(0, Payload.Read(first.AsSpan()));
            Assert.Equal(2, Payload.Read(third.AsSpan()));
        }

        await Assert.ThrowsAsync<PeerLostException>(() => consumer.ReceiveAsync(Patience.Token).AsTask()).Within();
        await Waiting.Until(() => Here.Report().Memory.MappedBytes == 0, () => $"{Here.Report().Memory}");
        await Waiting.Until(() => Here.Report().Memory.PoolBytesInUse == 0, () => $"{Here.Report().Memory}");
    }

    [Fact]
    public async Task A_lease_stays_readable_though_the_loss_of_its_producer_was_told()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Channel(capacity: 8);
        Consumer<ReadOnlyMemory<byte>> consumer = Here.OpenConsumer(channel);
        PeerProcess victim = await StartChild("producer", channel);
        await Met(consumer);
        await victim.Do("loan s 3 500000");
        await victim.Do("send-loans s 0 3 100000");
        Lease<ReadOnlyMemory<byte>> first = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        Lease<ReadOnlyMemory<byte>> second = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        (await consumer.ReceiveLeaseAsync(Patience.Token).Within()).Dispose();
        await victim.Kill();
        await Assert.ThrowsAsync<PeerLostException>(() => consumer.ReceiveAsync(Patience.Token).AsTask()).Within();

        Assert.Equal(2, consumer.Counters.Outstanding);
        Assert.Equal(0, Payload.Read(first.AsSpan()));
        first.Dispose();
        Assert.Equal(1, Payload.Read(second.AsSpan()));
        second.Dispose();

        Assert.Equal(0, consumer.Counters.Outstanding);
#pragma warning disable VIA0003 // On purpose: it refuses.
        Assert.Throws<ObjectDisposedException>(() => second.Value.Length);
#pragma warning restore VIA0003
        await Waiting.Until(() => Here.Report().Memory.MappedBytes == 0, () => $"{Here.Report().Memory}");
        await Waiting.Until(() => Here.Report().Memory.PoolBytesInUse == 0, () => $"{Here.Report().Memory}");
    }
}
