using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Calls that hand an object back to where it comes from, which is still to come, and goes to another server while they wait for it.</summary>
public sealed class MovedMeanwhileTests : IDisposable
{
    private readonly ManualResetEventSlim _gate = new();

    public static TheoryData<DistanceKind> Kinds => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.UnixSocket];

    public void Dispose() => _gate.Dispose();

    /// <summary>A call on the object itself.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_goes_back_as_itself_to_where_it_comes_from_then(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> first = await distance.OpenService<ITrial>(new Trial());
        Task<int> telling = await new GatedListener(_gate).Hold(first.Service);
        ICounter counter = await Background.Run(() => first.Service.OpenCounter(5)).Within();
        Task<bool> same = Background.Run(() => counter.IsSame(counter));
        await using ServiceHost second = await Move(distance, first, telling, same);
        Assert.True(await same.Within());
        await Background.Run(counter.Dispose).Within();
    }

    /// <summary>What the call is made on comes behind what it hands over, and before it.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, true)]
    [InlineData(DistanceKind.Thread, false)]
    [InlineData(DistanceKind.SharedMemory, true)]
    [InlineData(DistanceKind.SharedMemory, false)]
    [InlineData(DistanceKind.UnixSocket, true)]
    [InlineData(DistanceKind.UnixSocket, false)]
    public async Task So_it_does_with_another_one_that_the_call_is_made_on(DistanceKind kind, bool isMadeOnFirst)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> first = await distance.OpenService<ITrial>(new Trial());
        Task<int> telling = await new GatedListener(_gate).Hold(first.Service);
        ICounter one = await Background.Run(() => first.Service.OpenCounter(5)).Within();
        ICounter other = await Background.Run(() => first.Service.OpenCounter(7)).Within();
        Task<bool> same = Background.Run(() => isMadeOnFirst ? one.IsSame(other) : other.IsSame(one));
        await using ServiceHost second = await Move(distance, first, telling, same);

        // They are two, and the call has come to where they are.
        Assert.False(await same.Within());
        Assert.Equal(5, await Background.Run(one.Take).Within());
        Assert.Equal(7, await Background.Run(other.Take).Within());
        await Background.Run(() =>
        {
            one.Dispose();
            other.Dispose();
        }).Within();
    }

    /// <summary>A call on the service, which hands over two of them.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_that_hands_over_several_goes_with_them(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IBroker> first = await distance.OpenService<IBroker>(new Broker());
        Task<int> held = Background.Run(() => first.Service.Hold(new GatedListener(_gate)));
        await Waiting.Until(() => first.Host.UnderWay == 1);
        ICounter[] counters = await Background.Run(() => Enumerable.Range(0, 2).Select(first.Service.Open).ToArray()).Within();
        Task<bool>[] calls =
        [
            Background.Run(() => first.Service.IsOwn(counters[0], counters[1])),
            Background.Run(() => first.Service.IsOwn(counters[1], counters[0])),
        ];
        await Task.WhenAll(calls).StaysPending();
        Task drained = first.Host.DrainAsync(Patience.Token);
        await using ServiceHost second = distance.Join("second").Serve<IBroker>(new Broker(), new ServeOptions { Context = distance.Context });
        _gate.Set();
        await held.Within();
        await drained.Within();
        foreach (Task<bool> call in calls)
        {
            Assert.True(await call.Within());
        }

        await Background.Run(() => Array.ForEach(counters, static counter => counter.Dispose())).Within();
    }

    /// <summary>The object that it is handed to is known to leave its server when the call is written.</summary>
    [Fact]
    public async Task A_call_on_one_that_is_leaving_waits_for_it()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Served<ITrial> first = await distance.OpenService<ITrial>(new Trial());
        Task<int> telling = await new GatedListener(_gate).Hold(first.Service);
        ICounter counter = await Background.Run(() => first.Service.OpenCounter(5)).Within();
        Task drained = first.Host.DrainAsync(Patience.Token);
        _gate.Set();
        Assert.Equal(0, await telling.Within());
        await drained.Within();
        Task<bool> same = Background.Run(() => counter.IsSame(counter));
        await same.StaysPending();
        await using ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context });
        Assert.True(await same.Within());
        await Background.Run(counter.Dispose).Within();
    }

    /// <summary>The first server ends in order, and another one is there.</summary>
    private async Task<ServiceHost> Move(Distance distance, Served<ITrial> first, Task<int> telling, Task waiting)
    {
        await waiting.StaysPending();
        Task drained = first.Host.DrainAsync(Patience.Token);
        ServiceHost second = distance.Join("second").Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context });
        _gate.Set();
        Assert.Equal(0, await telling.Within());
        await drained.Within();
        return second;
    }
}
