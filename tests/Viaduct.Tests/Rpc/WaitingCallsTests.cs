using System.Diagnostics;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls that wait at their caller until a process is free.</summary>
public sealed class WaitingCallsTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly TemporaryDirectory _directory = TemporaryDirectory.Create();
    private Isolated<ILabour>? _labour;

    public async ValueTask DisposeAsync()
    {
        if (_labour is not null)
        {
            await _labour.DisposeAsync().AsTask().Within();
        }

        await _distance.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task They_go_by_priority_then_by_deadline_then_as_they_came()
    {
        ILabour labour = await Isolate(new IsolateOptions { MaxCallsPerInstance = 1, Standbys = 0 });
        Task<int> held = await Hold(labour, "held");
        var calls = new List<Task>();
        void Note(int number, int priority, int? seconds)
        {
            using (CallContext.WithPriority(priority))
            using (seconds is { } bound ? CallContext.Within(TimeSpan.FromSeconds(bound)) : default)
            {
                calls.Add(labour.NoteAsync(PathOf("notes"), number));
            }
        }

        Note(1, 0, null);
        Note(2, 0, 200);
        Note(3, 0, 100);
        Note(4, -5, 100);
        Note(5, 7, null);
        Note(6, 0, null);
        Note(7, 7, 300);
        Note(8, -5, 50);
        await Task.WhenAll(calls).StaysPending();
        Release("held");
        await Task.WhenAll(calls).Within();
        await held.Within();
        Assert.Equal("7 5 3 2 1 6 8 4 ", await File.ReadAllTextAsync(PathOf("notes")));
    }

    [Fact]
    public async Task One_that_is_given_up_or_is_too_late_is_never_carried_out()
    {
        ILabour labour = await Isolate(new IsolateOptions { MaxCallsPerInstance = 1, Standbys = 0 });
        Task<int> held = await Hold(labour, "held");
        Task<int> late;
        using (CallContext.Within(TimeSpan.FromMilliseconds(50)))
        {
            late = labour.NoteAsync(PathOf("notes"), 1);
        }

        Task<long> blocked = Background.Run(() =>
        {
            using (CallContext.Within(TimeSpan.FromMilliseconds(50)))
            {
                return labour.Sum(0, 10);
            }
        });
        Task<int> patient = labour.NoteAsync(PathOf("notes"), 2);
        Assert.IsType<TimeoutException>(await late.Outcome());
        Assert.IsType<TimeoutException>(await blocked.Outcome());
        Release("held");
        await patient.Within();
        await held.Within();
        Assert.Equal("2 ", await File.ReadAllTextAsync(PathOf("notes")));
    }

    [Fact]
    public async Task A_slow_process_keeps_none_of_them()
    {
        ILabour labour = await Isolate(new IsolateOptions { Instances = 2, Standbys = 0 });
        Task<int> held = await Hold(labour, "held");
        int[] others = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => labour.NoteAsync(PathOf("notes"), number))).Within();
        Assert.False(held.IsCompleted);
        long sum = await Background.Run(() => labour.Sum(0, 10)).Within();
        Assert.Equal(45, sum);
        Release("held");
        int slow = await held.Within();
        Assert.DoesNotContain(slow, others);
    }

    [Fact]
    public async Task They_go_to_others_when_a_process_is_killed_and_each_is_carried_out_once()
    {
        ILabour labour = await Isolate(new IsolateOptions { Instances = 2, Standbys = 0 });
        Task<int> first = await Hold(labour, "first");
        Task<int> second = await Hold(labour, "second");
        Task<int>[] calls = [.. Enumerable.Range(0, 40).Select(number => labour.NoteAsync(PathOf($"note{number}"), number))];
        await Task.WhenAny(calls).StaysPending();
        using (var process = Process.GetProcessById(_labour!.Workers[0].ProcessId))
        {
            process.Kill();
        }

        Task<int> lost = await Task.WhenAny(first, second).Within();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => lost);
        Release("first");
        Release("second");
        await Task.WhenAll(calls).Within();
        for (int number = 0; number < calls.Length; number++)
        {
            Assert.Equal($"{number} ", await File.ReadAllTextAsync(PathOf($"note{number}")));
        }
    }

    [Fact]
    public async Task They_end_with_the_service()
    {
        ILabour labour = await Isolate(new IsolateOptions { MaxCallsPerInstance = 1, Standbys = 0, Grace = TimeSpan.Zero });
        Task<int> held = await Hold(labour, "held");
        Task<int> waiting = labour.NoteAsync(PathOf("notes"), 1);
        await waiting.StaysPending();
        await _labour!.DisposeAsync().AsTask().Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.Within());
        Assert.NotNull(await held.Outcome());
    }

    [Fact]
    public async Task Those_that_wait_for_the_first_process_go_in_order_too()
    {
        // Its process is not ready before all of them are there.
        TaskCompletionSource allThere = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _labour = _distance.Near.Isolate<ILabour, Labour>(new IsolateOptions { MaxCallsPerInstance = 1, Standbys = 0 }, _ => new ValueTask(allThere.Task));
        var calls = new List<Task>();
        for (int priority = 0; priority < 5; priority++)
        {
            using (CallContext.WithPriority(priority))
            {
                calls.Add(_labour.Service.NoteAsync(PathOf("notes"), priority));
            }
        }

        allThere.SetResult();
        await Task.WhenAll(calls).Within();
        Assert.Equal("4 3 2 1 0 ", await File.ReadAllTextAsync(PathOf("notes")));
    }

    [Fact]
    public async Task The_priority_of_a_call_is_that_of_the_calls_its_method_makes()
    {
        ILabour labour = await Isolate(new IsolateOptions { Standbys = 0 });
        using ManualResetEventSlim open = new(true);
        var asker = new GatedListener(open) { Then = static _ => CallContext.Priority };
        Assert.Equal(0, await Background.Run(labour.Priority).Within());
        using (CallContext.WithPriority(-7))
        using (CallContext.Within(TimeSpan.FromSeconds(100)))
        {
            Assert.Equal(-7, await Background.Run(labour.Priority).Within());

            // The process calls on, and hands on what it was given.
            Assert.Equal(-7, await Background.Run(() => labour.Ask(asker)).Within());
        }

        Assert.Equal(0, CallContext.Priority);
        Assert.Equal(0, await Background.Run(() => labour.Ask(asker)).Within());
    }

    [Fact]
    public async Task A_tree_of_scopes_adds_up_over_processes()
    {
        ILabour labour = await Isolate(new IsolateOptions { Instances = 2, Standbys = 0 });
        async Task<long> SumAsync(int from, int to)
        {
            if (to - from <= 100)
            {
                return await Background.Run(() => labour.Sum(from, to));
            }

            await using var scope = CallScope.Begin();
            int middle = (from + to) / 2;
            Spawned<long> left = scope.Spawn(() => SumAsync(from, middle));
            Spawned<long> right = scope.Spawn(() => SumAsync(middle, to));
            await scope.SyncAsync();
            return left.Result + right.Result;
        }

        Assert.Equal(499_500, await SumAsync(0, 1000).Within());
    }

    [Fact]
    public async Task When_one_of_a_scope_fails_the_others_are_cancelled_also_where_they_run()
    {
        ILabour labour = await Isolate(new IsolateOptions { MaxCallsPerInstance = 8, Standbys = 0 });
        CallScope scope = CallScope.Begin();
        Spawned awaited = scope.Spawn(() => labour.WaitAsync(PathOf("awaited")));
        await Waiting.Until(() => File.Exists(PathOf("awaited")));
        Spawned<int> failing = scope.Spawn(() => labour.Fail("enough"));
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => scope.SyncAsync().Within());
        Assert.Contains("enough", error.Message, StringComparison.Ordinal);
        Assert.Same(error, failing.Error);
        Assert.IsAssignableFrom<OperationCanceledException>(awaited.Error);
        await Waiting.Until(() => !File.Exists(PathOf("awaited")));
        await scope.DisposeAsync().AsTask().Within();
    }

    [Fact]
    public async Task A_blocking_call_that_knows_no_token_is_cancelled_too()
    {
        ILabour labour = await Isolate(new IsolateOptions { MaxCallsPerInstance = 1, Standbys = 0 });
        CallScope scope = CallScope.Begin();
        Spawned<int> running = scope.Spawn(() => labour.Hold(PathOf("held")));
        await Waiting.Until(() => File.Exists(PathOf("held")));
        Spawned<long> waiting = scope.Spawn(() => labour.Sum(0, 10));
        scope.Cancel();
        await scope.SyncAsync().Within();
        Assert.IsAssignableFrom<OperationCanceledException>(running.Error);
        Assert.IsAssignableFrom<OperationCanceledException>(waiting.Error);
        Release("held");
        await scope.DisposeAsync().AsTask().Within();
    }

    private async Task<ILabour> Isolate(IsolateOptions options)
    {
        _labour = _distance.Near.Isolate<ILabour, Labour>(options);
        await _labour.WaitForWorkersAsync(options.Instances, Patience.Token).Within();
        await Waiting.Until(() => _labour.Workers.All(worker => worker.IsReady));
        return _labour.Service;
    }

    private async Task<Task<int>> Hold(ILabour labour, string file)
    {
        Task<int> held = Background.Run(() => labour.Hold(PathOf(file)));
        await Waiting.Until(() => File.Exists(PathOf(file)) || held.IsCompleted);
        Assert.False(held.IsCompleted);
        return held;
    }

    private void Release(string file) => File.Delete(PathOf(file));

    private string PathOf(string file) => Path.Combine(_directory.Path, file);
}
