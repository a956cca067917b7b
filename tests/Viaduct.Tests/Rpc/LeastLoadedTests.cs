using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>To which of two servers calls go while one of them is busy.</summary>
public sealed class LeastLoadedTests : IAsyncDisposable
{
    private const int Calls = 20;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly TemporaryDirectory _directory = TemporaryDirectory.Create();
    private readonly ServiceHost[] _hosts = new ServiceHost[2];
    private ServiceClient<ILabour>? _client;

    public async ValueTask DisposeAsync()
    {
        File.Delete(PathOf("held"));
        await Background.Run(() =>
        {
            _client?.Dispose();
            Array.ForEach(_hosts, static host => host.Dispose());
        }).Within();
        await _distance.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task They_go_to_the_one_that_has_nothing_to_do()
    {
        (ServiceHost busy, ServiceHost idle) = await KeepOneBusy(Distribution.LeastLoaded);
        (long before, long elsewhere) = (busy.Counters.Received, idle.Counters.Received);
        for (int i = 0; i < Calls; i++)
        {
            await _client!.Service.NoteAsync(PathOf("notes"), i).Within();
        }

        Assert.Equal((before, elsewhere + Calls), (busy.Counters.Received, idle.Counters.Received));
        Assert.True(File.Exists(PathOf("held")));
    }

    /// <summary>So the test above can fail: who deals calls out in turn lets half of them wait.</summary>
    [Fact]
    public async Task In_turn_every_other_one_waits_behind_the_one_that_keeps_its_server()
    {
        (ServiceHost busy, ServiceHost idle) = await KeepOneBusy(Distribution.RoundRobin);
        long before = idle.Counters.Received;
        Task[] calls = [.. Enumerable.Range(0, Calls).Select(i => _client!.Service.NoteAsync(PathOf("notes"), i))];
        await Waiting.Until(() => calls.Count(static call => call.IsCompleted) == Calls / 2);
        await Task.WhenAll(calls).StaysPending();
        Assert.Equal(before + (Calls / 2), idle.Counters.Received);
        File.Delete(PathOf("held"));
        await Task.WhenAll(calls).Within();
    }

    private async Task<(ServiceHost Busy, ServiceHost Idle)> KeepOneBusy(Distribution distribution)
    {
        ServeOptions serving = new() { Context = _distance.Context };
        _hosts[0] = _distance.Far.Serve<ILabour>(new Labour(), serving);
        _hosts[1] = _distance.Join("farther").Serve<ILabour>(new Labour(), serving);
        _client = _distance.Near.Connect<ILabour>(new ConnectOptions { Context = _distance.Context, Distribution = distribution });
        await _client.WaitForServersAsync(2, Patience.Token).Within();
        _ = Background.Run(() => _client.Service.Hold(PathOf("held")));
        await Waiting.Until(() => File.Exists(PathOf("held")));
        ServiceHost busy = Assert.Single(_hosts, static host => host.UnderWay == 1);
        return (busy, Assert.Single(_hosts, host => host != busy));
    }

    private string PathOf(string file) => Path.Combine(_directory.Path, file);
}
