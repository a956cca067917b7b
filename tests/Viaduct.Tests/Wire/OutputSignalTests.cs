using Viaduct.Tests.Support;
using Viaduct.Transports;

namespace Viaduct.Tests.Wire;

public sealed class OutputSignalTests
{
    [Fact]
    public async Task A_request_before_the_wait_ends_it_at_once_and_only_once()
    {
        OutputSignal signal = new();
        signal.Request();
        signal.Request();

        ValueTask first = signal.WaitAsync();
        Assert.True(first.IsCompletedSuccessfully);
        await first;
        Task second = signal.WaitAsync().AsTask();
        await second.StaysPending();
        signal.Request();
        await second.Within();
    }

    [Fact]
    public async Task No_request_of_many_threads_is_lost()
    {
        const int each = 20_000;
        OutputSignal signal = new();
        int asked = 0;
        int seen = 0;
        Task loop = Task.Run(async () =>
        {
            while (Volatile.Read(ref seen) < 3 * each)
            {
                await signal.WaitAsync();
                Volatile.Write(ref seen, Volatile.Read(ref asked));
            }
        }, TestContext.Current.CancellationToken);
        Task[] requests = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < each; i++)
            {
                Interlocked.Increment(ref asked);
                signal.Request();
            }
        }))];

        await Task.WhenAll([loop, .. requests]).Within();
    }
}
