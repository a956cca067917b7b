using System.Buffers;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Loans;

public abstract partial class LoanSuite
{
    [Fact]
    public async Task A_loan_that_was_sent_or_disposed_gives_nothing()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        Loan sent = producer.Loan(100);
        Loan copy = sent;
        sent.Send(Patience.Token);
        Loan dropped = producer.Loan(100);
        dropped.Dispose();

        // Its object is in use again by now, which its old holders must not notice.
        using Loan other = producer.Loan(50);
#pragma warning disable VIA0001, VIA0003 // On purpose: they refuse.
        foreach (Loan ended in new[] { sent, copy, dropped, default })
        {
            Assert.Throws<ObjectDisposedException>(() => ended.Length);
            Assert.Throws<ObjectDisposedException>(() => ended.Span.Length);
            Assert.Throws<ObjectDisposedException>(() => ended.AsMemory());
            Assert.Throws<ObjectDisposedException>(() => ended.GetMemory());
            Assert.Throws<ObjectDisposedException>(() => ended.GetSpan().Length);
            Assert.Throws<ObjectDisposedException>(() => ended.Advance(1));
            Assert.Throws<ObjectDisposedException>(() => ended.Resize(1));
            Assert.Throws<ObjectDisposedException>(() => ended.Send());
            Assert.Throws<ObjectDisposedException>(() => ended.TrySend());
            Assert.Throws<ObjectDisposedException>(() => ended.TrySend(TimeSpan.Zero));
            await Assert.ThrowsAsync<ObjectDisposedException>(() => ended.SendAsync().AsTask());
#pragma warning restore VIA0001, VIA0003
            ended.Dispose();
        }

        Assert.Equal(50, other.Length);
        other.Dispose();
        Assert.Equal(100, (await consumer.ReceiveAsync(Patience.Token).Within()).Length);
        Assert.False(consumer.TryReceive(out _));
    }

    [Fact]
    public async Task An_ended_lease_gives_no_bytes_in_any_dress()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        await SendLoan(producer, 1, 8);
        Lease<ReadOnlyMemory<byte>> lease = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        lease.Dispose();

        // What kept it is looked into for the next one.
        Assert.False(consumer.TryReceiveLease(out _));

#pragma warning disable VIA0003 // On purpose: it refuses.
        Assert.Equal("The lease has ended: it was disposed, its socket was, or its sender broke the protocol.", Assert.Throws<ObjectDisposedException>(() => lease.Value).Message);
        Assert.Throws<ObjectDisposedException>(() => lease.AsSpan().Length);
        Assert.Throws<ObjectDisposedException>(() => lease.AsMemory());
        Assert.Throws<ObjectDisposedException>(() => lease.AsSequence());
        Assert.Throws<ObjectDisposedException>(() => lease.As<long>());
        Assert.Throws<ObjectDisposedException>(() => lease.Sequence);
        Assert.Throws<ObjectDisposedException>(() => lease.Attempt);
