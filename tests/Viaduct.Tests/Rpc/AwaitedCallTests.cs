using Viaduct.Calls;
using Viaduct.Messages;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Awaited calls that nothing ends but their answer or a loss: their answers are taken many at a time, and each goes on by itself.</summary>
public sealed class AwaitedCallTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);

    public ValueTask DisposeAsync() => _distance.DisposeAsync();

    [Fact]
    public async Task Many_at_a_time_each_get_their_own_answer()
    {
        const int Loops = 300;
        const int Calls = 40;
        await using Served<ITrial> served = await _distance.OpenService<ITrial>(new Trial());
        Task blocking = Background.Run(() =>
        {
            for (int i = 0; i < Calls; i++)
            {
                Assert.Equal(i + 1, served.Service.Add(i, 1));
            }
        });
        await Task.WhenAll([.. Enumerable.Range(0, Loops).Select(CallAsync), blocking]).Within();

        async Task CallAsync(int loop)
        {
            for (int i = 0; i < Calls; i++)
            {
                // Some are too long for the short way.
                string text = new((char)('a' + (loop % 26)), 1 + (i % 5 == 0 ? 300 + loop : i));
                Assert.Equal(text, await served.Service.EchoAsync(text));
                Assert.Equal(loop + i, await served.Service.AddAsync(loop, i));
            }
        }
    }

    [Fact]
    public async Task Those_that_a_server_had_not_begun_go_to_the_next()
    {
        using var held = new Held();
        ServiceHost first = _distance.Far.Serve<IPlus>(held, new ServeOptions { Context = _distance.Context });
        await using ServiceClient<IPlus> client = _distance.Near.Connect<IPlus>(new ConnectOptions { Context = _distance.Context });
        Task<int> begun = Background.Run(() => client.Service.Add(1, 2));
        await Background.Run(held.Begun.Wait).Within();
        Task<int>[] waiting = [.. Enumerable.Range(0, 50).Select(i => client.Service.AddAsync(i, 1).AsTask())];
        Task end = Background.Run(first.Dispose);
        held.Go.Set();
        await end.Within();
        Assert.Equal(3, await begun.Within());
        await using ServiceHost second = _distance.Far.Serve<IPlus>(new Plus(), new ServeOptions { Context = _distance.Context });
        Assert.Equal(Enumerable.Range(1, 50), await Task.WhenAll(waiting).Within());
    }

    [Fact]
    public async Task One_whose_caller_blocks_keeps_no_other_from_going_on()
    {
        using var held = new Held();
        await using Served<IPlus> served = await _distance.OpenService<IPlus>(held);
        Task<int> begun = Background.Run(() => served.Service.Add(1, 2));
        await Background.Run(held.Begun.Wait).Within();
        using var others = new CountdownEvent(3);
        Task[] calls = [.. Enumerable.Range(0, 4).Select(BlockAsync)];

        // All four answers come at once.
        held.Go.Set();
        await Task.WhenAll([.. calls, begun]).Within();

        async Task BlockAsync(int number)
        {
            Assert.Equal(number, await served.Service.AddAsync(number, 0));
            if (number == 0)
            {
                Assert.True(others.Wait(Patience.Limit));
            }
            else
            {
                others.Signal();
            }
        }
    }

    [Fact]
    public async Task A_result_is_taken_once()
    {
        await using Served<IPlus> served = await _distance.OpenService<IPlus>(new Plus());
        ValueTask<int> call = served.Service.AddAsync(1, 2);
        ValueTask<int> again = call;
        Assert.Equal(3, await call);
        Assert.Throws<InvalidOperationException>(() => again.GetAwaiter().GetResult());
        Assert.Equal(5, await served.Service.AddAsync(2, 3));
    }

    /// <summary>As in any other way to call; what reads a result may be the program's own codec.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_result_is_read_with_what_flows_with_its_caller(bool isCancellable)
    {
        using ServiceHost host = _distance.Far.Serve<ITrial>(new Trial(), new ServeOptions { Context = _distance.Context });
        ServiceContract<ITrial> contract = ServiceContract.Of<ITrial>();
        ConnectOptions options = new() { Context = _distance.Context };
        CallerSocket socket = _distance.Near.OpenCaller(NodeServices.SpecOf(contract, null, options.Context, options.Capacity), new ClientOptions());
        var connection = new ServiceSocketConnection(contract.Name, socket, options);
        await connection.WaitAsync(1, Patience.Token).Within();
        using var cancellation = new CancellationTokenSource();
        var flowing = new AsyncLocal<string?>();
        for (int i = 0; i < 100; i++)
        {
            flowing.Value = $"{i}";
            string? found = await connection.Begin(OwnMethods.Of("EchoAsync", 0))
                .InvokeAsync((ref WireReader _, AsyncLocal<string?> local) => local.Value, flowing, isCancellable ? cancellation.Token : CancellationToken.None);
            Assert.Equal($"{i}", found);
        }

        await Background.Run(connection.Close).Within();
    }

    /// <summary>Its blocking method keeps the service's one thread until it is let go.</summary>
    private sealed class Held : IPlus, IDisposable
    {
        public ManualResetEventSlim Begun { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public int Add(int a, int b)
        {
            Begun.Set();
            Go.Wait(Patience.Limit);
            return a + b;
        }

        public int AddUnlessCanceled(int a, int b, CancellationToken cancellationToken) => a + b;

        public ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default) => new(a + b);

        public void Dispose()
        {
            Begun.Dispose();
            Go.Dispose();
        }
    }
}
