using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What a call that is lost tells of how far it had come.</summary>
public sealed class CallProgressTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _held;

    public CallProgressTests()
    {
        Directory.CreateDirectory(_directory.Path);
        _held = Path.Combine(_directory.Path, "held");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_that_nobody_had_begun()
    {
        await using Distance distance = new(DistanceKind.SharedMemory);
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

    [Fact]
    public async Task One_of_which_nobody_can_tell()
    {
        await using Distance distance = new(DistanceKind.UnixSocket);
        distance.Far.Serve<ILabour>(new Labour(), new ServeOptions { Context = distance.Context });
        await using ServiceClient<ILabour> client = distance.Near.Connect<ILabour>(new ConnectOptions { Context = distance.Context });
        Task<int> held = Background.Run(() => client.Service.Hold(_held));
        await Waiting.Until(() => File.Exists(_held));
        await Background.Run(distance.Far.Dispose).Within();
        OutcomeUnknownException error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => held.Within());
        Assert.Equal(CallProgress.Unknown, error.Progress);
        File.Delete(_held);
    }
}
