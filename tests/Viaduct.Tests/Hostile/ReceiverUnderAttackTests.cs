using Viaduct.Blobs;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Memory;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Hostile;

/// <summary>The real receiving code on memory that a hostile sender scribbles over: a message from within the sender's memory, or a violation.</summary>
[Collection(Collections.Alone)]
public sealed unsafe class ReceiverUnderAttackTests
{
    [Theory]
    [InlineData(4096, 64, 500, false, 1)]
    [InlineData(4096, 64, 50_000, true, 2)]
    [InlineData(65536, 128, 100_000, false, 3)]
    [InlineData(65536, 128, 5000, true, 4)]
    public void Whatever_a_sender_writes_is_a_message_of_its_own_or_a_violation(int size, int window, int maximumMessage, bool overtakable, int seed)
    {
        using HostileSender sender = new(Effort.Seed(seed), size, window, maximumMessage);
        Outcomes outcomes = new();
        for (int i = 0; i < Effort.Cases(100); i++)
        {
            Attack(sender, new BytesFormat(), overtakable, 1500, outcomes, static (value, length) => Sum(value.Span) + (value.Length == length ? 0 : throw new InvalidDataException()));
            Attack(sender, new UnmanagedFormat<long>("number"), overtakable, 500, outcomes, static (value, _) => (int)value);
            Attack(sender, new CodecFormat<string>(Codec.Text), overtakable, 500, outcomes, static (value, _) => value.Length);
        }

        outcomes.Check();
    }

    [Fact]
    public void A_sender_that_scribbles_while_it_is_read_is_read_within_its_memory()
    {
        using HostileSender sender = new(Effort.Seed(5), 8192, 64, maximumMessage: 20_000);
        using HostileSender.Scribbler scribbler = new(sender);
        Outcomes outcomes = new();
        const int Least = 100;
        long begin = Environment.TickCount64;
        long end = begin + (8000L * Effort.Factor);

        // On a busy machine the other thread may hardly have run by then.
        long latest = Math.Max(end, begin + (3 * (long)Patience.Limit.TotalMilliseconds));
        for (int i = 0; (outcomes.Violations < Effort.Cases(4000) && Environment.TickCount64 < end) || (!outcomes.Have(Least) && Environment.TickCount64 < latest); i++)
        {
            bool overtakable = (i & 1) == 0;
            Attack(sender, new BytesFormat(), overtakable, 1000, outcomes, static (value, _) => Sum(value.Span), scribbler);
            Attack(sender, new CodecFormat<string>(Codec.Text), overtakable, 500, outcomes, static (value, _) => value.Length, scribbler);
            Attack(sender, new ReplyFormat<string>(new CodecFormat<string>(Codec.Text)), overtakable, 500, outcomes, static (value, _) => value.Value?.Length ?? value.Error!.Length, scribbler);
        }

        Effort.Say($"{scribbler.Count} stores beside");
        outcomes.Check(Least);
    }

    [Theory]
    [InlineData("received")]
    [InlineData("received in batches")]
    [InlineData("leased")]
    [InlineData("leased the short way")]
    public void A_sender_that_does_not_wait_for_its_receiver_is_found_out_before_a_lease_is_taken_for_another(string way)
    {
        const int Window = 64;
        using HostileSender sender = new(seed: 6, size: 65536, Window, maximumMessage: 1000);
        RecordReceiveLink<long> link = sender.Attach(new UnmanagedFormat<long>("number"), overtakable: false);
        for (int i = 0; i < 4 * Window; i++)
        {
            sender.SendUnasked(BitConverter.GetBytes((long)i));
        }

        Assert.True(link.TryTake(lease: true, out Received<long> slow));
        List<long> taken = [];
        Assert.Throws<ProtocolViolationException>(() => TakeAll(link, way, taken));

        Assert.Equal(Enumerable.Range(1, Window - 1).Select(static number => (long)number), taken);
        Assert.Throws<ProtocolViolationException>(() => link.HasNext());
        Assert.True(link.Release(slow.Position));
        Assert.Equal(0, link.HeldLeases);
    }

