using System.Collections.Concurrent;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Kills;

/// <summary>Clients and servers killed in the midst of calls.</summary>
public sealed class CallingKillTests : KillSuite
{
    [Theory]
    [InlineData("Adaptive", 31)]
    [InlineData("Sleep", 32)]
    [InlineData("Await", 35)]
    public async Task A_server_goes_on_whatever_clients_are_killed(string wait, int seed)
    {
        using Server<long, long> server = Here.OpenServer(Calls(), new ServerOptions { Wait = ModeOf(wait) });
        using Client<long, long> steady = There.OpenClient(Calls(), new ClientOptions { Wait = ModeOf(wait) });
        using var over = new CancellationTokenSource();
        var served = new ConcurrentDictionary<long, bool>();
        long answered = 0;
        long last = 0;
        Flows(ref last, begins: true);
        Task serving = Background.Run(() => Serve(server, served, wait == Await, over.Token));
        Task calling = Background.Run(() =>
        {
            while (true)
            {
                Assert.Equal(-2 * answered, Call(steady, -answered, wait == Await, over.Token));
                Flows(ref last);
                Interlocked.Increment(ref answered);
            }
        });
        long total = 0;

        // What the two survivors have mapped of each other is counted before anybody is killed, and their links are part of it.
        await Waiting.Until(() => Interlocked.Read(ref answered) > 0 || calling.IsCompleted);
        await Kill(seed, async (victims, random, round) =>
        {
            long first = 1 + (round * 10_000_000L);
            Victim victim = await victims.Next();
            await victim.Toil("client", Calls(), wait == Await ? "await" : "call", first, more: $"wait={ModeOf(wait)}");
            IReadOnlyList<LedgerEntry> entries = await Strike(victim, random, round);
            Assert.Equal(Range(first, entries.Count), entries.Select(entry => entry.Id));
            Assert.All(entries, entry => Assert.True(served.ContainsKey(entry.Id), $"{entry} was answered and never served."));
            total += entries.Count;

            long before = Interlocked.Read(ref answered);
            await Waiting.Until(
                () => Interlocked.Read(ref answered) > before + 10 || calling.IsCompleted || serving.IsCompleted,
                () => $"the others go on after kill {round}: {server.Describe()}\n{steady.Describe()}");
            Assert.False(calling.IsCompleted || serving.IsCompleted, $"{calling.Exception} {serving.Exception}");
            await Waiting.Until(() => server.Peers.Count == 1);
        });
        await over.CancelAsync();
        Assert.IsType<OperationCanceledException>(await calling.Outcome(), exactMatch: false);
        Assert.IsType<OperationCanceledException>(await serving.Outcome(), exactMatch: false);

        // Of each victim one call, the last one, may have been served and not answered.
        Assert.InRange(served.Keys.Count(id => id > 0), total, total + Rounds + 1);
        Assert.True(total > 0, "The victims were killed before they called.");
    }

    [Theory]
    [InlineData("Adaptive", 33)]
    [InlineData("Sleep", 34)]
    [InlineData("Await", 36)]
    public async Task A_call_to_a_killed_server_fails_at_most_once_a_kill_and_no_call_is_served_twice(string wait, int seed)
    {
        using Client<long, long> client = Here.OpenClient(Calls(), new ClientOptions { Wait = ModeOf(wait) });
        var served = new HashSet<long>();
        long next = 0;
        long answered = 0;
        await Kill(seed, async (victims, random, round) =>
        {
            using var stop = new CancellationTokenSource();
            var answers = new List<long>();
            int lost = 0;
            Task calling = Background.Run(() =>
            {
                for (; ; next++)
                {
                    try
                    {
                        Assert.Equal(2 * next, Call(client, next, wait == Await, stop.Token));
                        answers.Add(next);
                    }
                    catch (PeerLostException)
                    {
                        lost++;
                    }
                }
            });
            Victim victim = await victims.Next();
            await victim.Toil("server", Calls(), wait == Await ? "await" : "serve", more: $"wait={ModeOf(wait)}");
            IReadOnlyList<LedgerEntry> entries = await Strike(victim, random, round);
            await Waiting.Until(() => client.Peers.Count == 0);
            WentOn(victim);
            await stop.CancelAsync();
            Assert.IsType<OperationCanceledException>(await calling.Outcome(), exactMatch: false);
            next++;

            Assert.All(entries, entry => Assert.True(served.Add(entry.Id), $"Round {round}: {entry} was served before."));
            Assert.All(answers, id => Assert.Contains(id, served));
            Assert.InRange(lost, 0, 1);
            answered += answers.Count;
        });
        Assert.True(answered > 0, "The victims were killed before they answered.");
    }

    [Theory]
    [InlineData("Sleep", NamedPoints.SendPlain, $"{NamedPoints.Consume}, {NamedPoints.Sleep}, {NamedPoints.Wake}", 61)]
    public Task A_server_goes_on_at_whatever_named_points_clients_are_killed(string wait, string groups, string more, int seed)
    {
        Points = NamedPoints.Of(groups, seed, more);
        return A_server_goes_on_whatever_clients_are_killed(wait, seed);
    }

    [Theory]
    [InlineData("Sleep", $"{NamedPoints.Consume}, {NamedPoints.Reply}, {NamedPoints.Send}", $"{NamedPoints.Sleep}, {NamedPoints.Wake}", 62)]
    public Task A_call_to_a_server_killed_at_a_named_point_fails_at_most_once_and_no_call_is_served_twice(
        string wait, string groups, string more, int seed)
    {
        Points = NamedPoints.Of(groups, seed, more);
        return A_call_to_a_killed_server_fails_at_most_once_a_kill_and_no_call_is_served_twice(wait, seed);
    }

    private static long Call(Client<long, long> client, long value, bool awaits, CancellationToken stop) =>
        awaits ? client.CallAsync(value, stop).AsTask().GetAwaiter().GetResult() : client.Call(value, stop);

    private static void Serve(Server<long, long> server, ConcurrentDictionary<long, bool> served, bool awaits, CancellationToken over)
    {
        while (true)
        {
            try
            {
                using Request<long, long> request = awaits ? server.ReceiveAsync(over).AsTask().GetAwaiter().GetResult() : server.Receive(over);
                Assert.True(served.TryAdd(request.Value, true), $"{request.Value} came twice.");
                request.Reply(2 * request.Value);
            }
            catch (PeerLostException)
            {
                // A client was killed; that is what this is about.
            }
        }
    }
}
