using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

/// <summary>What loans and leases promise at every distance.</summary>
public abstract partial class LoanSuite(DistanceKind kind) : IAsyncLifetime
{
    protected Distance Distance { get; } = new(kind, static options =>
    {
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(400);
        options.IdleMemoryTimeout = TimeSpan.FromMilliseconds(100);
    });

    protected Node Near => Distance.Near;

    protected Node Far => Distance.Far;

    private bool InPlace => Distance.Kind is DistanceKind.Thread or DistanceKind.SharedMemory;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Distance.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_written_in_a_loan_is_read_where_it_was_written()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        foreach (int size in new[] { 8, 5000, 200_000 })
        {
            Memory<byte> stale = await SendLoan(producer, size, size);
            using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();

            Assert.Equal(size, Payload.Read(lease.AsSpan()));
            Assert.Equal(size, lease.AsMemory().Length);
            Assert.True(lease.AsSequence().IsSingleSegment);
            if (InPlace)
            {
                // Forbidden to programs; it shows that nothing was copied on the way.
                stale.Span[0] ^= 0xff;
                Assert.Equal(stale.Span[0], lease.AsSpan()[0]);
            }

            if (Distance.Kind == DistanceKind.Thread)
            {
                Assert.True(Unsafe.AreSame(in MemoryMarshal.GetReference(lease.AsSpan()), in MemoryMarshal.GetReference(stale.Span)));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData((1 << 20) - 1)]
    [InlineData((1 << 20) + 1)]
    [InlineData(64 << 20)]
    public async Task Loans_of_every_size_arrive_whole(int size)
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 2));
        for (int i = 0; i < (size > 1 << 21 ? 1 : 3); i++)
        {
            using (Loan loan = producer.Loan(size, Patience.Token))
            {
                Assert.Equal(size, loan.Length);
                Assert.Equal(size, loan.Span.Length);
                Payload.Create(i, size).CopyTo(loan.Span);
                await loan.SendAsync(Patience.Token).Within();
            }

            using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            Assert.Equal(size, lease.Value.Length);
            Payload.Check(lease.AsSpan(), i);
        }
    }

    [Fact]
    public async Task Leases_of_loans_end_in_any_order_and_all_memory_returns()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 8));
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 8; i++)
            {
                await SendLoan(producer, (round * 8) + i, 3000 + (i * 50_000));
            }

            var leases = new Lease<ReadOnlyMemory<byte>>[8];
            for (int i = 0; i < 8; i++)
            {
                leases[i] = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            }

            foreach (int i in new[] { 5, 1, 7, 0, 6, 2, 4, 3 })
            {
                Assert.Equal((round * 8) + i, Payload.Read(leases[i].AsSpan()));
                leases[i].Dispose();
            }
        }

        await AllReturns();
    }

    [Fact]
    public async Task A_lease_that_is_kept_keeps_only_its_own_memory()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 4));
        await SendLoan(producer, -1, 100_000);
        using Lease<ReadOnlyMemory<byte>> kept = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        for (int i = 0; i < 40; i++)
        {
            await SendLoan(producer, i, 100_000);
            using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            Assert.Equal(i, Payload.Read(lease.AsSpan()));
        }

        Assert.Equal(-1, Payload.Read(kept.AsSpan()));
        await Waiting.Until(() => Near.Report().Memory.PoolBytesInUse <= 1 << 17, () => $"memory of the senders: {Near.Report().Memory}");
        await Waiting.Until(() => Far.Report().Memory.PoolBytesInUse <= 1 << 17, () => $"memory of the receivers: {Far.Report().Memory}");
        Assert.Equal(-1, Payload.Read(kept.AsSpan()));
    }

    [Fact]
    public async Task A_loan_that_is_not_sent_returns()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        for (int i = 0; i < 200; i++)
        {
            using Loan loan = producer.Loan(50_000);
            loan.Span[0] = (byte)i;
        }

        Assert.True(Near.Report().Memory.PoolBytes <= 1 << 20);
        await AllReturns();
        Assert.False(consumer.TryReceive(out _));
        Assert.Equal(0, producer.Counters.Sent);
    }

    [Fact]
    public async Task Several_loans_may_be_written_at_once_and_sent_in_any_order()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        Loan[] loans = [.. Enumerable.Range(0, 5).Select(_ => producer.Loan(10_000))];
        await producer.SendAsync(Payload.Create(100, 10), Patience.Token).Within();
        foreach (int i in new[] { 3, 0, 4, 1 })
        {
            Payload.Create(i, 10_000).CopyTo(loans[i].Span);
            Assert.True(loans[i].TrySend());
            await producer.SendAsync(Payload.Create(200 + i, 100_000), Patience.Token).Within();
        }

        loans[2].Dispose();
        foreach (int expected in new[] { 100, 3, 203, 0, 200, 4, 204, 1, 201 })
        {
            Assert.Equal(expected, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        }

        await AllReturns();
    }

    [Fact]
    public async Task What_was_received_without_a_lease_is_the_receivers_own()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 1));
        await SendLoan(producer, 1, 20_000);
        ReadOnlyMemory<byte> first = await consumer.ReceiveAsync(Patience.Token).Within();
        await SendLoan(producer, 2, 20_000);
        byte[] second = new byte[20_000];
        Assert.Equal(20_000, await Background.Run(() => consumer.Receive(second, Patience.Token)).Within());
        await SendLoan(producer, 3, 20_000);

        Assert.Equal(1, Payload.Read(first.Span));
        Assert.Equal(2, Payload.Read(second));
    }

    [Fact]
    public async Task A_leased_loan_of_a_closed_consumer_goes_to_another()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Bytes(capacity: 8);
        Producer<ReadOnlyMemory<byte>> producer = Near.OpenProducer(channel);
        Consumer<ReadOnlyMemory<byte>> leaving = Far.OpenConsumer(channel, new ConsumerOptions { LingerTimeout = TimeSpan.Zero });
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        for (int i = 0; i < 4; i++)
        {
            await SendLoan(producer, i, 100 + (i * 40_000));
        }

