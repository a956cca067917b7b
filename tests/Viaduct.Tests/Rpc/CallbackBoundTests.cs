using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What callers and services see that let more wait for each other than may.</summary>
public sealed class CallbackBoundTests : IDisposable
{
    /// <summary>More than may wait on either side.</summary>
    private const int TooMany = 70_000;

    private readonly ManualResetEventSlim _gate = new();

    public static TheoryData<DistanceKind> Kinds => [DistanceKind.Thread, DistanceKind.SharedMemory, DistanceKind.UnixSocket];

    public void Dispose() => _gate.Dispose();

    /// <summary>The caller's object is stuck in its first call, and the service goes on calling it.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_service_that_calls_back_faster_than_is_followed_loses_its_link_and_its_calls_say_why(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial());
        var listener = new GatedListener(_gate);
        Task<int> telling = Background.Run(() => served.Service.TellOneWay(listener, TooMany));
        OutcomeUnknownException error = await Assert.ThrowsAsync<OutcomeUnknownException>(() => telling.Within());
        Assert.Contains("calls back faster than it is followed", $"{error.Message} {error.InnerException?.Message}", StringComparison.Ordinal);

        // The method over there was told, too, and nobody is stuck on either side.
        await Waiting.Until(() => served.Host.UnderWay == 0);
        await Waiting.Until(() => distance.Events.Items.Any(static e => e.Kind == NodeEventKind.PeerLost && e.Text.Contains("calls back faster", StringComparison.Ordinal)), distance.Events.ToString);
        _gate.Set();
        await using ServiceClient<ITrial> another = distance.Near.Connect<ITrial>(new ConnectOptions { Context = distance.Context });
        Assert.Equal(3, await another.Service.AddAsync(1, 2).AsTask().Within());
        Assert.InRange(listener.Count, 1, TooMany - 1);
    }

    /// <summary>The service's one thread waits for a callback while calls come.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_method_that_waits_for_a_callback_while_too_many_calls_come_fails_and_those_are_carried_out(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        var trial = new Trial();
        await using Served<ITrial> served = await distance.OpenService<ITrial>(trial);
        var listener = new GatedListener(_gate);
        Task<int> telling = await listener.Hold(served.Service);
        await Background.Run(() =>
        {
            for (int i = 0; i < TooMany; i++)
            {
                served.Service.Note(i);
            }
        }).Within();
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => telling.Within());
        Assert.Equal(typeof(InvalidOperationException).FullName, error.RemoteType);
        Assert.Contains("calls came while one waited for what it had called itself", error.RemoteMessage, StringComparison.Ordinal);
        await Waiting.Until(() => trial.Notes().Count == TooMany);
        Assert.Equal(Enumerable.Range(0, TooMany), trial.Notes());

        // The answer that comes too late disturbs nobody, and the same goes well when it has room.
        _gate.Set();
        Assert.Equal(0 + 2 + 4, await Background.Run(() => served.Service.Tell(listener, 3)).Within());
    }
}
