using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What retries cost, and who is told that nothing is left.</summary>
public sealed class RetryBudgetTests
{
    [Fact]
    public async Task A_poisoned_call_costs_one_retry_and_a_call_that_finds_none_left_says_so()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        await using Isolated<IMishap> isolated = distance.Near.Isolate<IMishap, Mishap>(new IsolateOptions { Retry = new RetryPolicy { MaxAttempts = 3, Budget = 4 } });
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<PoisonedCallException>(() => Background.Run(isolated.Service.CrashAgain).Within());
        }

        Assert.Equal(7, await Background.Run(() => isolated.Service.CrashOnce(Path.Combine(directory.Path, "1"))).Within());
        PeerLostException error = await Assert.ThrowsAsync<PeerLostException>(
            () => Background.Run(() => isolated.Service.CrashOnce(Path.Combine(directory.Path, "2"))).Within());
        Assert.Contains("the retry budget of this connection is used up (RetryPolicy.Budget is 4)", error.Message, StringComparison.Ordinal);
        Assert.Equal(CallProgress.Started, error.Progress);
    }

    [Fact]
    public async Task Ten_calls_that_succeed_pay_for_one_that_is_made_again()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        await using Isolated<IMishap> isolated = distance.Near.Isolate<IMishap, Mishap>(new IsolateOptions { Retry = new RetryPolicy { Budget = 1 } });
        int number = 0;
        string Next() => Path.Combine(directory.Path, $"{number++}");
        async Task Succeed(int times)
        {
            for (int i = 0; i < times; i++)
            {
                await Background.Run(isolated.Service.ProcessId).Within();
            }
        }

        // It pays for a tenth itself: nine more are missing.
        Assert.Equal(7, await Background.Run(() => isolated.Service.CrashOnce(Next())).Within());
        await Succeed(8);
        await Assert.ThrowsAsync<PeerLostException>(() => Background.Run(() => isolated.Service.CrashOnce(Next())).Within());
        await Succeed(1);
        Assert.Equal(7, await Background.Run(() => isolated.Service.CrashOnce(Next())).Within());
    }
}
