using System.Collections.Concurrent;
using Viaduct.Memory;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Memory;

public sealed class GateTests
{
    private Gate _gate = new();
    private long _inside;
    private long _entries;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task One_thread_at_a_time_is_inside(int threads)
    {
        const int Entries = 300_000;
        Task[] tasks = [.. Enumerable.Range(0, threads).Select(_ => Background.Run(() => EnterAndLeave(Entries)))];
        await Task.WhenAll(tasks).Within();
        Assert.Equal(threads * (long)Entries, _entries);
    }

    [Fact]
    public async Task The_gate_changes_its_mind_when_another_thread_comes()
    {
        // Each turn is long enough for the gate to lean towards its thread; others look in from outside all along.
        using var done = new CancellationTokenSource();
        Task<long> visits = Visit(pause: 2000, done.Token);
        for (int turn = 0; turn < 30; turn++)
        {
            await Background.Run(() => EnterAndLeave(20_000)).Within();
        }

        await done.CancelAsync();
        Assert.Equal((30 * 20_000L) + await visits.Within(), _entries);
    }

    [Fact]
    public async Task Visits_now_and_then_cost_no_more_than_themselves_and_after_many_soon_ones_it_takes_longer_to_lean()
    {
        for (int visit = 0; visit < 20; visit++)
        {
            EnterAndLeave(3000);
            Assert.True(_gate.Leans);
            await Task.Delay(30);
            await Background.Run(() => EnterAndLeave(1)).Within();
        }

        // Threads may be slow to come on a busy machine; most are not.
        using var visitor = new BlockingCollection<int>();
        Task visiting = Background.Run(() =>
        {
            foreach (int entries in visitor.GetConsumingEnumerable())
            {
                EnterAndLeave(entries);
            }
        });
        bool leans = true;
        for (int turn = 0; turn < 5000 && leans; turn++)
        {
            EnterAndLeave(3000);
            leans = _gate.Leans;
            visitor.Add(1);
            SpinWait.SpinUntil(() => visitor.Count == 0, 100);
            Thread.Sleep(1);
        }

        visitor.CompleteAdding();
        await visiting.Within();
        Assert.False(leans);

        // As many as it takes at the most.
        EnterAndLeave(1 << 21);
        Assert.True(_gate.Leans);
    }

    /// <summary>The gate knows its owner by where its stack is; others get the stack of one that has ended.</summary>
    [Fact]
    public async Task One_thread_at_a_time_is_inside_wherever_stacks_are()
    {
        const int Threads = 200;
        const int Entries = 3000;
        using var done = new CancellationTokenSource();
        Task<long> visits = Visit(pause: 500, done.Token);
        await Background.Run(() =>
        {
            for (int i = 0; i < Threads; i += 2)
            {
                // Of other sizes, so that they don't always lie where others did.
                Thread[] pair = [new(Enter, (1 + (i % 5)) << 17), new(Enter, (1 + (i % 3)) << 18)];
                Array.ForEach(pair, static thread => thread.Start());
                Array.ForEach(pair, static thread => thread.Join());
            }

            void Enter() => EnterAndLeave(Entries);
        }).Within();

        await done.CancelAsync();
        Assert.Equal((Threads * (long)Entries) + await visits.Within(), _entries);
    }

    [Fact]
    public async Task The_owner_is_known_wherever_it_stands_in_its_stack()
    {
        await Background.Run(() =>
        {
            EnterAndLeave(3000);
            Assert.True(_gate.Leans);
            Descend(100);
            EnterAndLeave(1);
        }).Within();

        // A visitor would have taken it away.
        Assert.True(_gate.Leans);
        Assert.Equal(3101, _entries);

        void Descend(int depth)
        {
            Span<byte> room = stackalloc byte[1000];
            room.Clear();
            EnterAndLeave(1);
            if (depth > 1)
            {
                Descend(depth - 1);
            }
        }
    }

    /// <summary>Looks in now and then, and tells how often.</summary>
    private Task<long> Visit(int pause, CancellationToken done) => Background.Run(() =>
    {
        long count = 0;
        while (!done.IsCancellationRequested)
        {
            EnterAndLeave(1);
            count++;
            Thread.SpinWait(pause);
        }

        return count;
    });

    private void EnterAndLeave(int entries)
    {
        for (int i = 0; i < entries; i++)
        {
            _gate.Enter();
            try
            {
                // Plain accesses: two threads inside at once would lose a count or see each other.
                Assert.Equal(0, _inside);
                _inside = 1;
                _entries++;
                _inside = 0;
            }
            finally
            {
                _gate.Exit();
            }
        }
    }
}
