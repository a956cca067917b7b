using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Scopes by themselves: what is spawned is no remote call here.</summary>
public sealed class CallScopeTests
{
    [Fact]
    public async Task Results_are_there_after_the_sync_and_not_before()
    {
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var scope = CallScope.Begin();
        Spawned<int> spawned = scope.Spawn(() => gate.Task);
        Spawned<int> value = scope.Spawn(() => new ValueTask<int>(2));
        using var bell = new ManualResetEventSlim();
        Spawned<bool> blocking = scope.Spawn(() => bell.Wait(Patience.Limit));
        Assert.Throws<InvalidOperationException>(() => spawned.Result);
        Task sync = scope.SyncAsync();
        await sync.StaysPending();
        gate.SetResult(1);
        await sync.StaysPending();
        bell.Set();
        await sync.Within();
        Assert.Equal(3, spawned.Result + value.Result);
        Assert.True(blocking.Result);

        // It goes on after a sync.
        Spawned<int> later = scope.Spawn(async () =>
        {
            await Task.Yield();
            return 5;
        });
        scope.Sync();
        Assert.Equal(5, later.Result);
    }

    [Fact]
    public async Task The_end_of_a_scope_is_a_sync()
    {
        var gate = new TaskCompletionSource();
        Spawned spawned;
        var scope = CallScope.Begin();
        spawned = scope.Spawn(() => gate.Task);
        Task end = scope.DisposeAsync().AsTask();
        await end.StaysPending();
        Assert.Throws<ObjectDisposedException>(() => scope.Spawn(static () => { }));
        gate.SetResult();
        await end.Within();
        Assert.True(spawned.IsDone);
        await scope.DisposeAsync();
    }

    [Fact]
    public async Task One_failure_is_thrown_as_it_is_and_cancels_the_others()
    {
        CallScope scope = CallScope.Begin();
        Spawned other = scope.Spawn(() => Task.Delay(Timeout.Infinite, scope.CancellationToken));
        var failure = new InvalidDataException();
        scope.Spawn(() => Task.FromException(failure));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => scope.SyncAsync().Within()));
        Assert.IsAssignableFrom<OperationCanceledException>(other.Error);

        // What begins after that does not run; and what was thrown once is not thrown again.
        bool hasRun = false;
        Spawned late = scope.Spawn(() => { hasRun = true; });
        await scope.DisposeAsync().AsTask().Within();
        Assert.IsAssignableFrom<OperationCanceledException>(late.Error);
        Assert.False(hasRun);
    }

    [Fact]
    public async Task Several_failures_are_thrown_together()
    {
        var scope = CallScope.Begin(new CallScopeOptions { CancelOnFailure = false });
        var gate = new TaskCompletionSource();
        scope.Spawn(() => Task.FromException(new InvalidDataException("first")));
        Spawned good = scope.Spawn(() => gate.Task);
        scope.Spawn(static () => throw new TimeoutException("second"));
        gate.SetResult();
        AggregateException error = await Assert.ThrowsAsync<AggregateException>(() => scope.DisposeAsync().AsTask().Within());
        Assert.Equal(["first", "second"], error.InnerExceptions.Select(inner => inner.Message));
        Assert.Null(good.Error);
    }

    [Fact]
    public async Task No_more_are_under_way_than_may_be()
    {
        int running = 0;
        int most = 0;
        using ManualResetEventSlim full = new();
        await using var scope = CallScope.Begin(new CallScopeOptions { MaxParallelism = 3 });
        for (int i = 0; i < 60; i++)
        {
            bool isFirst = i < 3;
            void Work()
            {
                int now = Interlocked.Increment(ref running);
                Assert.InRange(now, 1, 3);
                InterlockedMax(ref most, now);
                if (now == 3)
                {
                    full.Set();
                }

                // As many as may be are: the first ones wait for each other.
                Assert.True(!isFirst || full.Wait(Patience.Limit));
                Thread.Sleep(1);
                Interlocked.Decrement(ref running);
            }

            if (i % 2 == 0)
            {
                scope.Spawn(Work);
            }
            else
            {
                scope.Spawn(async () =>
                {
                    await Task.Yield();
                    Work();
                });
            }
        }

        await scope.SyncAsync().Within();
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_scope_that_a_spawned_call_leaves_open_ends_with_it()
    {
        var gate = new TaskCompletionSource();
        await using var outer = CallScope.Begin();
        Spawned<Spawned> spawned = outer.Spawn(() =>
        {
            CallScope inner = CallScope.Begin();
            return Task.FromResult(inner.Spawn(() => gate.Task));
        });
        Task sync = outer.SyncAsync();
        await sync.StaysPending();
        Assert.False(spawned.IsDone);
        gate.SetException(new InvalidDataException());
        await Assert.ThrowsAsync<InvalidDataException>(() => sync.Within());
        Assert.IsType<InvalidDataException>(spawned.Error);
    }

    [Fact]
    public async Task A_failure_outside_cancels_the_scopes_within()
    {
        CallScope outer = CallScope.Begin();
        Exception? within = null;
        outer.Spawn(async () =>
        {
            await using var inner = CallScope.Begin();
            inner.Spawn(() => Task.Delay(Timeout.Infinite, inner.CancellationToken));
            within = await Record.ExceptionAsync(inner.SyncAsync);
        });
        outer.Spawn(() => Task.FromException(new InvalidDataException()));
        await Assert.ThrowsAsync<InvalidDataException>(() => outer.SyncAsync().Within());
        Assert.IsAssignableFrom<OperationCanceledException>(within);
        await outer.DisposeAsync();
    }

    [Fact]
    public async Task Who_cancels_from_outside_is_told_so()
    {
        using var source = new CancellationTokenSource();
        CallScope scope = CallScope.Begin(new CallScopeOptions { CancellationToken = source.Token });
        scope.Spawn(() => Task.Delay(Timeout.Infinite, scope.CancellationToken));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scope.DisposeAsync().AsTask().Within());
    }

    [Fact]
    public async Task What_flows_where_a_call_is_spawned_flows_in_it()
    {
        var local = new AsyncLocal<int> { Value = 3 };
        await using var scope = CallScope.Begin(new CallScopeOptions { MaxParallelism = 1, Timeout = TimeSpan.FromSeconds(50) });
        Spawned<(int, int, bool)>[] spawned =
        [
            .. Enumerable.Range(0, 3).Select(priority =>
            {
                using (CallContext.WithPriority(priority))
                {
                    return scope.Spawn(() => (local.Value, CallContext.Priority, CallContext.Remaining < TimeSpan.FromSeconds(51)));
                }
            }),
        ];
        await scope.SyncAsync().Within();
        Assert.Equal([(3, 0, true), (3, 1, true), (3, 2, true)], spawned.Select(call => call.Result));
        Assert.Null(CallContext.Remaining);
    }

    private static void InterlockedMax(ref int place, int value)
    {
        int seen = Volatile.Read(ref place);
        while (seen < value && Interlocked.CompareExchange(ref place, value, seen) is var before && before != seen)
        {
            seen = before;
        }
    }
}
