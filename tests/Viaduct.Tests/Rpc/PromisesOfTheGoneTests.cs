using System.Diagnostics;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Callers that go while they use what is not there yet: nothing is kept for them.</summary>
public sealed class PromisesOfTheGoneTests : IDisposable
{
    private const int Doors = 5;

    private readonly ManualResetEventSlim _gate = new();

    public void Dispose() => _gate.Dispose();

    /// <summary>With one thread the calls lie behind the one that opens; with several they have been taken, and wait for what it brings.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, 1)]
    [InlineData(DistanceKind.Thread, 4)]
    [InlineData(DistanceKind.SharedMemory, 1)]
    [InlineData(DistanceKind.SharedMemory, 4)]
    [InlineData(DistanceKind.UnixSocket, 1)]
    [InlineData(DistanceKind.UnixSocket, 4)]
    [InlineData(DistanceKind.Machine, 1)]
    [InlineData(DistanceKind.Machine, 4)]
    public async Task A_caller_that_ends_before_its_objects_are_there_leaves_none_behind(DistanceKind kind, int threads)
    {
        await using Distance distance = new(kind);
        var door = new Door(_gate);
        await using Served<IDoor> served = await distance.OpenService<IDoor>(door, new ServeOptions { Context = distance.Context, Threads = threads });
        (ServiceHost host, ServiceClient<IDoor> client) = (served.Host, served.Client);
        Task<int> knock = await Background.Run(() => Pass(client.Service).KnockAsync()).Within();
        await Waiting.Until(() => door.Opening == 1 && host.UnderWay >= Math.Min(threads, Doors));
        await client.DisposeAsync().AsTask().Within();
        await Waiting.Until(() => host.Peers.Count == 0);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => knock.Within());
        await EndsWithNothing(host, door);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task One_that_is_killed_does_not_either(int threads)
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        var door = new Door(_gate);
        await using ServiceHost host = distance.Far.Serve<IDoor>(door, new ServeOptions { Context = distance.Context, Threads = threads });
        Isolated<ICourier> courier = distance.Near.Isolate<ICourier, Courier>(new IsolateOptions { Standbys = 0 });
        int process = await Background.Run(() => courier.Service.Go(distance.Directories[0].Path, Doors)).Within();
        await Waiting.Until(() => door.Opening == 1 && host.UnderWay >= Math.Min(threads, Doors));
        using (Process killed = Process.GetProcessById(process))
        {
            killed.Kill();
        }

        await Waiting.Until(() => host.Peers.Count == 0);
        await EndsWithNothing(host, door);
        await courier.DisposeAsync().AsTask().Within();
        await Background.Run(distance.JoinForAMoment).Within();
    }

    /// <summary>The release may be taken by another thread than the call, and come to it first.</summary>
    [Fact]
    public async Task An_object_that_is_released_before_it_is_there_is_not_kept()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        _gate.Set();
        await using Served<IDoor> served = await distance.OpenService<IDoor>(new Door(_gate), new ServeOptions { Context = distance.Context, Threads = 4 });
        ServiceHost host = served.Host;
        await Background.Run(() =>
        {
            for (int i = 0; i < 3000; i++)
            {
                served.Service.Open().Dispose();
            }
        }).Within();
        await Waiting.Until(() => host.Server.Exports.Current == 0, () => $"{host.Server.Exports.Current} are kept");
        using IDoor kept = served.Service.Open();
        Assert.Equal(1, await kept.KnockAsync().Within());

        // Of the many, which nobody waited for, some may be there for a moment still.
        await Waiting.Until(() => host.Server.Exports.Current == 1, () => $"{host.Server.Exports.Current} are kept");
    }

    /// <summary>They lie behind the one that opens, and are begun when their caller has been forgotten already.</summary>
    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task Calls_that_end_only_when_they_are_cancelled_end_where_their_caller_was_gone_before_they_began(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        var door = new Door(_gate);
        await using ServiceHost host = distance.Far.Serve<IDoor>(door, new ServeOptions { Context = distance.Context });
        ServiceClient<IDoor> client = distance.Near.Connect<IDoor>(new ConnectOptions { Context = distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        await Background.Run(client.Service.Open).Within();
        await Waiting.Until(() => door.Opening == 1);
        Task[] staying = [.. Enumerable.Range(0, Doors).Select(_ => client.Service.StayAsync(CancellationToken.None))];
        await client.DisposeAsync().AsTask().Within();
        await Waiting.Until(() => host.Peers.Count == 0);
        await EndsWithNothing(host, door);
        foreach (Task call in staying)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call.Within());
        }
    }

    private static IDoor Pass(IDoor door)
    {
        for (int i = 0; i < Doors; i++)
        {
            door = door.Open();
        }

        return door;
    }

    /// <summary>The call that was begun comes to its end, and so do those behind it that were on their way; then nothing is left of any.</summary>
    private async Task EndsWithNothing(ServiceHost host, Door door)
    {
        _gate.Set();
        await Waiting.Until(() => host.UnderWay == 0 && door.Opened == door.Opening);
        await Waiting.Until(() => host.Server.Exports.Current == 0, () => $"{host.Server.Exports.Current} are kept");
    }
}
