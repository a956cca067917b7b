using System.Runtime.CompilerServices;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Rings;
using Viaduct.Tests.Adapters;
using Viaduct.Tests.Support;
using Allocation = Viaduct.Memory.Allocation;

namespace Viaduct.Tests.Links;

/// <summary>What a receiver keeps of senders that are gone, and finds of several that went at a time.</summary>
public sealed class InboxTests
{
    private readonly Inbox<long> _inbox = Open(Codec.Unmanaged<long>());

    [Fact]
    public void Senders_that_left_without_an_end_mark_are_all_let_go_of_at_one_look()
    {
        // Who sleeps was woken for each of them before it looked: nobody wakes it once more.
        ReceiveLink<long>[] links = [Attach(null), Attach(null), Attach(null)];
        Array.ForEach(links, link => _inbox.Lose(link, null, ""));

        Assert.Equal(TakeStatus.Ended, _inbox.TryTake(lease: false, out _));
        Assert.Equal(0, _inbox.Count);
        Assert.All(links, static link => Assert.True(link.IsClosed));
    }

    [Fact]
    public void What_others_have_is_found_behind_a_sender_that_left()
    {
        RecordRing? ring = null;
        ReceiveLink<long> gone = Attach(null);
        Attach(made => ring = made);
        ReceiveLink<long> last = Attach(null);
        Assert.True(ring!.TryWrite(7L, 1));
        _inbox.Lose(gone, null, "");
        _inbox.Lose(last, null, "");

        Assert.Equal(TakeStatus.Taken, _inbox.TryTake(lease: false, out Received<long> received));
        Assert.Equal(7, received.Value);
        Assert.Equal(TakeStatus.Empty, _inbox.TryTake(lease: false, out _));
        Assert.Equal(1, _inbox.Count);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_dead_sender_whose_ring_leads_back_to_its_beginning_is_shown_out(bool others, bool lease)
    {
        RecordRing? ring = null;
        ReceiveLink<long> link = Attach(made => ring = made);
        if (others)
        {
            Attach(null);
        }

        Assert.True(ring!.TryWrite(1L, 1));
        Assert.True(ring.TryWrite(2L, 2));
        SkipBehind(ring, messages: 2);
        _inbox.Lose(link, new PeerLostException("received", link.Peer.Describe(), "it was lost"), "it was lost");

        int taken = 0;
        while (taken <= ring.Window && _inbox.TryTake(lease, out Received<long> received) == TakeStatus.Taken)
        {
            Assert.Equal(1 + (taken % 2), received.Value);
            _inbox.Release(received.Link, received.Position);
            link.NoteHandedOn(1);
            if (++taken == ring.Window)
            {
                // As many as an honest one can have left.
                Assert.Contains("lead back", Assert.Throws<ProtocolViolationException>(() => _inbox.TryTake(lease, out _)).Message, StringComparison.Ordinal);
            }
        }

        Assert.Equal(ring.Window, taken);
        Assert.Equal(others ? 1 : 0, _inbox.Count);
        Assert.True(link.IsClosed);
        Assert.True(link.IsHandedOn);
    }

    [Fact]
    public void So_is_one_whose_messages_can_not_even_be_decoded()
    {
        Inbox<long> inbox = Open(new UnluckyNumberCodec());
        RecordRing? ring = null;
        ReceiveLink<long> link = Attach(made => ring = made, inbox);
        Assert.True(ring!.TryWrite(UnluckyNumberCodec.Unlucky, 1));
        SkipBehind(ring, messages: 1);
        inbox.Lose(link, new PeerLostException("received", link.Peer.Describe(), "it was lost"), "it was lost");

        for (int i = 0; i < ring.Window; i++)
        {
            Assert.Throws<FormatException>(() => inbox.TryTake(lease: true, out _));
        }

        Assert.Contains("lead back", Assert.Throws<ProtocolViolationException>(() => inbox.TryTake(lease: true, out _)).Message, StringComparison.Ordinal);
        Assert.True(link.IsClosed);
    }

    [Theory]
    [InlineData("take")]
    [InlineData("lease")]
    [InlineData("receive")]
    [InlineData("of whom")]
    public void A_sender_whose_messages_can_not_be_decoded_has_one_turn_as_the_others(string how)
    {
        Inbox<long> inbox = Open(new UnluckyNumberCodec());
        RecordRing? unlucky = null;
        RecordRing? sound = null;
        Attach(made => unlucky = made, inbox);
        Attach(made => sound = made, inbox);
        for (int i = 1; i <= 3; i++)
        {
            Assert.True(unlucky!.TryWrite(UnluckyNumberCodec.Unlucky, (ulong)i));
            Assert.True(sound!.TryWrite((long)i, (ulong)i));
        }

        for (int i = 1; i <= 3; i++)
        {
            Assert.Throws<FormatException>(() => Take());
            Assert.Equal(i, Take());
        }

        long Take()
        {
            long value = 0;
            Received<long> received = default;
            TakeStatus status = how switch
            {
                "receive" => inbox.TryReceive(out value),
                "of whom" => inbox.TryReceive(ref value, out _),
                _ => inbox.TryTake(how == "lease", out received),
            };
            Assert.Equal(TakeStatus.Taken, status);
            return received.Link is null ? value : received.Value;
        }
    }

    [Fact]
    public async Task A_wait_in_vain_is_found_when_another_thread_finds_the_only_other_sender_faulty()
    {
        RecordRing? sound = null;
        RecordRing? faulty = null;
        Attach(made => sound = made);
        Attach(made => faulty = made);
        Assert.True(sound!.TryWrite(1L, 1));
        Assert.Equal(TakeStatus.Taken, _inbox.TryLease(out _));
        Task<Lease<long>> waiting = _inbox.LeaseAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        Scribble(faulty!);
        Assert.Throws<ProtocolViolationException>(() => _inbox.TryTake(lease: false, out _));

        await Assert.ThrowsAsync<LeaseLimitException>(() => waiting.Within());
    }

    [Fact]
    public async Task Who_waits_is_told_what_another_thread_found_behind_its_messages()
    {
        Inbox<long> inbox = Open(new UnluckyNumberCodec());
        RecordRing? ring = null;
        Attach(made => ring = made, inbox);
        Task<long> waiting = inbox.ReceiveAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        Assert.True(ring!.TryWrite(1L, 1));
        Assert.True(ring.TryWrite(UnluckyNumberCodec.Unlucky, 2));
        Assert.Equal(1, inbox.TryReceiveMany(new long[4]));

        await Assert.ThrowsAsync<FormatException>(() => waiting.Within());
    }

    /// <summary>Who hears that a server is gone waits until what others took of it is handed on.</summary>
    [Fact]
    public void What_can_not_be_read_is_in_nobodys_hands()
    {
        Inbox<long> inbox = Open(new UnluckyNumberCodec());
        RecordRing? ring = null;
        ReceiveLink<long> link = Attach(made => ring = made, inbox);
        Assert.True(ring!.TryWrite(UnluckyNumberCodec.Unlucky, 1));
        Assert.True(ring.TryWrite(1L, 2));

        Assert.Throws<FormatException>(() => inbox.TryTake(lease: false, out _));
        Assert.True(link.IsHandedOn);
        Assert.Equal(TakeStatus.Taken, inbox.TryTake(lease: false, out _));
        Assert.False(link.IsHandedOn);
        link.NoteHandedOn(1);
        Assert.True(link.IsHandedOn);
    }

    /// <summary>On the short way and the long one, leased, and many at a time.</summary>
    [Fact]
    public void What_was_taken_is_in_its_receivers_hands_whatever_the_sender_s_bell_does()
    {
        Inbox<long> inbox = Open(Codec.Unmanaged<long>());
        RecordRing? ring = null;
        ThrowingBell bell = new() { Failures = int.MaxValue };
        ReceiveLink<long> link = Attach(made => ring = made, inbox, bell);
        for (ulong i = 1; i <= 6; i++)
        {
            Assert.True(ring!.TryWrite((long)i, i));
        }

        Assert.Equal(TakeStatus.Taken, inbox.TryReceive(out long value));
        Assert.Equal(1, value);
        Assert.Equal(TakeStatus.Taken, inbox.TryReceive(ref value, out ReceiveLink from));
        Assert.Equal(2, value);
        Assert.Same(link, from);
        Assert.Equal(TakeStatus.Taken, inbox.TryTake(lease: false, out Received<long> received));
        Assert.Equal(3, received.Value);
        Assert.Equal(TakeStatus.Taken, inbox.TryLease(out Leased<long>? leased));
        Assert.Equal(4, leased!.GetValue(leased.Ticket));
        inbox.Release(leased, leased.Ticket);
        long[] many = new long[2];
        Assert.Equal(2, inbox.TryReceiveMany(many));
        Assert.Equal([5, 6], many);
        Assert.Equal(5, bell.Rung);
        link.NoteHandedOn(6);
        Assert.True(link.IsHandedOn);
        Assert.Equal(0, inbox.HeldLeases);
    }

    [Fact]
    public async Task Two_threads_that_each_find_an_error_behind_their_messages_lose_none()
    {
        const int Rounds = 50;
        const int Errors = 20;
        for (int round = 0; round < Rounds; round++)
        {
            Inbox<long> inbox = Open(new UnluckyNumberCodec());
            RecordRing? ring = null;
            Attach(made => ring = made, inbox);
            for (ulong i = 0; i < Errors; i++)
            {
                Assert.True(ring!.TryWrite(1L, (2 * i) + 1));
                Assert.True(ring.TryWrite(UnluckyNumberCodec.Unlucky, (2 * i) + 2));
            }

            using var together = new Barrier(2);
            int CountErrors()
            {
                together.SignalAndWait(Patience.Limit);
                for (int errors = 0; ;)
                {
                    try
                    {
                        if (inbox.TryReceiveMany(new long[4]) == 0)
                        {
                            return errors;
                        }
                    }
                    catch (FormatException)
                    {
                        errors++;
                    }
                }
            }

            int[] found = await Task.WhenAll(Background.Run(CountErrors), Background.Run(CountErrors)).Within();
            Assert.Equal(Errors, found.Sum());
        }
    }

    [Fact]
    public async Task Ended_leases_keep_nothing_of_a_sender_that_is_gone()
    {
        WeakReference[] gone = [LeaseAndLose(holds: false), LeaseAndLose(holds: true)];

        // What was queued for the thread pool refers to it until that gets round to it.
        await Waiting.UntilCollected(() => !gone.Any(static link => link.IsAlive));
        GC.KeepAlive(_inbox);
    }

    /// <summary>Though no other comes on which answers do.</summary>
    [Fact]
    public async Task What_answers_came_on_is_not_kept_when_their_sender_is_gone()
    {
        WaysBack ways = new();
        WeakReference gone = AddAndLose(ways);
        await Waiting.UntilCollected(() => !gone.IsAlive);
        ways.AwaitHandedOn(Guid.NewGuid());
        GC.KeepAlive(_inbox);
    }

    [Fact]
    public unsafe void Who_hears_of_an_unsound_sender_may_come_back_to_the_socket()
    {
        RecordRing? ring = null;
        Attach(made => ring = made);
        (PeerState State, TakeStatus Found) heard = default;
        using var told = new ManualResetEventSlim();
        _inbox.PeerChanged = (_, state, _) =>
        {
            heard = (state, _inbox.Look());
            told.Set();
        };
        *(ulong*)ring!.Ring.Pointer = ulong.MaxValue;

        Exception? error = null;
        Thread taking = new(() => error = Record.Exception(() => _inbox.TryTake(lease: false, out _))) { IsBackground = true };
        taking.Start();

        Assert.True(taking.Join(Patience.Limit));
        Assert.IsType<ProtocolViolationException>(error);
        Assert.True(told.Wait(Patience.Limit));
        Assert.Equal((PeerState.Lost, TakeStatus.Empty), heard);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference AddAndLose(WaysBack ways)
    {
        ReceiveLink<long> link = Attach(null);
        ways.Add(link);
        _inbox.Lose(link, null, "");
        Assert.Equal(TakeStatus.Ended, _inbox.TryTake(lease: false, out _));
        return new WeakReference(link);
    }

    /// <summary>Two leases of a sender, which is then lost: before the last of them ends, or after it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference LeaseAndLose(bool holds)
    {
        RecordRing? ring = null;
        ReceiveLink<long> link = Attach(made => ring = made);
        Assert.True(ring!.TryWrite(1L, 1));
        Assert.True(ring.TryWrite(2L, 2));
        Assert.Equal(TakeStatus.Taken, _inbox.TryLease(out Leased<long>? first));
        Assert.Equal(TakeStatus.Taken, _inbox.TryLease(out Leased<long>? second));
        _inbox.Release(first!, first!.Ticket);
        if (!holds)
        {
            _inbox.Release(second!, second!.Ticket);
        }

        _inbox.Lose(link, new PeerLostException("received", link.Peer.Describe(), "it was lost"), "it was lost");
        Assert.Throws<PeerLostException>(() => _inbox.TryTake(lease: false, out _));
        Assert.NotEqual(holds, link.IsClosed);
        if (holds)
        {
            Assert.Equal(2, second!.GetValue(second.Ticket));
            _inbox.Release(second, second.Ticket);
        }

        Assert.True(link.IsClosed);
        return new WeakReference(link);
    }

    private static Inbox<long> Open(ICodec<long> codec) =>
        new(new ChannelSpec<long>("received") { Capacity = 1 }, new ConsumerOptions(), MessageFormat<long>.For(codec), FullMode.Wait) { RefusesVainWaits = true };

    /// <summary>What says that the next record lies at the beginning.</summary>
    private static unsafe void SkipBehind(RecordRing ring, int messages) =>
        *(ulong*)(ring.Ring.Pointer + (messages * RecordHeader.Occupies(sizeof(long)))) = RecordHeader.Pack(0, RecordHeader.Skip, 0);

    /// <summary>What can't be a record's first word.</summary>
    private static unsafe void Scribble(RecordRing ring) => *(ulong*)ring.Ring.Pointer = ulong.MaxValue;

    private unsafe ReceiveLink<long> Attach(Action<RecordRing>? made, Inbox<long>? inbox = null, Bell? bell = null)
    {
        const int Size = 1 << 12;
        PinnedBlock pages = new(SenderPage.Size);
        PinnedBlock records = new(Size);
        ChunkPool pool = new(static size => new PinnedBlock(size), static _ => { }, 1 << 20);
        RecordRing ring = new(new Allocation(pages, 0, SenderPage.Size), new Allocation(records, 0, Size), Size, 64, new ChunkShare(pool, Size));
        made?.Invoke(ring);
        PinnedBlock page = new(ReceiverPage.SizeFor(ring.Window));
        LinkSetup setup = new() { Peer = new PeerIdentity(Guid.NewGuid(), "a peer", 1, Guid.NewGuid(), Route.SharedMemory, "a test"), Memory = page, Bell = bell ?? Bell.Silent };
        RecordReader reader = new(records, 0, Size, ring.PagePointer, new NoSegments(pages), 8, overtakable: false);
        return (ReceiveLink<long>)(inbox ?? _inbox).AttachRecords(reader, setup, (ReceiverPage*)page.Pointer, ring.Window, default)!;
    }

    /// <summary>Nothing lies in chunks here. Keeps the sender's page.</summary>
    private sealed class NoSegments(MemoryBlock pages) : ISegments
    {
        private readonly MemoryBlock _pages = pages;

        public MemoryBlock? Find(int id) => id < 0 ? _pages : null;
    }
}
