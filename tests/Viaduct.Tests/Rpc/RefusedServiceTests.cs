using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Who calls a service under its name by another contract.</summary>
public sealed class RefusedServiceTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task It_is_counted_on_both_sides_and_others_are_served()
    {
        await using ServiceHost host = _distance.Far.Serve<IPlus>(new Plus(), new ServeOptions { Name = "sums", Context = _distance.Context });
        ConnectOptions connecting = new() { Name = "sums", Context = _distance.Context };
        await using ServiceClient<IPlus> right = _distance.Near.Connect<IPlus>(connecting);
        Assert.Equal(3, await Background.Run(() => right.Service.Add(1, 2)).Within());
        Assert.Equal((0, 0), (host.Counters.Refused, right.Counters.Refused));
        await using ServiceClient<ITrial> wrong = _distance.Near.Connect<ITrial>(connecting);
        await Assert.ThrowsAsync<ChannelMismatchException>(() => Background.Run(() => wrong.Service.Add(1, 2)).Within());
        await Waiting.Until(() => host.Counters.Refused > 0 && wrong.Counters.Refused > 0);
        Assert.Equal(0, right.Counters.Refused);
        Assert.Equal(5, await Background.Run(() => right.Service.Add(2, 3)).Within());
    }
}