#pragma warning restore VIA0003
    }

    [Fact]
    public async Task Loans_are_refused_or_waited_for_beyond_their_number()
    {
        (Producer<ReadOnlyMemory<byte>> producer, _) = await Pair(Bytes(), new ProducerOptions { MaxLoans = 2 });
        Loan first = producer.Loan(10);
        using Loan second = producer.Loan(10);

#pragma warning disable VIA0002 // On purpose: there is none to be got.
        Assert.False(producer.TryLoan(10, out Loan none));
#pragma warning restore VIA0002
        Assert.Throws<ObjectDisposedException>(() => none.Length);
        using (var cancel = new CancellationTokenSource(Patience.Moment))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Background.Run(() => producer.Loan(10, cancel.Token)).Within());
        }

        Task blocking = Background.Run(() => producer.Loan(10, Patience.Token).Dispose());
        Task awaiting = AwaitLoan();
        await blocking.StaysPending();
        await awaiting.StaysPending();

        first.Dispose();
        await blocking.Within();
        await awaiting.Within();
        Assert.True(producer.TryLoan(10, out Loan third));
        third.Dispose();

        async Task AwaitLoan() => (await producer.LoanAsync(10, Patience.Token)).Dispose();
    }

    [Fact]
    public async Task A_sent_loan_makes_place_for_another()
    {
        (Producer<ReadOnlyMemory<byte>> producer, _) = await Pair(Bytes(), new ProducerOptions { MaxLoans = 1 });
        Loan first = producer.Loan(10);
        Task<Loan> waiting = Background.Run(() => producer.Loan(10, Patience.Token));
        await waiting.StaysPending();

        first.Send(Patience.Token);

        (await waiting.Within()).Dispose();
    }

    [Fact]
    public async Task Loans_and_messages_together_have_a_bound_in_bytes()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        var loans = new List<Loan>();
        while (producer.TryLoan(60 << 20, out Loan loan))
        {
            loans.Add(loan);
        }

        Assert.Equal((int)(ChannelSpec.MaxBytes / (64 << 20)), loans.Count);

        // Another socket's share is its own.
        Producer<ReadOnlyMemory<byte>> other = Near.OpenProducer(new ChannelSpec<ReadOnlyMemory<byte>>("other") { Context = Distance.Context });
        Assert.True(other.TryLoan(1 << 20, out Loan elsewhere));
        elsewhere.Dispose();

        Task<Loan> waiting = Background.Run(() => producer.Loan(60 << 20, Patience.Token));
        await waiting.StaysPending();
        loans[0].Dispose();
        (await waiting.Within()).Dispose();
        loans.ForEach(static loan => loan.Dispose());
        Assert.False(consumer.TryReceive(out _));
        await AllReturns();
    }

    [Fact]
    public async Task Leases_that_are_never_disposed_end_at_the_receivers_own_bound()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) =
            await Pair(Bytes(), receiving: new ConsumerOptions { MaxLeases = 3 });
        for (int i = 0; i < 6; i++)
        {
            await SendLoan(producer, i, 100);
        }

        var leases = new List<Lease<ReadOnlyMemory<byte>>>();
        for (int i = 0; i < 3; i++)
        {
            leases.Add(await consumer.ReceiveLeaseAsync(Patience.Token).Within());
        }

        LeaseLimitException refused = Assert.Throws<LeaseLimitException>(() => consumer.ReceiveLease(Patience.Token));
        Assert.Equal((3L, 3), (refused.Held, refused.Limit));
        Assert.Contains("'bytes'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MaxLeases", refused.Message, StringComparison.Ordinal);
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        Assert.Throws<LeaseLimitException>(() => consumer.TryReceiveLease(out _));
        Assert.Throws<LeaseLimitException>(() => consumer.TryReceiveLease(out _, Patience.Moment));
