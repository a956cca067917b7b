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
        Task<long> visits = Background.Run(() =>
        {
            long count = 0;
            while (!done.IsCancellationRequested)
            {
                EnterAndLeave(1);
                count++;
                Thread.SpinWait(2000);
            }

            return count;
        });
        for (int turn = 0; turn < 30; turn++)
        {
            await Background.Run(() => EnterAndLeave(20_000)).Within();
        }

        await done.CancelAsync();
        Assert.Equal((30 * 20_000L) + await visits.Within(), _entries);
    }

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
