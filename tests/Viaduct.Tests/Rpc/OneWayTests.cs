using Viaduct.Calls;
using Viaduct.Links;
using Viaduct.Rpc;
using Viaduct.Tests.Serving;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What becomes of calls when the service that has not begun them ends.</summary>
public sealed class OneWayTests
{
    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task Calls_that_a_server_leaves_behind_are_carried_out_by_the_next_one_each_once(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string notes = Path.Combine(directory.Path, "notes");
        using Gate gate = new();
        ServiceHost first = distance.Far.Serve<IBench>(new Notes(gate));
        await using ServiceClient<IBench> client = distance.Near.Connect<IBench>();
        Task<int> held = Background.Run(client.Service.ProcessId);
        await gate.Entered.WaitAsync(Patience.Token);

        // These lie behind the one that the only thread is at.
        for (int i = 0; i < 20; i++)
        {
            client.Service.Note(notes, $"{i}");
        }

        Task<int>[] answered = [.. Enumerable.Range(20, 20).Select(i => client.Service.AppendAsync(notes, $"{i}", 0))];
        Task drained = first.DrainAsync(Patience.Token);
        await using ServiceHost second = distance.Far.Serve<IBench>(new Notes(null));
        gate.Open();
        Assert.Equal(1, await held.Within());
        await drained.Within();
        Assert.All(await Task.WhenAll(answered).Within(), result => Assert.Equal(2, result));
        await Waiting.Until(() => File.Exists(notes) && File.ReadAllLines(notes).Length >= 40);
        Assert.Equal(Enumerable.Range(0, 40), File.ReadAllLines(notes).Select(int.Parse).Order());
    }

    [Theory]
    [InlineData(DistanceKind.Thread)]
    [InlineData(DistanceKind.SharedMemory)]
    public async Task Calls_that_await_come_to_their_end_while_a_service_drains(DistanceKind kind)
    {
        await using Distance distance = new(kind);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        ServiceHost host = distance.Far.Serve<IBench>(new Notes(null));
        await using ServiceClient<IBench> client = distance.Near.Connect<IBench>();
        Task<int>[] calls = [.. Enumerable.Range(0, 10).Select(i => client.Service.AppendAsync(Path.Combine(directory.Path, "notes"), $"{i}", 300))];
        await Waiting.Until(() => host.UnderWay == 10);
        await host.DrainAsync(Patience.Token).Within();
        Assert.All(await Task.WhenAll(calls).Within(), result => Assert.Equal(2, result));
    }

    /// <summary>The link is broken for what came the other way. What the server had not begun by then it may have begun after.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, 0)]
    [InlineData(DistanceKind.Thread, 20)]
    [InlineData(DistanceKind.SharedMemory, 0)]
    [InlineData(DistanceKind.SharedMemory, 20)]
    [InlineData(DistanceKind.UnixSocket, 20)]
    public async Task When_the_link_to_a_server_is_broken_no_other_gets_what_that_may_have_begun(DistanceKind kind, int behind)
    {
        await using Distance distance = new(kind);
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string notes = Path.Combine(directory.Path, "notes");
        using Gate gate = new();
        ServeOptions serving = new() { Name = "broken", Context = distance.Context };
        await using ServiceHost first = distance.Far.Serve<IBench>(new Notes(gate), serving);
        ServiceContract<IBench> contract = ServiceContract.Of<IBench>();
        ConnectOptions connecting = new() { Name = "broken", Context = distance.Context };
        CallerSocket socket = distance.Near.OpenCaller(NodeServices.SpecOf(contract, "broken", distance.Context, connecting.Capacity), new ClientOptions());
        var connection = new ServiceSocketConnection("broken", socket, connecting);
        IBench service = contract.CreateProxy(connection);
        await socket.WaitForPeersAsync(1, Patience.Token).Within();
        for (int i = 0; i < 50; i++)
        {
            service.Note(notes, $"{i}");
        }

        await Waiting.Until(() => File.Exists(notes) && File.ReadAllLines(notes).Length == 50);
        PeerIdentity server = Assert.Single(Links(socket)).Peer;
        Task<int> held = Background.Run(service.ProcessId);
        await gate.Entered.WaitAsync(Patience.Token);
        for (int i = 0; i < behind; i++)
        {
            service.Note(notes, $"{50 + i}");
        }

        await using ServiceHost second = distance.Join("second").Serve<IBench>(new Notes(null), serving);
        await socket.WaitForPeersAsync(2, Patience.Token).Within();
        socket.Break(server, "It is broken.");

        // That one may be carried out twice.
        Assert.Equal(1, await held.Within());

        // What is passed on goes before this, to a file of its own: the first server may write to the other one still.
        string last = Path.Combine(directory.Path, "last");
        int appended = 0;
        while (appended != 2)
        {
            gate.Open();
            appended = await service.AppendAsync(last, "100", 0).Within();
        }

        Assert.Equal((0, behind), (socket.Counters.Redelivered, socket.Counters.DeadLettered));
        await Waiting.Until(() => distance.Events.Items.Count(static e => e.Kind == NodeEventKind.DeadLettered) == Math.Min(behind, 1), distance.Events.ToString);
        Assert.All(
            distance.Events.Items.Where(static e => e.Kind == NodeEventKind.DeadLettered),
            e => Assert.StartsWith($"{behind} one-way calls of 'broken'", e.Text, StringComparison.Ordinal));
        int[] carriedOut = [.. File.ReadAllLines(notes).Select(int.Parse)];
        Assert.Equal(carriedOut.Distinct(), carriedOut);
        Assert.InRange(carriedOut.Length, 50, 50 + behind);
        await Background.Run(connection.Close).Within();
    }

    private static SendLink[] Links(CallerSocket socket)
    {
        var outbox = (QueueOutbox<Frame>)socket.OutboxOrNull!;
        outbox.EnterGate();
        try
        {
            return [.. outbox.Active];
        }
        finally
        {
            outbox.ExitGate();
        }
    }

    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim _open = new();

        public SemaphoreSlim Entered { get; } = new(0);

        public void Pass()
        {
            Entered.Release();
            _open.Wait(Patience.Limit);
        }

        public void Open() => _open.Set();

        public void Dispose()
        {
            _open.Dispose();
            Entered.Dispose();
        }
    }

    /// <summary>The first holds its thread; the second does all else.</summary>
    private sealed class Notes(Gate? gate) : IBench
    {
        public int ProcessId()
        {
            gate?.Pass();
            return 1;
        }

        public async Task<int> AppendAsync(string file, string line, int milliseconds)
        {
            if (milliseconds > 0)
            {
                await Task.Delay(milliseconds);
            }

            // Of those that did not wait all run on the service's one thread.
            File.AppendAllText(file + (milliseconds > 0 ? line : ""), line + "\n");
            return gate is null ? 2 : 1;
        }

        public void Note(string file, string line) => File.AppendAllText(file, line + "\n");

        public int Spin() => 0;

        public int Crash() => 0;

        public int CrashAgain() => Crash();

        public string? Variable(string name) => name;

        public void Say(string line)
        {
        }
    }
}
