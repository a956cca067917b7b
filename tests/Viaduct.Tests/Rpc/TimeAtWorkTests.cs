using System.Diagnostics;
using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>How long a server was at its callers' calls, as their end knows it.</summary>
public sealed class TimeAtWorkTests : IAsyncDisposable
{
    private const string Name = "at-work";
    private const int Milliseconds = 100;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly CallerSocket _socket;
    private readonly ServiceSocketConnection _connection;
    private readonly ServiceContract<ITrial> _contract = ServiceContract.Of<ITrial>();

    public TimeAtWorkTests()
    {
        ConnectOptions connecting = new() { Name = Name, Context = _distance.Context };
        _socket = _distance.Near.OpenCaller(NodeServices.SpecOf(_contract, Name, _distance.Context, connecting.Capacity), new ClientOptions(), active: 0, window: 0);
        _connection = new ServiceSocketConnection(Name, _socket, connecting);
    }

    public async ValueTask DisposeAsync()
    {
        await Background.Run(_connection.Close).Within();
        await _distance.DisposeAsync();
    }

    [Fact]
    public async Task What_is_between_calls_is_not_counted_and_each_call_once()
    {
        (ITrial service, Guid server) = await Open(new Trial());
        Assert.Equal((TimeSpan.Zero, false), TimeOf(server));

        // Before that nobody takes it.
        await service.OpenLaterAsync(0, 1).Within();
        Assert.Equal((TimeSpan.Zero, false), TimeOf(server));

        // The second is there before it.
        Task<ICounter> first = service.OpenLaterAsync(0, Milliseconds);
        await Waiting.Until(() => TimeOf(server).IsNow);
        _socket.Route.TimeWork(server, isTimed: true);
        long began = Stopwatch.GetTimestamp();
        await Task.WhenAll(first, service.OpenLaterAsync(0, 3 * Milliseconds)).Within();
        (TimeSpan spent, bool isNow) = TimeOf(server);
        Assert.False(isNow);
        Assert.InRange(spent, TimeSpan.FromMilliseconds((3 * Milliseconds) - 5), Stopwatch.GetElapsedTime(began) + TimeSpan.FromMilliseconds(5));

        await Task.Delay(Milliseconds);
        Assert.Equal((spent, false), TimeOf(server));

        Task<ICounter> last = service.OpenLaterAsync(0, Milliseconds);
        await Waiting.Until(() => TimeOf(server) is { IsNow: true } now && now.Spent > spent);
        await last.Within();
        Assert.InRange(TimeOf(server).Spent, spent + TimeSpan.FromMilliseconds(Milliseconds - 5), Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Nor is what such a call brings, and who asks whether a server is there.</summary>
    [Fact]
    public async Task What_makes_a_server_ready_is_no_work()
    {
        Trial trial = new();
        (ITrial service, Guid server) = await Open(trial);
        _socket.Route.TimeWork(server, isTimed: true);
        SendLink<Frame> link = _socket.LinkTo(server)!;
        ITrial fresh = _contract.CreateProxy(new ServerConnection(_connection, link));
        ICounter counter = await fresh.OpenLaterAsync(1, 1).Within();
        Assert.Equal(1, await Background.Run(() => counter.Take()).Within());
        Assert.Equal(1, await Background.Run(() => fresh.OpenCounter(1).Take()).Within());
        fresh.Note(1);
        await ServiceCall.PingAsync(_connection, link).Within();
        Assert.Equal((TimeSpan.Zero, false), TimeOf(server));
        Assert.Null(link.FirstUnanswered);

        // The same by others is.
        Assert.Equal(1, await Background.Run(() => service.OpenCounter(1).Take()).Within());
        Assert.NotEqual(TimeSpan.Zero, TimeOf(server).Spent);
        service.Note(1);
        Assert.NotNull(link.FirstUnanswered);
    }

    private async Task<(ITrial Service, Guid Server)> Open(Trial trial)
    {
        _distance.Far.Serve<ITrial>(trial, new ServeOptions { Name = Name, Context = _distance.Context });
        await _socket.WaitForPeersAsync(1, Patience.Token).Within();
        return (_contract.CreateProxy(_connection), Assert.Single(_socket.Peers).SocketId);
    }

    private (TimeSpan Spent, bool IsNow) TimeOf(Guid server) => (_socket.Route.TimeAtWork(server, out bool isNow), isNow);
}