#pragma warning disable VIA0002 // On purpose: their consumer closes with them.
        Lease<ReadOnlyMemory<byte>> taken = await leaving.ReceiveLeaseAsync(Patience.Token).Within();
        await leaving.ReceiveLeaseAsync(Patience.Token).Within();
#pragma warning restore VIA0002
        await Background.Run(leaving.Dispose).Within();
        Assert.Throws<ObjectDisposedException>(() => taken.Value);

        Consumer<ReadOnlyMemory<byte>> staying = Far.OpenConsumer(channel);
        var seen = new List<long>();
        for (int i = 0; i < 4; i++)
        {
            using Lease<ReadOnlyMemory<byte>> lease = await staying.ReceiveLeaseAsync(Patience.Token).Within();
            seen.Add(Payload.Read(lease.AsSpan()));
            Assert.True(lease.Attempt == 2 || lease.AsSpan().Length > 40_100);
        }

        Assert.Equal([0, 1, 2, 3], seen.Order());
        await AllReturns();
    }

    [Fact]
    public async Task All_subscribers_read_the_same_bytes()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Bytes(capacity: 4);
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        Subscriber<ReadOnlyMemory<byte>>[] subscribers =
        [
            Far.OpenSubscriber(channel),
            Far.OpenSubscriber(channel),
            Far.OpenSubscriber(channel, new SubscriberOptions { WhenFull = FullMode.DropOldest }),
        ];
        await publisher.WaitForPeersAsync(3, Patience.Token).Within();
        for (int i = 0; i < 20; i++)
        {
            Memory<byte> stale;
            using (Loan loan = publisher.Loan(30_000))
            {
                Payload.Create(i, 30_000).CopyTo(loan.Span);
                stale = loan.AsMemory();
                loan.Send(Patience.Token);
            }

            var leases = new Lease<ReadOnlyMemory<byte>>[3];
            for (int s = 0; s < 3; s++)
            {
                leases[s] = await subscribers[s].ReceiveLeaseAsync(Patience.Token).Within();
                Assert.Equal(i, Payload.Read(leases[s].AsSpan()));
            }

            if (InPlace)
            {
#pragma warning disable VIA0001 // On purpose: it shows whose memory it is.
                stale.Span[9] ^= 0x55;
                Assert.Equal(stale.Span[9], leases[0].AsSpan()[9]);
                Assert.Equal(stale.Span[9], leases[1].AsSpan()[9]);
#pragma warning restore VIA0001
            }

            Array.ForEach(leases, static lease => lease.Dispose());
        }

        await AllReturns();
    }

    [Fact]
    public async Task A_lease_that_one_subscriber_keeps_keeps_only_its_own_memory()
    {
        ChannelSpec<ReadOnlyMemory<byte>> channel = Bytes(capacity: 4);
        Publisher<ReadOnlyMemory<byte>> publisher = Near.OpenPublisher(channel);
        Subscriber<ReadOnlyMemory<byte>> keeping = Far.OpenSubscriber(channel);
        Subscriber<ReadOnlyMemory<byte>> other = Far.OpenSubscriber(channel);
        await publisher.WaitForPeersAsync(2, Patience.Token).Within();
        Lease<ReadOnlyMemory<byte>> kept = default;
        for (int i = 0; i < 40; i++)
        {
            using (Loan loan = publisher.Loan(100_000))
            {
                Payload.Create(i, 100_000).CopyTo(loan.Span);
                await loan.SendAsync(Patience.Token).Within();
            }

            Lease<ReadOnlyMemory<byte>> lease = await keeping.ReceiveLeaseAsync(Patience.Token).Within();
            if (i == 0)
            {
                kept = lease;
            }
            else
            {
                lease.Dispose();
            }

            Assert.Equal(i, Payload.Read((await other.ReceiveAsync(Patience.Token).Within()).Span));
        }

        await Waiting.Until(() => Near.Report().Memory.PoolBytesInUse <= 1 << 17, () => $"memory of the publisher: {Near.Report().Memory}");
        Assert.Equal(0, Payload.Read(kept.AsSpan()));
        kept.Dispose();
        await AllReturns();
    }

    [Fact]
    public async Task A_rendezvous_hands_the_loan_over_too()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 0));
        for (int i = 0; i < 5; i++)
        {
            Task<Lease<ReadOnlyMemory<byte>>> receiving = consumer.ReceiveLeaseAsync(Patience.Token).Within();
            await SendLoan(producer, i, 9000);
            using Lease<ReadOnlyMemory<byte>> lease = await receiving;
            Assert.Equal(i, Payload.Read(lease.AsSpan()));
        }

        using Loan unwanted = producer.Loan(9000);
        Assert.False(unwanted.TrySend());
        Assert.Equal(9000, unwanted.Length);
    }

    [Fact]
    public async Task A_lease_reads_as_the_struct_that_was_written_in_the_loan()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        using (Loan loan = producer.Loan(Unsafe.SizeOf<Frame>()))
        {
            MemoryMarshal.AsRef<Frame>(loan.Span) = new Frame { Id = 7, Row = 8 };
            await loan.SendAsync(Patience.Token).Within();
        }

        using Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        ref readonly Frame frame = ref lease.As<Frame>();
        Assert.Equal((7, 8), (frame.Id, frame.Row));
        Assert.Throws<ArgumentException>(() => lease.As<long>());
    }

    [Fact]
    public async Task A_value_is_written_in_its_loan()
    {
        var channel = new ChannelSpec<Frame>("frames") { Context = Distance.Context, Capacity = 4 };
        Producer<Frame> producer = Near.OpenProducer(channel);
        Consumer<Frame> consumer = Far.OpenConsumer(channel);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        for (int i = 0; i < 10; i++)
        {
            Loan<Frame> loan = producer.Loan(Patience.Token);
            Write(loan, i);
            await loan.SendAsync(Patience.Token).Within();
#pragma warning disable VIA0001 // On purpose: it refuses.
            Assert.Throws<ObjectDisposedException>(() => loan.Value.Id);
#pragma warning restore VIA0001

            using Lease<Frame> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
            Assert.Equal((i, -i, i + 1), (lease.Value.Id, lease.Value.Row, lease.Value.Pixels[999]));
        }

        await AllReturns();
    }

    protected ChannelSpec<ReadOnlyMemory<byte>> Bytes(int capacity = 64) => new("bytes") { Capacity = capacity, Context = Distance.Context };

    protected async Task<(Producer<ReadOnlyMemory<byte>> Producer, Consumer<ReadOnlyMemory<byte>> Consumer)> Pair(
        ChannelSpec<ReadOnlyMemory<byte>> channel, ProducerOptions? sending = null, ConsumerOptions? receiving = null)
    {
        Producer<ReadOnlyMemory<byte>> producer = Near.OpenProducer(channel, sending);
        Consumer<ReadOnlyMemory<byte>> consumer = Far.OpenConsumer(channel, receiving);
        await producer.WaitForPeersAsync(1, Patience.Token).Within();
        await consumer.WaitForPeersAsync(1, Patience.Token).Within();
        return (producer, consumer);
    }

    /// <summary>Sends a payload by loan; returns the memory that it was written in, which is the receiver's by then.</summary>
    protected static async Task<Memory<byte>> SendLoan(Producer<ReadOnlyMemory<byte>> producer, long id, int size)
    {
        using Loan loan = await producer.LoanAsync(size, Patience.Token).Within();
        Payload.Create(id, size).CopyTo(loan.Span);
        Memory<byte> memory = loan.AsMemory();
        await loan.SendAsync(Patience.Token).Within();
#pragma warning disable VIA0001 // On purpose: it shows whose memory it is.
        return memory;
#pragma warning restore VIA0001
    }

    /// <summary>No memory is out any more: neither loaned nor holding messages.</summary>
    protected async Task AllReturns()
    {
        await Waiting.Until(() => Near.Report().Memory.PoolBytesInUse == 0, () => $"memory of the senders: {Near.Report().Memory}");
        await Waiting.Until(() => Far.Report().Memory.PoolBytesInUse == 0, () => $"memory of the receivers: {Far.Report().Memory}");
    }

    private static void Write(Loan<Frame> loan, int i)
    {
        ref Frame frame = ref loan.Value;
        frame.Id = i;
        frame.Row = -i;
        frame.Pixels[999] = i + 1;
    }
}
