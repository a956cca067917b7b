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

    /// <summary>The method is not over before that is; a second thread hears the cancellation.</summary>
    [Fact]
    public async Task Nor_does_what_its_cancellation_sets_off()
    {
        Isolated<ISelfEnding> isolated = _distance.Near.Isolate<ISelfEnding, SelfEnding>(new IsolateOptions { InProcess = true, Threads = 2, Grace = TimeSpan.FromHours(1) });
        SelfEnding ending = SelfEnding.Last!;
        ending.Ends = isolated.Dispose;
        using var cancellation = new CancellationTokenSource();
        Task staying = isolated.Service.StayAsync(cancellation.Token);
        await ending.Begun.Within();
        await cancellation.CancelAsync();
        await ending.Ended.Within("the end of the service at the cancellation of its method");
        Assert.NotNull(await staying.Outcome());
        await ending.Disposed.Within();
    }
}
