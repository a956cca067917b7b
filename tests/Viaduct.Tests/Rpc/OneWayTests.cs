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
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(directory.Path);
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
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(directory.Path);
        ServiceHost host = distance.Far.Serve<IBench>(new Notes(null));
        await using ServiceClient<IBench> client = distance.Near.Connect<IBench>();
        Task<int>[] calls = [.. Enumerable.Range(0, 10).Select(i => client.Service.AppendAsync(Path.Combine(directory.Path, "notes"), $"{i}", 300))];
        await Waiting.Until(() => host.UnderWay == 10);
        await host.DrainAsync(Patience.Token).Within();
        Assert.All(await Task.WhenAll(calls).Within(), result => Assert.Equal(2, result));
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
