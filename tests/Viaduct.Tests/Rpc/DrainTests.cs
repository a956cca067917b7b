using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What becomes of calls that wait for something of their callers' when the service ends.</summary>
public sealed class DrainTests : IDisposable
{
    private const int Behind = 10;

    private readonly ManualResetEventSlim _gate = new();

    public static TheoryData<DistanceKind> Kinds => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.UnixSocket];

    public void Dispose()
    {
        Slow.OnRead = null;
        _gate.Dispose();
    }

    /// <summary>The service's one thread has taken them, since the answer that it waited for could have been behind them.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, true)]
    [InlineData(DistanceKind.Thread, false)]
    [InlineData(DistanceKind.SharedMemory, true)]
    [InlineData(DistanceKind.SharedMemory, false)]
    [InlineData(DistanceKind.UnixSocket, true)]
    [InlineData(DistanceKind.Machine, true)]
    public async Task Calls_that_were_left_for_later_go_to_the_next_server_and_those_without_an_answer_are_carried_out_in_a_drain_and_else_told(DistanceKind kind, bool drains)
    {
        await using Distance distance = new(kind);
        var trial = new Trial();
        await using Served<ITrial> first = await distance.OpenService<ITrial>(trial);
        Task<int> telling = await new GatedListener(_gate).Hold(first.Service);
        Task<string?>[] answered = [.. Enumerable.Range(0, Behind).Select(i => first.Service.EchoAsync($"{i}"))];
        await NoteBehind(first.Service);
        await Waiting.Until(() => first.Host.Counters.Received == 1 + (2 * Behind));
        Task ended = drains ? first.Host.DrainAsync(Patience.Token) : Background.Run(first.Host.Dispose);
        await using ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context });
        _gate.Set();
        Assert.Equal(0, await telling.Within());
        await ended.Within();
        Assert.Equal(Enumerable.Range(0, Behind).Select(static i => $"{i}"), await Task.WhenAll(answered).Within());
        Assert.Equal(drains ? Enumerable.Range(0, Behind) : [], trial.Notes());
        Assert.Equal(drains ? 0 : Behind, first.Host.Counters.DeadLettered);
        if (!drains)
        {
            await TellsOf(distance, Behind);
        }
    }

    [Fact]
    public async Task Several_may_drain_a_service_at_the_same_time()
    {
        await using Distance distance = new(DistanceKind.Thread);
        for (int i = 0; i < 200; i++)
        {
            int pause = i * 200;
            ServiceHost host = distance.Near.Serve<ITrial>(new Trial(), new ServeOptions { Name = $"trial/{i}", Context = distance.Context });
            using Barrier begin = new(2);
            Task[] drains = [.. Enumerable.Range(0, 2).Select(which => Background.Run(() =>
            {
                begin.SignalAndWait(Patience.Limit);

                // At every moment of the other's, some time.
                Thread.SpinWait(which * pause);
                host.DrainAsync(Patience.Token).GetAwaiter().GetResult();
            }))];

            await Task.WhenAll(drains).Within();
            await host.DrainAsync(Patience.Token).Within();
        }
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task Who_gives_a_drain_up_leaves_the_others(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        Task<int> telling = await new GatedListener(_gate).Hold(served.Service);
        using CancellationTokenSource enough = new();
        Task impatient = served.Host.DrainAsync(enough.Token);
        Task patient = served.Host.DrainAsync(Patience.Token);

        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient.Within());
        Assert.False(patient.IsCompleted);
        _gate.Set();

        Assert.Equal(0, await telling.Within());
        await patient.Within();
    }

    /// <summary>Neither those that the method's thread takes, nor those that come later, wait for the method.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, 1)]
    [InlineData(DistanceKind.SharedMemory, 1)]
    [InlineData(DistanceKind.SharedMemory, 2)]
    [InlineData(DistanceKind.UnixSocket, 1)]
    public async Task Calls_go_to_the_next_server_while_a_method_of_the_draining_one_goes_on(DistanceKind kind, int threads)
    {
        await using Distance distance = new(kind);
        ServeOptions serving = new() { Context = distance.Context, Threads = threads };
        ServiceHost first = distance.Far.Serve<ITrial>(new Trial(), serving);
        await using ServiceClient<ITrial> client = distance.Near.Connect<ITrial>(new ConnectOptions { Context = distance.Context });
        await using ServiceClient<ITrial> another = distance.Near.Connect<ITrial>(new ConnectOptions { Context = distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        await another.WaitForServersAsync(1, Patience.Token).Within();
        var listener = new GatedListener(_gate);
        Task<int> telling = Background.Run(() => client.Service.Tell(listener, 2));
        await Waiting.Until(() => listener.Count == 1);
        Task drained = first.DrainAsync(Patience.Token);
        await using ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), serving);
        await client.WaitForServersAsync(2, Patience.Token).Within();
        await another.WaitForServersAsync(2, Patience.Token).Within();
        Task<string?>[] answered = [.. Enumerable.Range(0, Behind).Select(i => (i % 2 == 0 ? client : another).Service.EchoAsync($"{i}"))];
        Assert.Equal(Enumerable.Range(0, Behind).Select(static i => $"{i}"), await Task.WhenAll(answered).Within());
        Assert.Equal(3, await Background.Run(() => another.Service.Add(1, 2)).Within());
        await drained.StaysPending();

        // What is under way still calls its caller's object, and is answered.
        _gate.Set();
        Assert.Equal(0 + 2, await telling.Within());
        await drained.Within();
    }

    /// <summary>The caller's object calls the service again: who drains waits for the method, that for the object, and the object for the next server.</summary>
    [Theory]
    [InlineData(DistanceKind.SharedMemory, 1)]
    [InlineData(DistanceKind.SharedMemory, 2)]
    [InlineData(DistanceKind.UnixSocket, 2)]
    public async Task A_method_that_its_caller_s_object_calls_back_for_comes_to_its_end_while_its_service_drains(DistanceKind kind, int threads)
    {
        await using Distance distance = new(kind);
        ServeOptions serving = new() { Context = distance.Context, Threads = threads };
        ServiceHost first = distance.Far.Serve<ITrial>(new Trial(), serving);
        await using ServiceClient<ITrial> client = distance.Near.Connect<ITrial>(new ConnectOptions { Context = distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        var listener = new GatedListener(_gate) { Then = number => client.Service.Add(number, number) };
        Task<int> telling = Background.Run(() => client.Service.Tell(listener, 3));
        await Waiting.Until(() => listener.Count == 1);
        Task drained = first.DrainAsync(Patience.Token);
        await using ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), serving);
        await client.WaitForServersAsync(2, Patience.Token).Within();
        _gate.Set();
        Assert.Equal(0 + 2 + 4, await telling.Within());
        await drained.Within();
    }

    [Fact]
    public async Task A_call_that_was_left_for_later_and_may_not_be_made_again_says_that_it_was_not_begun()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(
            new Trial(), connecting: new ConnectOptions { Context = distance.Context, Retry = RetryPolicy.None });
        Task<int> telling = await new GatedListener(_gate).Hold(served.Service);
        Task<int> blocking = Background.Run(() => served.Service.Add(1, 2));
        Task<string?> awaited = served.Service.EchoAsync("");
        await Waiting.Until(() => served.Host.Counters.Received == 3);
        Task drained = served.Host.DrainAsync(Patience.Token);
        _gate.Set();
        Assert.Equal(0, await telling.Within());
        await drained.Within();
        foreach (Task call in (Task[])[blocking, awaited])
        {
            PeerLostException error = await Assert.ThrowsAsync<PeerLostException>(() => call.Within());
            Assert.Equal(CallProgress.NotStarted, error.Progress);
            Assert.Contains("ended before it began the call", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_method_that_awaits_an_answer_of_its_caller_gets_it_while_its_service_drains(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        var listener = new GatedListener(_gate);
        Task<int> telling = served.Service.TellAsync(listener, 3);
        await Waiting.Until(() => listener.Count == 1);
        Task drained = served.Host.DrainAsync(Patience.Token);
        await drained.StaysPending();
        _gate.Set();
        Assert.Equal(0 + 2 + 4, await telling.Within());
        await drained.Within();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_method_that_reads_its_caller_s_stream_comes_to_its_end_while_its_service_drains(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        var begun = new TaskCompletionSource();
        var more = new TaskCompletionSource();
        Task<long> sum = served.Service.SumAsync(Numbers());
        await begun.Task.Within();
        Task drained = served.Host.DrainAsync(Patience.Token);
        await drained.StaysPending();
        more.SetResult();
        Assert.Equal(1 + 2 + 3, await sum.Within());
        await drained.Within();

        async IAsyncEnumerable<int> Numbers()
        {
            yield return 1;
            begun.SetResult();
            await more.Task;
            yield return 2;
            yield return 3;
        }
    }

    /// <summary>It is a call under way until then, and keeps no others: they go to the next server.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, 1)]
    [InlineData(DistanceKind.SharedMemory, 1)]
    [InlineData(DistanceKind.SharedMemory, 2)]
    [InlineData(DistanceKind.UnixSocket, 1)]
    [InlineData(DistanceKind.Machine, 2)]
    public async Task A_stream_that_was_begun_comes_to_its_end_while_its_service_drains(DistanceKind kind, int threads)
    {
        const int Items = 3000;
        await using Distance distance = new(kind);
        ServeOptions serving = new() { Context = distance.Context, Threads = threads };
        var trial = new Trial();
        ServiceHost first = distance.Far.Serve<ITrial>(trial, serving);
        await using ServiceClient<ITrial> client = distance.Near.Connect<ITrial>(new ConnectOptions { Context = distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        await using IAsyncEnumerator<int> numbers = client.Service.CountAsync(1, Items).GetAsyncEnumerator(Patience.Token);
        Assert.True(await numbers.MoveNextAsync().Within());
        Task drained = first.DrainAsync(Patience.Token);
        await using ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), serving);
        await client.WaitForServersAsync(2, Patience.Token).Within();
        for (int next = 1; next <= Items; next++)
        {
            Assert.Equal(next, numbers.Current);
            if (next % 1000 == 0)
            {
                Assert.False(drained.IsCompleted && next < Items);
                Assert.Equal(next + 1, await Background.Run(() => client.Service.Add(next, 1)).Within());
            }

            Assert.Equal(next < Items, await numbers.MoveNextAsync().Within());
        }

        await drained.Within();
        Assert.Equal([-1], trial.Notes());
        Assert.Equal(0, first.Server.Exports.Current);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_of_which_its_caller_has_enough_keeps_no_service_from_draining(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        await using (IAsyncEnumerator<int> numbers = served.Service.CountAsync(1, 3000).GetAsyncEnumerator(Patience.Token))
        {
            Assert.True(await numbers.MoveNextAsync().Within());
            Task draining = served.Host.DrainAsync(Patience.Token);
            await draining.StaysPending();
        }

        await served.Host.DrainAsync(Patience.Token).Within();
    }

    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task Nor_does_one_of_a_caller_that_is_gone(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        IAsyncEnumerator<int> numbers = served.Service.CountAsync(1, 3000).GetAsyncEnumerator(Patience.Token);
        Assert.True(await numbers.MoveNextAsync().Within());
        Task drained = served.Host.DrainAsync(Patience.Token);
        await drained.StaysPending();
        await served.Client.DisposeAsync().AsTask().Within();
        await drained.Within();
        await numbers.DisposeAsync().AsTask().Within();
    }

    /// <summary>Whoever disposes waits for methods only.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_that_its_service_has_no_time_for_says_so(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        await using IAsyncEnumerator<int> numbers = served.Service.CountAsync(1, 3000).GetAsyncEnumerator(Patience.Token);
        Assert.True(await numbers.MoveNextAsync().Within());
        using var enough = new CancellationTokenSource();
        Task drained = served.Host.DrainAsync(enough.Token);
        await drained.StaysPending();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained.Within());
        await served.Host.DisposeAsync().AsTask().Within();
        await Assert.ThrowsAsync<PeerLostException>(async () =>
        {
            while (await numbers.MoveNextAsync().Within())
            {
            }
        });
    }

    /// <summary>The method waits for its caller, and that for the stream: another thread of the service has the time.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task A_stream_goes_on_beside_a_method_that_waits_for_it_while_their_service_drains(DistanceKind kind)
    {
        const int Items = 3000;
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial(), new ServeOptions { Context = distance.Context, Threads = 2 });
        await using IAsyncEnumerator<int> numbers = served.Service.CountAsync(1, Items).GetAsyncEnumerator(Patience.Token);
        Assert.True(await numbers.MoveNextAsync().Within());
        Task<int> telling = await new GatedListener(_gate) { Then = _ => ReadToEnd(numbers) }.Hold(served.Service);
        Task drained = served.Host.DrainAsync(Patience.Token);
        await drained.StaysPending();
        _gate.Set();
        Assert.Equal(Items, await telling.Within());
        await drained.Within();
    }

    /// <summary>The one thread is kept by a method that waits for its caller, which waits for the stream: there is no other way out of it than this.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, false)]
    [InlineData(DistanceKind.SharedMemory, false)]
    [InlineData(DistanceKind.SharedMemory, true)]
    [InlineData(DistanceKind.UnixSocket, false)]
    public async Task Who_disposes_a_service_waits_for_no_stream(DistanceKind kind, bool drains)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        await using IAsyncEnumerator<int> numbers = served.Service.CountAsync(1, 3000).GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await numbers.MoveNextAsync().Within());
        Task<int> telling = await new GatedListener(_gate) { Then = _ => ReadToEnd(numbers) }.Hold(served.Service);
        _gate.Set();
        await telling.StaysPending();
        if (drains)
        {
            using var enough = new CancellationTokenSource();
            Task drained = served.Host.DrainAsync(enough.Token);
            await drained.StaysPending();
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained.Within());
        }

        await served.Host.DisposeAsync().AsTask().Within();
        Assert.NotNull(await telling.Outcome());
    }

    private static int ReadToEnd(IAsyncEnumerator<int> numbers)
    {
        int last = 0;
        while (numbers.MoveNextAsync().AsTask().GetAwaiter().GetResult())
        {
            last = numbers.Current;
        }

        return last;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_method_that_ends_only_when_it_is_cancelled_can_be_while_its_service_drains(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        using var cancellation = new CancellationTokenSource();
        Task waiting = served.Service.WaitAsync(cancellation.Token);
        await Waiting.Until(() => served.Host.UnderWay == 1);
        Task drained = served.Host.DrainAsync(Patience.Token);
        await drained.StaysPending();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within());
        await drained.Within();
    }

    /// <summary>The call that was to bring the object goes back, which those on the object would wait for.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Calls_on_an_object_that_was_still_to_come_keep_no_service_from_draining(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        Assert.Equal(3, await served.Service.AddAsync(1, 2, Patience.Token).AsTask().Within());
        Task<int> telling = await new GatedListener(_gate).Hold(served.Service);
        Task<int> taking = Background.Run(() =>
        {
            ICounter counter = served.Service.OpenCounter(1);
            counter.Skip();
            return counter.Take();
        });
        await Waiting.Until(() => served.Host.Counters.Received == 1 + 4);
        Task drained = served.Host.DrainAsync(Patience.Token);
        _gate.Set();
        Assert.Equal(0, await telling.Within());
        await drained.Within();
        PeerLostException error = await Assert.ThrowsAsync<PeerLostException>(() => taking.Within());
        Assert.Equal(CallProgress.NotStarted, error.Progress);
        Assert.Equal(1, served.Host.Counters.DeadLettered);
        await TellsOf(distance, 1);
    }

    /// <summary>The call that brings it has not been begun, and so have not those on it, and on what they bring.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Calls_on_an_object_that_was_still_to_come_go_with_it_to_the_next_server(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        Task<int> telling = await new GatedListener(_gate).Hold(served.Service);
        (ICounter counter, ICounter fork, Task<int[]> taking) = await TakeFromObjectsToCome(served);
        Task drained = served.Host.DrainAsync(Patience.Token);
        await using ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context });
        _gate.Set();
        Assert.Equal(0, await telling.Within());
        int[] taken = await taking.Within();
        Assert.Equal([5, 5], taken);
        await drained.Within();
        Assert.Equal(6, await Background.Run(counter.Take).Within());
        await Background.Run(() =>
        {
            counter.Dispose();
            fork.Dispose();
        }).Within();
    }

    /// <summary>Their server takes nothing any more, since the method calls nobody back now.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nor_do_they_wait_for_a_method_that_runs_on(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        using ManualResetEventSlim held = new();
        var ranOn = new TaskCompletionSource();
        var trial = new Trial
        {
            Then = () =>
            {
                ranOn.TrySetResult();
                held.Wait(Patience.Limit);
            },
        };
        await using Served<ITrial> served = await distance.OpenService<ITrial>(trial);
        Task<int> telling = await new GatedListener(_gate).Hold(served.Service);
        (_, _, Task<int[]> taking) = await TakeFromObjectsToCome(served);
        _gate.Set();
        await ranOn.Task.Within();
        Task drained = served.Host.DrainAsync(Patience.Token);
        await using ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context });
        int[] taken = await taking.Within();
        Assert.Equal([5, 5], taken);
        held.Set();
        Assert.Equal(0, await telling.Within());
        await drained.Within();
    }

    /// <summary>They find out at once that it does not come from there any more, again and again.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Calls_on_an_object_that_waits_for_the_next_server_end_in_their_time(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        Task<int> telling = await new GatedListener(_gate).Hold(served.Service);
        ICounter counter = await Background.Run(() => served.Service.OpenCounter(5)).Within();
        Task<int>[] taking = [Background.Run(() => Take(counter)), TakeAsync(counter)];
        await Waiting.Until(() => served.Host.Counters.Received == 1 + 1 + 2);
        Task drained = served.Host.DrainAsync(Patience.Token);
        _gate.Set();
        Assert.Equal(0, await telling.Within());
        await drained.Within();
        foreach (Task<int> taken in taking)
        {
            Assert.IsType<TimeoutException>(await taken.Outcome());
        }

        static int Take(ICounter counter)
        {
            using (CallContext.Within(TimeSpan.FromSeconds(2)))
            {
                return counter.Take();
            }
        }

        static async Task<int> TakeAsync(ICounter counter)
        {
            using (CallContext.Within(TimeSpan.FromSeconds(2)))
            {
                return await counter.TakeAsync();
            }
        }
    }

    /// <summary>One thread has nothing to do, and ends; what comes then waits for the other, which waits for it.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, 1)]
    [InlineData(DistanceKind.SharedMemory, 2)]
    [InlineData(DistanceKind.UnixSocket, 2)]
    public async Task A_method_that_keeps_its_thread_until_it_is_cancelled_can_be_while_its_service_drains(DistanceKind kind, int threads)
    {
        await using Distance distance = new(kind);
        await using Served<IDoor> served = await distance.OpenService<IDoor>(new StuckDoor(), new ServeOptions { Context = distance.Context, Threads = threads });
        using var cancellation = new CancellationTokenSource();
        Task staying = served.Service.StayAsync(cancellation.Token);
        await Waiting.Until(() => served.Host.Server.CanBeCancelled);
        Task drained = served.Host.DrainAsync(Patience.Token);
        await drained.StaysPending();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => staying.Within());
        await drained.Within();
    }

    /// <summary>Its arguments are still being read; for the stream's sake the service takes what comes.</summary>
    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task So_can_one_that_has_not_begun_when_its_cancellation_comes(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IReading> served = await distance.OpenService<IReading>(new StuckReading());
        await using IAsyncEnumerator<int> numbers = served.Service.CountAsync().GetAsyncEnumerator(CancellationToken.None);
        Assert.True(await numbers.MoveNextAsync().Within());
        using var isRead = new ManualResetEventSlim();
        Slow slow = new() { Number = 1 };
        Slow.OnRead = () =>
        {
            isRead.Set();
            _gate.Wait(Patience.Limit);
        };
        using var cancellation = new CancellationTokenSource();
        Task staying = served.Service.StayAsync(slow, cancellation.Token);
        await Waiting.Until(() => isRead.IsSet);
        Task drained = served.Host.DrainAsync(Patience.Token);
        long before = served.Host.Counters.Received;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => staying.Within());
        await Waiting.Until(() => served.Host.Counters.Received > before);
        _gate.Set();
        await Waiting.Until(() => served.Host.UnderWay == 0);
        await numbers.DisposeAsync().AsTask().Within();
        await drained.Within();
    }

    [Theory]
    [InlineData(DistanceKind.Thread, true)]
    [InlineData(DistanceKind.SharedMemory, true)]
    [InlineData(DistanceKind.SharedMemory, false)]
    [InlineData(DistanceKind.UnixSocket, false)]
    public async Task Calls_without_an_answer_that_a_service_leaves_no_time_for_are_counted_and_told(DistanceKind kind, bool isByItself)
    {
        await using Distance distance = new(kind);
        ServiceHost? host = null;
        var trial = new Trial { Then = isByItself ? () => host!.Dispose() : null };
        await using Served<ITrial> served = await distance.OpenService<ITrial>(trial);
        host = served.Host;
        Task<int> telling = await new GatedListener(_gate).Hold(served.Service);
        await NoteBehind(served.Service);
        await Waiting.Until(() => host.Counters.Received == 1 + Behind);
        Task left = isByItself ? Task.CompletedTask : Background.Run(distance.Far.Dispose);
        await left.Within();
        _gate.Set();
        Assert.NotNull(await telling.Outcome());
        await Waiting.Until(() => host.Counters.DeadLettered == Behind, () => $"{host.Counters}, carried out: {trial.Notes().Count}");
        Assert.Empty(trial.Notes());
        await TellsOf(distance, Behind);
        await Background.Run(host.Dispose).Within();
    }

    /// <summary>Calls without an answer, one behind the other.</summary>
    private static Task NoteBehind(ITrial service) => Background.Run(() =>
    {
        for (int i = 0; i < Behind; i++)
        {
            service.Note(i);
        }
    }).Within();

    /// <summary>Calls on objects of a service that is held: it has them all, and has begun none.</summary>
    private static async Task<(ICounter Counter, ICounter Fork, Task<int[]> Taking)> TakeFromObjectsToCome(Served<ITrial> held)
    {
        ICounter counter = await Background.Run(() => held.Service.OpenCounter(5)).Within();
        ICounter fork = await Background.Run(() => counter.Fork().Fork()).Within();
        Task<int[]> taking = Task.WhenAll(Background.Run(fork.Take), counter.TakeAsync());
        await Waiting.Until(() => held.Host.Counters.Received == 1 + 3 + 2);
        return (counter, fork, taking);
    }

    private static Task TellsOf(Distance distance, int count) => Waiting.Until(
        () => distance.Events.Items.Any(e => e.Kind == NodeEventKind.DeadLettered && e.Text.StartsWith($"{count} one-way calls of '", StringComparison.Ordinal)),
        distance.Events.ToString);

    /// <summary>Keeps its thread.</summary>
    private sealed class StuckReading : IReading
    {
        public Task StayAsync(Slow first, CancellationToken cancellationToken)
        {
            cancellationToken.WaitHandle.WaitOne(2 * Patience.Limit);
            return Task.FromCanceled(cancellationToken);
        }

        public async IAsyncEnumerable<int> CountAsync()
        {
            for (int i = 0; i < 3000; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
    }

    /// <summary>Keeps its thread.</summary>
    private sealed class StuckDoor : IDoor
    {
        public IDoor Open() => this;

        public Task<int> KnockAsync() => Task.FromResult(1);

        public Task StayAsync(CancellationToken cancellationToken)
        {
            cancellationToken.WaitHandle.WaitOne(Patience.Limit);
            return Task.FromCanceled(cancellationToken);
        }

        public void Dispose()
        {
        }
    }
}
