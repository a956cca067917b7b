using System.Diagnostics;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A service of this process that is disposed by one of its own methods.</summary>
public sealed class SelfEndingTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.Thread);
    private readonly Isolated<ISelfEnding> _isolated;
    private readonly SelfEnding _object;

    public SelfEndingTests()
    {
        // Nobody is to wait until the grace has passed.
        _isolated = _distance.Near.Isolate<ISelfEnding, SelfEnding>(new IsolateOptions { InProcess = true, Grace = TimeSpan.FromHours(1) });
        _object = SelfEnding.Last!;
        _object.Ends = _isolated.Dispose;
    }

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task A_token_is_cancelled_at_once_and_its_callbacks_know_by_whom()
    {
        CallServer server = new(null, "x", static (_, _, _) => { }, static _ => null, tellsTraces: false, isConcurrent: false);
        TaskCompletionSource<bool> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource method = new();
        method.Token.Register(() => told.SetResult(server.CancelsOnThisThread));

        server.Cancel(method);

        Assert.True(method.IsCancellationRequested);
        Assert.False(server.CancelsOnThisThread);
        Assert.True(await told.Task.Within());
    }

    [Fact]
    public async Task A_method_that_disposes_its_service_does_not_wait_for_itself_nor_for_what_lies_behind()
    {
        Task call = Background.Run(_isolated.Service.Finish);
        await _object.Begun.Within();
        Task[] behind = [.. Enumerable.Range(0, 3).Select(_ => Background.Run(_isolated.Service.Idle))];
        await Task.WhenAll(behind).StaysPending();

        _object.Let();

        Assert.False(await _object.Ended.Within("the end of the service in its method"));
        Assert.IsType<ObjectDisposedException>(await call.Outcome());
        foreach (Task one in behind)
        {
            Assert.IsType<ObjectDisposedException>(await one.Outcome());
        }

        await _object.Disposed.Within();
    }

    [Fact]
    public async Task One_that_is_wanted_by_its_caller_and_by_its_deadline_is_cancelled_once()
    {
        CallServer server = new(null, "x", static (_, _, _) => { }, static _ => null, tellsTraces: false, isConcurrent: false);
        MethodCancellation method = new();
        method.Begin(server, Stopwatch.GetTimestamp());
        TaskCompletionSource<bool> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        method.Token.Register(() =>
        {
            method.Cancel();
            told.SetResult(server.CancelsOnThisThread);
        });

        Assert.True(await told.Task.Within());
        Assert.False(method.TryReset());
    }

    /// <summary>The method is not over before that is; a second thread hears the cancellation.</summary>
    [Theory]
    [InlineData(SelfEndingKind.Cancellation)]
    [InlineData(SelfEndingKind.Deadline)]
    [InlineData(SelfEndingKind.Stream)]
    public async Task Nor_does_what_its_cancellation_sets_off(SelfEndingKind kind)
    {
        Isolated<ISelfEnding> isolated = _distance.Near.Isolate<ISelfEnding, SelfEnding>(new IsolateOptions { InProcess = true, Threads = 2, Grace = TimeSpan.FromHours(1) });
        SelfEnding ending = SelfEnding.Last!;
        ending.Ends = isolated.Dispose;
        await EndFrom(kind, isolated.Service, ending);
        await ending.Disposed.Within();
    }

    [Theory]
    [InlineData(SelfEndingKind.Method, false)]
    [InlineData(SelfEndingKind.Method, true)]
    [InlineData(SelfEndingKind.Cancellation, false)]
    [InlineData(SelfEndingKind.Cancellation, true)]
    [InlineData(SelfEndingKind.Deadline, false)]
    [InlineData(SelfEndingKind.Deadline, true)]
    [InlineData(SelfEndingKind.Stream, false)]
    [InlineData(SelfEndingKind.Stream, true)]
    public async Task A_service_that_is_ended_from_within_does_not_wait_for_itself(SelfEndingKind kind, bool blocksOnAsynchronousEnd)
    {
        SelfEnding ending = new();
        ServiceHost host = _distance.Near.Serve<ISelfEnding>(ending, new ServeOptions { Context = Context.Thread, Threads = 2 });
        await using ServiceClient<ISelfEnding> client = _distance.Near.Connect<ISelfEnding>(new ConnectOptions { Context = Context.Thread });
        ending.Ends = blocksOnAsynchronousEnd ? () => host.DisposeAsync().AsTask().Wait() : host.Dispose;
        await EndFrom(kind, client.Service, ending);
    }

    private static async Task EndFrom(SelfEndingKind kind, ISelfEnding service, SelfEnding ending)
    {
        await Background.Run(service.Idle).Within();
        using var cancellation = new CancellationTokenSource();
        Task call;
        using (kind == SelfEndingKind.Deadline ? CallContext.Within(TimeSpan.FromSeconds(1)) : default)
        {
            call = kind switch
            {
                SelfEndingKind.Method => Background.Run(service.Finish),
                SelfEndingKind.Stream => service.StreamAsync(cancellation.Token).GetAsyncEnumerator(CancellationToken.None).MoveNextAsync().AsTask(),
                _ => service.StayAsync(cancellation.Token),
            };
        }

        await ending.Begun.Within();
        ending.Let();
        if (kind is SelfEndingKind.Cancellation or SelfEndingKind.Stream)
        {
            await cancellation.CancelAsync();
        }

        await ending.Ended.Within("the end of the service from within");

        // A service that has ended takes no more calls; what this one brings depends on which of them was first.
        await call.Outcome();
    }
}