    [Fact]
    public void A_message_whose_blobs_never_come_is_not_said_to_be_there()
    {
        using HostileSender sender = new(seed: 7, size: 65536, window: 64, maximumMessage: 1000);
        RecordReceiveLink<Frame> link = sender.Attach(new FrameFormat(), overtakable: false);
        using BlobList blobs = new();
        ChunkShare share = new(new ChunkPool(static size => new PinnedBlock(size) { SegmentId = 12345 }, static _ => { }, 1 << 24), 1 << 24);
        blobs.AddHeld(share.Rent(100), 100);
        byte[] message = new byte[BlobPrefix.Measure(blobs, byReference: true) + 64];
        BlobPrefix.Write(blobs, byReference: true, message.AsSpan(0, message.Length - 64));
        sender.SendUnasked(message);

        // Who sleeps until it is there would otherwise look again and again.
        Assert.False(link.HasNext());
        Assert.False(link.TryTake(lease: false, out _));
    }

    /// <summary>Takes and consumes all that there is, in the way that a socket looks for messages.</summary>
    private static void TakeAll(RecordReceiveLink<long> link, string way, List<long> taken)
    {
        long[] batch = new long[10];
        bool leases = way.StartsWith("leased", StringComparison.Ordinal);
        while (true)
        {
            Received<long> received = default;
            if (way == "received in batches")
            {
                int count = link.TryReceiveUsual(batch, out _);
                taken.AddRange(batch.AsSpan(0, count));
                if (count > 0)
                {
                    continue;
                }
            }

            bool isShort = way == "leased the short way" && link.TryLeaseUsual(out received) == Glance.Message;
            if (!isShort && !link.TryTake(leases, out received))
            {
                return;
            }

            taken.Add(received.Value);
            if (leases)
            {
                link.Release(received.Position);
            }
        }
    }

    private static void Attack<T>(
        HostileSender sender, MessageFormat<T> format, bool overtakable, int cases, Outcomes outcomes, Func<T, int, int> touch, HostileSender.Scribbler? beside = null)
    {
        Nonsense nonsense = sender.Nonsense;
        RecordReceiveLink<T>? link = null;
        List<Received<T>> leases = [];
        int empty = 0;
        for (int i = 0; i < cases; i++)
        {
            if (link is null)
            {
                beside?.Pause();
                link = sender.Attach(format, overtakable, nonsense.Chance(3) ? nonsense.Long() : 0);
                beside?.Continue();
            }

            if (beside is null)
            {
                for (int sends = nonsense.Random.Next(3); sends > 0; sends--)
                {
                    sender.Send(format.FixedSize);
                }

                if (!nonsense.Chance(4))
                {
                    sender.Scribble(sender.ReaderOffset + (16 * nonsense.Random.Next(4)));
                }
            }

            bool lease = nonsense.Chance(2);
            try
            {
                while (link.TryTake(lease, out Received<T> received) && !nonsense.Chance(20))
                {
                    outcomes.Messages++;
                    Assert.InRange(received.Length, 0, sender.MaximumMessage);
                    Assert.True(sender.Owns(sender.Reader.Payload, received.Length));
                    outcomes.Sum += touch(received.Value, received.Length);
                    if (lease)
                    {
                        leases.Add(received);
                    }
                }

                outcomes.Pauses++;
                if (beside is not null && ++empty <= 20)
                {
                    Thread.SpinWait(50);
                }
                else if (beside is not null)
                {
                    // Whatever it stands on by now, nothing will come there any more.
                    link = null;
                    empty = 0;
                    leases.Clear();
                    continue;
                }

                if (leases.Count > 8)
                {
                    link!.Release(leases[nonsense.Random.Next(leases.Count)].Position);
                    leases.RemoveAt(0);
                }
            }
            catch (ProtocolViolationException error)
            {
                Assert.NotEmpty(error.Message);
                outcomes.Violations++;
                leases.Clear();
                link!.IsClosed = true;
                link = null;
            }
        }

        beside?.Pause();
    }

    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte one in bytes)
        {
            sum += one;
        }

        return sum;
    }

    /// <summary>What came of the cases; each must have happened, or the attack tests nothing.</summary>
    private sealed class Outcomes
    {
        public long Messages { get; set; }

        public long Violations { get; set; }

        public long Pauses { get; set; }

        public long Sum { get; set; }

        public bool Have(int least) => Messages >= least && Violations >= least && Pauses >= least;

        public void Check(int least = 1000)
        {
            Effort.Say($"{Messages} messages, {Violations} violations, {Pauses} pauses ({Sum})");
            Assert.InRange(Messages, least, long.MaxValue);
            Assert.InRange(Violations, least, long.MaxValue);
            Assert.InRange(Pauses, least, long.MaxValue);
        }
    }
}
