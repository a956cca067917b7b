using System.Diagnostics;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>Whatever is called at the same time, on every road and whoever is lost meanwhile: right answers, no hang, and nothing that is left.</summary>
public sealed class MixedCallsTests
{
    private const int Callers = 4;

    [Theory]
    [InlineData(DistanceKind.Thread, 1)]
    [InlineData(DistanceKind.Thread, 4)]
    [InlineData(DistanceKind.SharedMemory, 1)]
    [InlineData(DistanceKind.SharedMemory, 4)]
    [InlineData(DistanceKind.UnixSocket, 4)]
    [InlineData(DistanceKind.Machine, 1)]
    [InlineData(DistanceKind.Machine, 4)]
    public async Task Calls_of_every_kind_at_once_are_answered_rightly_and_leave_nothing(DistanceKind kind, int threads)
    {
        await using Distance distance = new(kind);
        await using Served<ITrial> served = await distance.OpenService<ITrial>(new Trial(), new ServeOptions { Context = distance.Context, Threads = threads });
        var calls = new MixedCalls(served.Service, threads == 1, static (_, _) => false);
        await calls.Run(Callers, Effort.Cases(150), Effort.Seed(1)).WaitAsync(Patience.Limit * Effort.Factor, TestContext.Current.CancellationToken);
        Effort.Say($"{calls.Made} calls");
        Assert.True(calls.Wrong.Count == 0, string.Join('\n', calls.Wrong.Take(5)));
        await Waiting.Until(() => served.Host.UnderWay == 0, () => $"{served.Host.UnderWay} are under way");
        await Waiting.Until(() => served.Host.Server.Exports.Current == 0, () => $"{served.Host.Server.Exports.Current} are kept");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task While_processes_are_killed_each_call_has_its_answer_or_is_said_to_be_in_doubt(int threads)
    {
        await using Distance distance = new(DistanceKind.Thread);
        await using Isolated<ITrial> isolated = distance.Near.Isolate<ITrial, Trial>(new IsolateOptions { Instances = 2, Standbys = 1, Threads = threads, MaxFailedStarts = 100, MaxBackoff = TimeSpan.FromMilliseconds(10) });
        var calls = new MixedCalls(isolated.Service, threads == 1, static (_, error) => error is OutcomeUnknownException or PeerLostException);
        Task run = calls.Run(Callers, Effort.Cases(200), Effort.Seed(2));
        var random = new Random(Effort.Seed(3));
        int kills = 0;
        var clock = Stopwatch.StartNew();
        while (!run.IsCompleted && clock.Elapsed < Patience.Limit * Effort.Factor)
        {
            await Task.WhenAny(run, Task.Delay(random.Next(300)));
            // Those that start are left alone: too many that fail would end the service.
            if (isolated.Workers.Where(static worker => worker.IsReady).ToArray() is { Length: > 0 } workers)
            {
                try
                {
                    using var process = Process.GetProcessById(workers[random.Next(workers.Length)].ProcessId);
                    process.Kill();
                    kills++;
                }
                catch (ArgumentException)
                {
                    // It has been reaped already.
                }
            }
        }

        await run.Within();
        Effort.Say($"{calls.Made} calls, {calls.Lost} lost or in doubt, {kills} kills");
        Assert.True(calls.Lost < calls.Made / 2, "hardly any was answered");
        Assert.NotEqual(0, kills);
        Assert.True(calls.Wrong.Count == 0, string.Join('\n', calls.Wrong.Take(5)));
    }

    /// <summary>Only what a server had handed out goes with it.</summary>
    [Theory]
    [InlineData(DistanceKind.Thread, 1)]
    [InlineData(DistanceKind.SharedMemory, 1)]
    [InlineData(DistanceKind.SharedMemory, 4)]
    [InlineData(DistanceKind.UnixSocket, 1)]
    [InlineData(DistanceKind.Machine, 1)]
    [InlineData(DistanceKind.Machine, 4)]
    public async Task While_servers_drain_and_others_come_calls_are_answered(DistanceKind kind, int threads)
    {
        await using Distance distance = new(kind);
        ServiceHost Open() => distance.Far.Serve<ITrial>(new Trial(), new ServeOptions { Context = distance.Context, Threads = threads });
        ServiceHost host = Open();
        await using ServiceClient<ITrial> client = distance.Near.Connect<ITrial>(new ConnectOptions { Context = distance.Context });
        await client.WaitForServersAsync(1, Patience.Token).Within();
        var calls = new MixedCalls(client.Service, threads == 1, static (isOnObject, error) => isOnObject && error is PeerLostException);
        Task run = calls.Run(Callers, Effort.Cases(150), Effort.Seed(4));
        int drains = 0;
        var clock = Stopwatch.StartNew();
        while (!run.IsCompleted && clock.Elapsed < Patience.Limit * Effort.Factor)
        {
            ServiceHost next = Open();
            await client.WaitForServersAsync(2, Patience.Token).Within();
            await Task.WhenAny(run, Task.Delay(20));
            await Drain(host);
            await host.DisposeAsync().AsTask().Within();
            host = next;
            drains++;
        }

        await run.Within();
        Effort.Say($"{calls.Made} calls, {calls.Lost} lost, {drains} servers drained");
        Assert.NotEqual(0, drains);
        Assert.True(calls.Wrong.Count == 0, string.Join('\n', calls.Wrong.Take(5)));
        await Waiting.Until(() => host.UnderWay == 0 && host.Server.Exports.Current == 0, () => $"{host.UnderWay} are under way, {host.Server.Exports.Current} are kept");
        await host.DisposeAsync().AsTask().Within();
    }

    /// <summary>Says what a drain waits for that does not end.</summary>
    private static async Task Drain(ServiceHost host)
    {
        try
        {
            await host.DrainAsync(Patience.Token).Within();
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutException)
        {
            Assert.Fail(
                $"The drain is not over: {host.UnderWay} calls are under way, one can be cancelled: {host.Server.CanBeCancelled}, a stream goes on: {host.Server.Exports.HasCallsUnderWay}, "
                + $"{host.Server.Exports.Current} objects are kept; {string.Join("; ", host.Peers)}; the pool has {ThreadPool.ThreadCount} threads, {ThreadPool.PendingWorkItemCount} items wait for one");
        }
    }
}
