using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>That the named points are all there are: the tests of this folder kill at each of them.</summary>
[Collection(Collections.Alone)]
public sealed class NamedPointTests : IAsyncLifetime
{
    private static readonly string[] s_calling = ["open s client calls context=LocalProcess", "toil s call LEDGER 1"];
    private static readonly string[] s_awaitingReplies = ["open s client calls context=LocalProcess", "toil s await LEDGER 1"];
    private static readonly string[] s_awaitingCalls = ["open s server calls context=LocalProcess", "toil s await LEDGER 0"];
    private static readonly string[] s_awaitingRoom = ["open s producer events capacity=1 context=LocalProcess", "toil s await LEDGER 0"];
    private static readonly string[] s_awaitingMessages = ["open s consumer events capacity=1 context=LocalProcess", "toil s await LEDGER 0"];
    private static readonly string[] s_awaitingLeases = ["open s consumer events capacity=1 context=LocalProcess", "toil s await-lease LEDGER 0"];
    private static readonly string[] s_selectingToSend =
        ["open s producer events capacity=1 context=LocalProcess", "open t consumer idle context=LocalProcess", "toil s,t select LEDGER 0"];

    private static readonly string[] s_selectingToReceive =
        ["open s consumer events capacity=1 context=LocalProcess", "open t consumer events capacity=1 context=LocalProcess", "toil s,t select LEDGER 0"];

    private static readonly string[] s_serving = ["open s server calls context=LocalProcess", "toil s serve LEDGER 0"];

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly TemporaryDirectory _ledgers = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _distance.DisposeAsync();
        _ledgers.Dispose();
    }

    [Fact]
    public async Task All_that_processes_pass_where_others_could_tell_is_a_named_point()
    {
        string greeting = $"events {_distance.Directories[0].Path} LEDGER 0 context=LocalProcess";
        var passed = new HashSet<string>();
        await Record(passed, [$"greet producer {greeting}"], ["open s consumer events context=LocalProcess", "endure s"]);
        await Record(passed, ["open s producer events context=LocalProcess", "toil s loans-held LEDGER 0"], ["open s consumer events context=LocalProcess", "toil s leases-disordered LEDGER 0"]);
        await Record(passed, ["open s producer events context=LocalProcess", "toil s batch LEDGER 0"], ["open s consumer events context=LocalProcess", "toil s copy LEDGER 0"]);
        await Record(passed, ["open s producer events capacity=0 context=LocalProcess", "toil s small LEDGER 0"], ["open s consumer events capacity=0 context=LocalProcess", "toil s copy LEDGER 0"]);
        await Record(
            passed,
            ["open s subscriber events full=Latest capacity=4 context=LocalProcess", "toil s copy LEDGER 0"],
            ["open s publisher events capacity=4 context=LocalProcess", "wait s 1", "toil s small LEDGER 0"]);
        await Record(passed, ["open s publisher events context=LocalProcess", "toil s mixed LEDGER 0"], [$"greet subscriber {greeting}"]);
        await Record(passed, s_calling, s_serving);
        await Record(passed, s_awaitingReplies, s_awaitingCalls);
        await Record(passed, s_awaitingRoom, s_awaitingMessages);
        await Record(passed, s_awaitingRoom, s_awaitingLeases);
        await Record(passed, s_selectingToSend, s_selectingToReceive);
        await Record(passed, ["send-pictures pictures LEDGER 0 context=LocalProcess"], ["take-pictures pictures LEDGER context=LocalProcess"]);

        string[] unknown = [.. passed.Where(name => !NamedPoints.IsListed(name)).Order(StringComparer.Ordinal)];
        Assert.True(unknown.Length == 0, $"Add to {nameof(NamedPoints)}: {string.Join(", ", unknown)}");
        string[] gone = [.. NamedPoints.All.Except(passed).Order(StringComparer.Ordinal)];
        Assert.True(gone.Length == 0, $"Nobody passes these of {nameof(NamedPoints)}, so nobody is killed there: {string.Join(", ", gone)}");
        Effort.Say($"{passed.Count} passed: {NamedPoints.All.Count} and those that nobody can tell from them");
    }

    /// <summary>Lets two processes work with each other for a moment; adds what they passed.</summary>
    private async Task Record(HashSet<string> passed, params string[][] courses)
    {
        PeerProcess[] peers = await Task.WhenAll(courses.Select((_, i) => PeerProcess.Start(_distance.Child($"recorded-{i}", "Viaduct.PointPeer"))));
        string[] ledgers = [.. peers.Select(peer => Path.Combine(_ledgers.Path, $"{peer.Id}"))];
        Directory.CreateDirectory(_ledgers.Path);
        for (int i = 0; i < peers.Length; i++)
        {
            await peers[i].Do("record");
            foreach (string command in courses[i])
            {
                PeerCommand begun = peers[i].Begin(command.Replace("LEDGER", ledgers[i], StringComparison.Ordinal));
                if (command.StartsWith("open", StringComparison.Ordinal) || command.StartsWith("wait", StringComparison.Ordinal))
                {
                    await begun.Done.Within();
                }
            }
        }

        string[] written = [.. ledgers.Where((_, i) => courses[i][^1].Contains("LEDGER", StringComparison.Ordinal))];
        await Waiting.Until(() => Array.TrueForAll(written, static ledger => File.Exists(ledger) && Ledger.Count(ledger) >= 5),
            () => $"{string.Join(", ", courses.Select(static course => course[^1]))} done five times: {string.Join(", ", written.Select(static ledger => File.Exists(ledger) ? $"{Ledger.Count(ledger)}" : "none"))}");
        foreach (PeerProcess peer in peers)
        {
            PeerCommand points = peer.Begin("points");
            await points.Done.Within();
            passed.UnionWith(points.Rest().Select(static line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        }

        foreach (PeerProcess peer in peers)
        {
            await peer.Kill();
            await peer.DisposeAsync();
        }

        // What the killed left is removed by nobody who is recorded.
        _distance.JoinForAMoment();
    }
}