#pragma warning restore VIA0002
        await Assert.ThrowsAsync<LeaseLimitException>(() => consumer.ReceiveLeaseAsync(Patience.Token).AsTask());

        // What needs no lease still comes, and so does a lease in the place of another.
        Assert.Equal(3, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        leases[1].Dispose();
        using Lease<ReadOnlyMemory<byte>> next = await consumer.ReceiveLeaseAsync(Patience.Token).Within();
        Assert.Equal(4, Payload.Read(next.AsSpan()));
    }

    [Fact]
    public async Task By_default_a_consumer_that_never_disposes_is_told_so()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        for (int i = 0; i < 64; i++)
        {
            await producer.SendAsync(Payload.Create(i, 10), Patience.Token).Within();
#pragma warning disable VIA0002 // On purpose: that is what it is told.
            await consumer.ReceiveLeaseAsync(Patience.Token).Within();
#pragma warning restore VIA0002
        }

        Assert.Throws<LeaseLimitException>(() => consumer.ReceiveLease(Patience.Token));
    }

    [Fact]
    public async Task A_loan_larger_than_the_channels_messages_is_refused()
    {
        var channel = new ChannelSpec<ReadOnlyMemory<byte>>("small") { MaxMessageSize = 5000, Context = Distance.Context };
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(channel);

        Assert.Throws<MessageTooLargeException>(() => producer.Loan(5001));
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        Assert.Throws<MessageTooLargeException>(() => producer.TryLoan(5001, out _));
#pragma warning restore VIA0002
        Assert.Throws<ArgumentOutOfRangeException>(() => producer.Loan(-1));
        using Loan loan = producer.Loan(5000);
        Assert.Throws<MessageTooLargeException>(() => loan.Resize(5001));
        Assert.Throws<MessageTooLargeException>(() => loan.GetSpan(1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => loan.Advance(5000));
        loan.Resize(10);
        loan.Send(Patience.Token);
        Assert.Equal(10, (await consumer.ReceiveAsync(Patience.Token).Within()).Length);
    }

    [Fact]
    public async Task A_loan_grows_as_it_is_written()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes());
        byte[] expected = Payload.Create(3, 700_000);
        using (Loan loan = producer.BeginMessage())
        {
            Assert.Equal(0, loan.Length);
            for (int start = 0; start < expected.Length; start += 7000)
            {
                loan.Write(expected.AsSpan(start, 7000));
            }

            Assert.Equal(expected.Length, loan.Length);
            loan.Send(Patience.Token);
        }

        Assert.Equal(3, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        await AllReturns();
    }

    [Fact]
    public async Task A_cancelled_send_leaves_the_loan_to_be_sent_again()
    {
        (Producer<ReadOnlyMemory<byte>> producer, Consumer<ReadOnlyMemory<byte>> consumer) = await Pair(Bytes(capacity: 1));
        await SendLoan(producer, 1, 9000);
        using Loan loan = producer.Loan(9000);
        Payload.Create(2, 9000).CopyTo(loan.Span);
        Assert.False(loan.TrySend());
        Assert.False(loan.TrySend(Patience.Moment));
        using (var cancel = new CancellationTokenSource(Patience.Moment))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loan.SendAsync(cancel.Token).AsTask()).Within();
        }

#pragma warning disable VIA0001 // On purpose: the cancelled call gave nothing away.
        Task sending = loan.SendAsync(Patience.Token).AsTask();
#pragma warning restore VIA0001
        Assert.Equal(1, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
        await sending.Within();
        Assert.Equal(2, Payload.Read((await consumer.ReceiveAsync(Patience.Token).Within()).Span));
    }

    [Fact]
    public async Task A_loan_outlives_its_socket_and_its_node_but_can_not_be_sent()
    {
        (Producer<ReadOnlyMemory<byte>> producer, _) = await Pair(Bytes());
        Loan loan = producer.Loan(100_000);
        Memory<byte> memory = loan.AsMemory();
        await Background.Run(producer.Dispose).Within();

        Assert.Throws<ObjectDisposedException>(() => loan.Send(Patience.Token));
        Assert.Throws<ObjectDisposedException>(() => producer.Loan(1));
#pragma warning disable VIA0001 // On purpose: the call threw and gave nothing away.
        memory.Span.Fill(1);

        // What it is made of is not the system's again while it is out.
        loan.Resize(90_000);
        await Background.Run(Near.Dispose).Within();
        Assert.Equal(90_000, loan.Length);
        loan.Span.Fill(2);
        Assert.Equal(2, memory.Span[80_000]);
        Assert.Throws<ObjectDisposedException>(() => loan.Resize(200_000));
        Assert.Throws<ObjectDisposedException>(() => loan.Send(Patience.Token));
#pragma warning restore VIA0001
        loan.Dispose();
        await AllReturns();
    }

    [Fact]
    public async Task A_channel_with_a_codec_of_its_own_has_no_loans()
    {
        Producer<long> producer = Near.OpenProducer(new ChannelSpec<long>("coded") { Codec = new Conformance.OtherNumberCodec(), Context = Distance.Context });

        Assert.Throws<NotSupportedException>(() => producer.Loan());
#pragma warning disable VIA0002 // On purpose: there is none to be got.
        Assert.Throws<NotSupportedException>(() => producer.TryLoan(out _));
#pragma warning restore VIA0002
        await Assert.ThrowsAsync<NotSupportedException>(() => producer.LoanAsync().AsTask());
    }
}
