using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>
/// What waits for an object that is still to come: calls on it without an answer, where its server has said nothing yet, and calls that hand it back to where it comes from.
/// </summary>
public sealed class StillToComeTests : IDisposable
{
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.Machine)]
    public async Task A_call_without_an_answer_waits_no_longer_than_it_may(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IVault> served = await OpenVault(distance);
        ICounter counter = await Background.Run(() => served.Service.Open(5)).Within();
        await Background.Run(() =>
        {
            using (CallContext.Within(TimeSpan.FromMilliseconds(50)))
            {
                Assert.Throws<TimeoutException>(counter.Skip);
            }
        }).Within();

        // It was not sent, and one that is left the time is.
        Task skipped = Background.Run(counter.Skip);
        await skipped.StaysPending();
        _gate.Set();
        await skipped.Within();
        Assert.Equal(6, await Background.Run(counter.Take).Within());
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.Machine)]
    public async Task A_call_that_hands_it_back_waits_no_longer_than_it_may(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IVault> served = await OpenVault(distance);
        ICounter counter = await Background.Run(() => served.Service.Open(5)).Within();
        await Background.Run(() =>
        {
            using (CallContext.Within(TimeSpan.FromMilliseconds(50)))
            {
                Assert.Throws<TimeoutException>(() => served.Service.Take(counter, "nowhere"));
            }
        }).Within();
        _gate.Set();
        Assert.Equal(5, await Background.Run(counter.Take).Within());
    }

    /// <summary>In a scope it has two tokens, its own and the scope's.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, false)]
    [InlineData(DistanceKind.SharedMemory, false)]
    [InlineData(DistanceKind.SharedMemory, true)]
    [InlineData(DistanceKind.Machine, false)]
    public async Task A_call_that_hands_it_back_can_be_cancelled_while_it_waits(DistanceKind kind, bool inScope)
    {
        await using Distance distance = new(kind);
        await using Served<IVault> served = await OpenVault(distance);
        ICounter counter = await Background.Run(() => served.Service.Open(5)).Within();
        using var cancellation = new CancellationTokenSource();
        int Keep() => served.Service.KeepAsync(counter, cancellation.Token).GetAwaiter().GetResult();
        Task<int> kept = Background.Run(() =>
        {
            if (!inScope)
            {
                return Keep();
            }

            using var scope = CallScope.Begin();
            Spawned<int> spawned = scope.Spawn(Keep);
            scope.Sync();
            return spawned.Result;
        });
        await kept.StaysPending();
        await cancellation.CancelAsync();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kept.Within());
        Assert.Equal(cancellation.Token, error.CancellationToken);

        // It was not sent.
        _gate.Set();
        Assert.Equal(5, await Background.Run(counter.Take).Within());
    }

    /// <summary>What its own call threw, as calls on it do.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    [InlineData(DistanceKind.Machine)]
    public async Task A_call_that_hands_back_one_that_will_never_come_says_why(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IVault> served = await distance.OpenService<IVault>(new GatedVault(_gate) { Failure = new InvalidTimeZoneException("there is none") });
        ICounter counter = await Background.Run(() => served.Service.Open(5)).Within();
        Task<int>[] calls =
        [
            Background.Run(counter.Take),
            Background.Run(() => served.Service.Take(counter, "nowhere")),
            Background.Run(() => served.Service.KeepAsync(counter, CancellationToken.None)).Unwrap(),
        ];
        _gate.Set();
        foreach (Task<int> call in calls)
        {
            RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => call.Within());
            Assert.Equal((typeof(InvalidTimeZoneException).FullName, "there is none"), (error.RemoteType, error.RemoteMessage));
        }
    }

    /// <summary>It may be the next callback that lets it come.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task A_callback_that_waits_for_one_lets_the_next_begin(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        await using Served<IVault> vault = await OpenVault(distance);
        await using Served<ITrial> trial = await distance.OpenService<ITrial>(new Trial(), new ServeOptions { Context = distance.Context, Threads = 2 });
        ICounter counter = await Background.Run(() => vault.Service.Open(5)).Within();
        using ManualResetEventSlim waits = new();
        using ManualResetEventSlim none = new(initialState: true);
        var first = new GatedListener(none)
        {
            Then = number =>
            {
                waits.Set();
                counter.Skip();
                return number;
            },
        };
        var second = new GatedListener(none)
        {
            Then = number =>
            {
                _gate.Set();
                return number;
            },
        };

        Task<int> waiting = Background.Run(() => trial.Service.Tell(first, 1));
        await Waiting.Until(() => waits.IsSet);
        Task<int> letting = Background.Run(() => trial.Service.Tell(second, 1));
        await letting.Within();
        await waiting.Within();
        Assert.Equal(6, await Background.Run(counter.Take).Within());
    }

    private Task<Served<IVault>> OpenVault(Distance distance) => distance.OpenService<IVault>(new GatedVault(_gate));

    /// <summary>Hands out counters once a gate is open.</summary>
    private sealed class GatedVault(ManualResetEventSlim gate) : IVault
    {
        public Exception? Failure { get; init; }

        public ICounter Open(int start)
        {
            // Longer than a test waits: it is the test that ends this.
            gate.Wait(2 * Patience.Limit);
            return Failure is null ? new Vault().Open(start) : throw Failure;
        }

        public int Take(ICounter counter, string file) => 0;

        public Task<int> KeepAsync(ICounter counter, CancellationToken cancellationToken) => Task.FromResult(counter.Take());
    }
}
