using System.Runtime.CompilerServices;
using Viaduct.Calls;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What a call holds whose result is a stream: what it is to hand over is held until the call is made, or never will be.</summary>
public sealed class RemoteStreamTests : IAsyncLifetime
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly Doubling _listener = new();
    private ServiceHost _host = null!;
    private ServiceSocketConnection _connection = null!;
    private IFeed _feed = null!;

    public async ValueTask InitializeAsync()
    {
        _host = _distance.Far.Serve<IFeed>(new Feed(), new ServeOptions { Context = _distance.Context });
        ServiceContract<IFeed> contract = ServiceContract.Of<IFeed>();
        ConnectOptions options = new() { Context = _distance.Context };
        CallerSocket socket = _distance.Near.OpenCaller(NodeServices.SpecOf(contract, null, options.Context, options.Capacity), new ClientOptions());
        _connection = new ServiceSocketConnection(contract.Name, socket, options);
        await _connection.WaitAsync(1, Patience.Token).Within();
        _feed = contract.CreateProxy(_connection);
    }

    public async ValueTask DisposeAsync()
    {
        await Background.Run(() =>
        {
            _connection.Close();
            _host.Dispose();
        }).Within();
        await _distance.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_forgotten_before_it_is_moved_lets_go_of_it(bool isBegun)
    {
        for (int i = 0; i < 10; i++)
        {
            Forget(isBegun);
        }

        await Waiting.UntilCollected(() => _connection.Exports.Current == 0);
        Assert.Equal(0, _host.Counters.Received);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_is_disposed_before_it_is_moved_lets_go_of_it_and_is_over(bool isCancellable)
    {
        using var cancellation = new CancellationTokenSource();
        IAsyncEnumerator<int> numbers = _feed.FollowAsync(_listener, 3).GetAsyncEnumerator(isCancellable ? cancellation.Token : CancellationToken.None);
        Assert.Equal(1, _connection.Exports.Current);
        await numbers.DisposeAsync();
        Assert.Equal(0, _connection.Exports.Current);
        Assert.False(await numbers.MoveNextAsync());
        await numbers.DisposeAsync();
        Assert.Equal(0, _host.Counters.Received);
    }

    [Fact]
    public async Task One_that_is_moved_late_is_there()
    {
        IAsyncEnumerator<int> numbers = _feed.FollowAsync(_listener, 3).GetAsyncEnumerator(CancellationToken.None);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var taken = new List<int>();
        while (await numbers.MoveNextAsync().AsTask().Within())
        {
            taken.Add(numbers.Current);
        }

        await numbers.DisposeAsync();
        Assert.Equal([0, 2, 4], taken);

        // Nobody over there holds the listener any more.
        await Waiting.UntilCollected(() => _connection.Exports.Current == 0);
    }

    [Fact]
    public void One_is_enumerated_once()
    {
        IAsyncEnumerable<int> numbers = _feed.FollowAsync(_listener, 3);
        numbers.GetAsyncEnumerator(CancellationToken.None);
        Assert.Throws<InvalidOperationException>(() => numbers.GetAsyncEnumerator(CancellationToken.None));
    }

    /// <summary>A method of its own, so that nothing of it is left on the stack.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Forget(bool isBegun)
    {
        IAsyncEnumerable<int> numbers = _feed.FollowAsync(_listener, 3);
        Assert.NotEqual(0, _connection.Exports.Current);
        if (isBegun)
        {
            numbers.GetAsyncEnumerator(CancellationToken.None);
        }
    }

    private sealed class Doubling : IListener
    {
        public int Heard(int number) => 2 * number;

        public void Told(int number)
        {
        }
    }
}
