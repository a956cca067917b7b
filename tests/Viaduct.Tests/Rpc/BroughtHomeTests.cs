using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>A service that gives its caller an object of the caller's own, which is still to come: it waits for that.</summary>
public sealed class BroughtHomeTests : IDisposable
{
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    public async Task It_comes_as_what_it_is(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IPorter> served = await distance.OpenService<IPorter>(new Porter());
        var door = new LateDoor(_gate);
        Task<IDoor> leading = served.Service.LeadAsync(door, CancellationToken.None);
        await leading.StaysPending();
        _gate.Set();
        Assert.Same(door.Next, await leading.Within());
    }

    /// <summary>Its own method threw, before the service gave back what that was to bring.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task One_that_never_comes_is_told_as_what_went_wrong(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IPorter> served = await distance.OpenService<IPorter>(new Porter());
        Task<IDoor> leading = served.Service.LeadAsync(new LateDoor(_gate) { Failure = new InvalidTimeZoneException("it is stuck") }, CancellationToken.None);
        await leading.StaysPending();
        _gate.Set();
        Exception? error = await leading.Outcome();
        Assert.Equal("it is stuck", Assert.IsType<InvalidTimeZoneException>(error).Message);
    }

    /// <summary>On the service's only thread, and beside it.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, false, false)]
    [InlineData(DistanceKind.SharedMemory, false, false)]
    [InlineData(DistanceKind.SharedMemory, false, true)]
    [InlineData(DistanceKind.SharedMemory, true, false)]
    [InlineData(DistanceKind.SharedMemory, true, true)]
    [InlineData(DistanceKind.UnixSocket, true, true)]
    public async Task Nobody_waits_for_it_longer_than_the_caller_does(DistanceKind kind, bool goesOnElsewhere, bool isCancelled)
    {
        await using Distance distance = new(kind);
        await using Served<IPorter> served = await distance.OpenService<IPorter>(new Porter { GoesOnElsewhere = goesOnElsewhere });
        using var cancellation = new CancellationTokenSource();
        var door = new LateDoor(_gate);
        Task<IDoor> leading;
        using (isCancelled ? default(IDisposable) : CallContext.Within(TimeSpan.FromSeconds(2)))
        {
            leading = served.Service.LeadAsync(door, cancellation.Token);
        }

        await Waiting.Until(() => door.IsOpening);
        if (isCancelled)
        {
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leading.Within());
        }
        else
        {
            await Assert.ThrowsAsync<TimeoutException>(() => leading.Within());
        }

        await Waiting.Until(() => served.Host.UnderWay == 0);
    }

    private sealed class Porter : IPorter
    {
        public bool GoesOnElsewhere { get; init; }

        public async Task<IDoor> LeadAsync(IDoor door, CancellationToken cancellationToken = default)
        {
            IDoor next = door.Open();
            if (GoesOnElsewhere)
            {
                await Task.Yield();
            }

            return next;
        }
    }

    /// <summary>Opens once a gate is open, however long that takes: it is the test that ends this.</summary>
    private sealed class LateDoor(ManualResetEventSlim gate) : IDoor
    {
        private volatile bool _isOpening;

        public bool IsOpening => _isOpening;

        public IDoor Next { get; } = new Door(gate);

        public Exception? Failure { get; init; }

        public IDoor Open()
        {
            _isOpening = true;
            gate.Wait(2 * Patience.Limit);
            return Failure is null ? Next : throw Failure;
        }

        public Task<int> KnockAsync() => Task.FromResult(1);

        public Task StayAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

        public void Dispose()
        {
        }
    }
}
