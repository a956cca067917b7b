using System.Net;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What a call that is lost tells of how far it had come.</summary>
public sealed class CallProgressTests : IDisposable
{
    private readonly TemporaryDirectory _directory = TemporaryDirectory.Create();
    private readonly string _held;

    public CallProgressTests()
    {
        _held = Path.Combine(_directory.Path, "held");
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Over a stream the service says how far it is before it says that it ends.</summary>
    [Theory]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task One_that_nobody_had_begun(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        ServiceHost host = distance.Far.Serve<ILabour>(new Labour(), new ServeOptions { Context = distance.Context });
        await using ServiceClient<ILabour> client = distance.Near.Connect<ILabour>(new ConnectOptions { Context = distance.Context, Retry = RetryPolicy.None });
        Task<int> held = Background.Run(() => client.Service.Hold(_held));
        await Waiting.Until(() => File.Exists(_held));
        Task<int> behind = client.Service.NoteAsync(Path.Combine(_directory.Path, "notes"), 1);
        Task drained = host.DrainAsync(Patience.Token);
        File.Delete(_held);
        PeerLostException error = await Assert.ThrowsAsync<PeerLostException>(() => behind.Within());
        Assert.Equal(CallProgress.NotStarted, error.Progress);
        Assert.EndsWith("was closed. The call had not been begun.", error.Message, StringComparison.Ordinal);
        await held.Within();
        await drained.Within();
    }

    [Fact]
    public async Task One_that_somebody_had_begun()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        await using Isolated<IMishap> isolated = distance.Near.Isolate<IMishap, Mishap>();
        OutcomeUnknownException error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => Background.Run(isolated.Service.Crash).Within());
        Assert.Equal(CallProgress.Started, error.Progress);
        Assert.Equal(CallProgress.Started, Assert.IsType<PeerLostException>(error.InnerException).Progress);
        PoisonedCallException poisoned = await Assert.ThrowsAsync<PoisonedCallException>(() => Background.Run(isolated.Service.CrashAgain).Within());
        Assert.Equal(CallProgress.Started, Assert.IsType<PeerLostException>(poisoned.InnerException).Progress);
    }

    /// <summary>No other server could do anything with it, however often it may be made.</summary>
    [Fact]
    public async Task One_that_had_begun_with_an_object_of_its_server_s()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
        distance.Far.Serve<IVault>(new Vault(), new ServeOptions { Context = distance.Context });
        await using ServiceClient<IVault> client = distance.Near.Connect<IVault>(new ConnectOptions { Context = distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        ICounter counter = await Background.Run(() => client.Service.Open(1)).Within();
        Assert.Equal(1, await Background.Run(counter.Take).Within());
        Task<int> held = Background.Run(() => client.Service.Take(counter, _held));
        await Waiting.Until(() => File.Exists(_held));
        await Background.Run(distance.Far.Dispose).Within();
        PeerLostException error = await Assert.ThrowsAsync<PeerLostException>(() => held.Within());
        Assert.Equal(CallProgress.Started, error.Progress);
        File.Delete(_held);
    }

    [Theory]
    [InlineData(DistanceKind.UnixSocket)]
    [InlineData(DistanceKind.Machine)]
    public async Task Those_at_a_service_that_is_left_no_time_and_says_over_a_stream_how_far_it_is(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        distance.Far.Serve<ILabour>(new Labour(), new ServeOptions { Context = distance.Context });
        await using ServiceClient<ILabour> client = distance.Near.Connect<ILabour>(new ConnectOptions { Context = distance.Context });
        string notes = Path.Combine(_directory.Path, "notes");
        Task<int> held = Background.Run(() => client.Service.Hold(_held));
        await Waiting.Until(() => File.Exists(_held));
        Task<int>[] behind = [.. Enumerable.Range(1, 3).Select(i => client.Service.NoteAsync(notes, i))];
        await Background.Run(distance.Far.Dispose).Within();
        OutcomeUnknownException error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => held.Within());
        Assert.Equal(CallProgress.Started, error.Progress);
        File.Delete(_held);

        // None of the others was begun: they are made again, and only once.
        Assert.False(File.Exists(notes));
        await using ServiceHost next = distance.Join("next").Serve<ILabour>(new Labour(), new ServeOptions { Context = distance.Context });
        await Task.WhenAll(behind).Within();
        Assert.Equal(["1", "2", "3"], (await File.ReadAllTextAsync(notes)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    /// <summary>The connection is lost while both live: the service may take and carry out what its caller will never hear of.</summary>
    [Fact]
    public async Task Those_of_which_nobody_can_tell()
    {
        using TemporaryDirectory farther = new();
        await using Node far = Node.Join(new NodeOptions { Name = "far", RuntimeDirectory = farther.Path, Listen = new IPEndPoint(IPAddress.Loopback, 0), LingerTimeout = TimeSpan.Zero });
        using TcpProxy proxy = new(far.ListenAddress!);
        using TemporaryDirectory nearer = new();
        await using Node near = Node.Join(
            new NodeOptions { Name = "near", RuntimeDirectory = nearer.Path, Peers = { proxy.Address }, ReconnectWindow = TimeSpan.FromMilliseconds(100), LingerTimeout = TimeSpan.Zero });
        far.Serve<ILabour>(new Labour(), new ServeOptions { Context = Context.DistributedProcess });
        await using ServiceClient<ILabour> client = near.Connect<ILabour>(new ConnectOptions { Context = Context.DistributedProcess });
        Task<int> held = Background.Run(() => client.Service.Hold(_held));
        await Waiting.Until(() => File.Exists(_held));
        Task<int> behind = client.Service.NoteAsync(Path.Combine(_directory.Path, "notes"), 1);
        proxy.Refusing = true;
        proxy.Break();
        foreach (Task<int> call in (Task<int>[])[held, behind])
        {
            OutcomeUnknownException error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => call.Within());
            Assert.Equal(CallProgress.Unknown, error.Progress);
        }

        File.Delete(_held);
    }
}
