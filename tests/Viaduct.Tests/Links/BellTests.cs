using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Links;

/// <summary>A bell that throws loses no wake: neither its own later ones, nor those of others.</summary>
public sealed class BellTests
{
    private static readonly ChannelSpec<ReadOnlyMemory<byte>> s_channel = new("rung") { Capacity = 8 };

    private readonly List<ThrowingBell> _bells = [];

    [Fact]
    public unsafe void A_doorbell_that_failed_is_rung_again_for_the_next_change()
    {
        PinnedBlock block = new(128);
        uint* waiting = (uint*)block.Pointer;
        int rung = 0;
        int failures = 1;
        SharedBell bell = new(waiting, waiting + 16, () =>
        {
            rung++;
            if (failures-- > 0)
            {
                throw new IOException("It can't be written.");
            }
        });
        *waiting = WaitEpoch.Step | WaitEpoch.Doorbell | WaitEpoch.Futex;

        Assert.Throws<IOException>(bell.Ring);
        bell.Ring();
        Assert.Equal(2, rung);

        // A burst still costs one.
        bell.Ring();
        Assert.Equal(2, rung);
        GC.KeepAlive(block);
    }

    [Fact]
    public void A_subscriber_is_rung_for_whatever_the_bell_of_another_does()
    {
        LaneMemory memory = Memory();
        BroadcastOutbox<ReadOnlyMemory<byte>> outbox = new(s_channel, new PublisherOptions(), new BytesFormat(), memory);
        for (int i = 0; i < 3; i++)
        {
            Attach(outbox, memory);
        }

        _bells[0].Failures = 1;
        Assert.Throws<IOException>(() => outbox.TrySend(Payload.Create(1, 20), handOver: false));
        Assert.Equal([1, 1, 1], _bells.Select(static bell => bell.Rung));
        Assert.Equal(1, outbox.MessagesSent);

        Assert.True(outbox.TrySend(Payload.Create(2, 20), handOver: false));
        Assert.Equal(2, outbox.TrySendMany([Payload.Create(3, 20), Payload.Create(4, 20)]));
        Assert.Equal([3, 3, 3], _bells.Select(static bell => bell.Rung));
        outbox.Close(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_sent_together_is_counted_whatever_the_bell_does(bool publishes)
    {
        LaneMemory memory = Memory();
        Outbox<ReadOnlyMemory<byte>> outbox = publishes
            ? new BroadcastOutbox<ReadOnlyMemory<byte>>(s_channel, new PublisherOptions(), new BytesFormat(), memory)
            : Queue();
        Attach(outbox, memory);
        Assert.True(outbox.TrySend(Payload.Create(1, 20), handOver: false));

        _bells[0].Failures = 1;
        Assert.Equal(3, outbox.TrySendMany([Payload.Create(2, 20), Payload.Create(3, 20), Payload.Create(4, 20)]));
        Assert.Equal(4, outbox.MessagesSent);

        // One after the other, since the receivers take turns: the first as well as those behind it.
        Attach(outbox, memory);
        for (int failing = 0; failing < 2; failing++)
        {
            _bells[failing].Failures = 1;
            Assert.Equal(2, outbox.TrySendMany([Payload.Create(5, 20), Payload.Create(6, 20)]));
            Assert.Equal(6 + (2 * failing), outbox.MessagesSent);
            Assert.Equal(0, _bells[failing].Failures);
        }

        outbox.Close(TimeSpan.Zero);
    }

    [Fact]
    public async Task Who_waits_for_a_loan_gets_it_also_behind_a_bell_that_throws()
    {
        LaneMemory memory = Memory();
        QueueOutbox<ReadOnlyMemory<byte>> outbox = Queue();
        outbox.AllowLoans(memory.Chunks, 1);
        Attach(outbox, memory);
        for (int i = 0; i < 3; i++)
        {
            // The first goes the long way, others the short one.
            Loaned<ReadOnlyMemory<byte>> only = outbox.TryLoan(100)!;
            Task<Loan> awaiting = outbox.BlockAsync<BytesLoanAttempt, Loan>(new BytesLoanAttempt(outbox, 100), Patience.Token).AsTask();
            await Waiting.Until(() => outbox.WaitPoint.HasAwaiters);
            _bells[0].Failures = i;

            if (i == 0)
            {
                Assert.True(outbox.TrySend(only, only.Ticket));
            }
            else
            {
                Assert.Throws<IOException>(() => outbox.TrySend(only, only.Ticket));
            }

            (await awaiting.Within()).Dispose();
            Assert.Equal(i + 1, outbox.MessagesSent);
            _bells[0].Failures = 0;
        }

        outbox.Close(TimeSpan.Zero);
    }

    /// <summary>They are given to the next receiver one by one, in its turn.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_lost_receiver_left_is_given_to_another_once_whatever_the_bell_of_that_does(bool isInterrupted)
    {
        LaneMemory memory = Memory();
        QueueOutbox<ReadOnlyMemory<byte>> outbox = Queue();
        SendLink lost = Attach(outbox, memory);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(outbox.TrySend(Payload.Create(i, 20), handOver: false));
        }

        SendLink other = Attach(outbox, memory);
        (_bells[1].Failures, _bells[1].IsInterrupted) = (1, isInterrupted);
        outbox.Detach(lost, "it is lost", lost: true);

        // Rung for once more where the thread was interrupted, and that is still so.
        Assert.Equal(isInterrupted ? 4 : 3, _bells[1].Rung);
        if (isInterrupted)
        {
            Assert.Throws<ThreadInterruptedException>(static () => Thread.Sleep(1));
        }

        Assert.Equal(3ul, other.Sent);
        Assert.Equal(3, outbox.Redelivered);
        Assert.True(outbox.TrySend(Payload.Create(3, 20), handOver: false));
        Assert.Equal(4ul, other.Sent);
        outbox.Close(TimeSpan.Zero);
    }

    private static QueueOutbox<ReadOnlyMemory<byte>> Queue() =>
        new(s_channel, new ProducerOptions(), new BytesFormat(), Distribution.RoundRobin, 5, static _ => { }, redelivers: true, 8);

    private unsafe SendLink<ReadOnlyMemory<byte>> Attach(Outbox<ReadOnlyMemory<byte>> outbox, LaneMemory memory)
    {
        ThrowingBell bell = new();
        _bells.Add(bell);
        object lane = outbox.OpenRecords(memory, out RecordRing ring);
        PinnedBlock block = new(ReceiverPage.SizeFor(ring.Window));
        LinkSetup setup = new()
        {
            Peer = new PeerIdentity(Guid.NewGuid(), "a peer", 1, Guid.NewGuid(), Route.SharedMemory, "a test"),
            Memory = block,
            Bell = bell,
        };
        return Assert.IsType<SendLink<ReadOnlyMemory<byte>>>(outbox.AttachRecords(lane, setup, (ReceiverPage*)block.Pointer, static _ => { }));
    }

    private static LaneMemory Memory()
    {
        int blocks = 0;
        MemoryBlock Create(int size) => new PinnedBlock(size) { SegmentId = ++blocks };
        return new LaneMemory(new Arena(Create, 1 << 20), new ChunkPool(Create, static _ => { }, 64 << 20), IsShared: true);
    }
}
