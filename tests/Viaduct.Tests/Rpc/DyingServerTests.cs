using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What becomes of calls between the kernel's mark that their server's process is dying and its end.</summary>
public sealed class DyingServerTests : IAsyncLifetime
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly TemporaryDirectory _directory = TemporaryDirectory.Create();
    private readonly ServiceHost[] _hosts = new ServiceHost[2];
    private CallerSocket _socket = null!;
    private ServiceSocketConnection _connection = null!;
    private ILabour _labour = null!;

    public async ValueTask InitializeAsync()
    {
        ServeOptions serving = new() { Name = "labour", Context = _distance.Context, Threads = 2 };
        _hosts[0] = _distance.Far.Serve<ILabour>(new Labour(), serving);
        _hosts[1] = _distance.Join("farther").Serve<ILabour>(new Labour(), serving);
        ServiceContract<ILabour> contract = ServiceContract.Of<ILabour>();
        ConnectOptions connecting = new() { Name = "labour", Context = _distance.Context };
        _socket = _distance.Near.OpenCaller(
            NodeServices.SpecOf(contract, "labour", _distance.Context, connecting.Capacity), new ClientOptions(), active: 0, window: 0);
        _connection = new ServiceSocketConnection("labour", _socket, connecting);
        _labour = contract.CreateProxy(_connection);
        await _socket.WaitForPeersAsync(2, Patience.Token).Within();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string file in Directory.GetFiles(_directory.Path))
        {
            File.Delete(file);
        }

        await Background.Run(() =>
        {
            _connection.Close();
            Array.ForEach(_hosts, host => host.Dispose());
        }).Within();
        await _distance.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task One_that_may_be_repeated_goes_to_another_at_once_and_any_other_waits_for_the_end()
    {
        // Whichever server is asked, the other one is asked next.
        (Task<int> repeated, SendLink dying) = await Begin(() => _labour.HoldOnce(PathOf("repeated")), "repeated");
        (Task<int> other, SendLink lively) = await Begin(() => _labour.Hold(PathOf("elsewhere")), "elsewhere");
        (Task<int> once, SendLink first) = await Begin(() => _labour.Hold(PathOf("once")), "once");
        Assert.Same(dying, first);
        Assert.NotSame(dying, lively);

        ((QueueOutbox<Frame>)_socket.OutboxOrNull!).MarkDying(dying);
        Assert.Equal(-1, await repeated.Within());
        Assert.True(File.Exists(PathOf("repeated")), "The dying server still carries it out.");
        await once.StaysPending();

        // What comes goes to the other one.
        Assert.Equal(-1, await Background.Run(() => _labour.HoldOnce(PathOf("repeated"))).Within());

        // The one that could not be repeated was carried out by a server that lived long enough after all.
        File.Delete(PathOf("once"));
        Assert.Equal(Environment.ProcessId, await once.Within());
        File.Delete(PathOf("elsewhere"));
        Assert.Equal(Environment.ProcessId, await other.Within());
    }

    [Fact]
    public async Task One_that_is_meant_for_this_server_waits_for_its_end()
    {
        (Task<int> held, SendLink dying) = await Begin(() => _labour.HoldOnce(PathOf("held")), "held");
        ILabour there = ServiceContract.Of<ILabour>().CreateProxy(new ServerConnection(_connection, (SendLink<Frame>)dying));
        (Task<int> meant, SendLink same) = await Begin(() => there.HoldOnce(PathOf("meant")), "meant");
        Assert.Same(dying, same);

        ((QueueOutbox<Frame>)_socket.OutboxOrNull!).MarkDying(dying);
        Assert.Equal(-1, await held.Within());
        await meant.StaysPending();
        File.Delete(PathOf("meant"));
        Assert.Equal(Environment.ProcessId, await meant.Within());
    }

    /// <summary>Begins a call that makes a file once it is carried out, and finds out where that is.</summary>
    private async Task<(Task<int> Call, SendLink Link)> Begin(Func<int> call, string file)
    {
        Dictionary<SendLink, int> before = UnderWay();
        Task<int> task = Background.Run(call);
        await Waiting.Until(() => File.Exists(PathOf(file)));
        return (task, UnderWay().Single(pair => pair.Value > before[pair.Key]).Key);
    }

    private Dictionary<SendLink, int> UnderWay()
    {
        var outbox = (QueueOutbox<Frame>)_socket.OutboxOrNull!;
        outbox.EnterGate();
        try
        {
            return outbox.Active.ToDictionary(SendLink (link) => link, link => link.UnderWay);
        }
        finally
        {
            outbox.ExitGate();
        }
    }

    private string PathOf(string file) => Path.Combine(_directory.Path, file);
}
