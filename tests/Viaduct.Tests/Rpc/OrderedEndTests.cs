using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>How isolated services end: links first, then objects, then processes.</summary>
public sealed class OrderedEndTests : IAsyncDisposable
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly TemporaryDirectory _directory = TemporaryDirectory.Create();
    private readonly Recorder<ExitReason> _exits = new();

    public async ValueTask DisposeAsync()
    {
        await _distance.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Each_process_disposes_its_object_and_exits()
    {
        Isolated<ILodger> isolated = await Isolate<Lodger>(new IsolateOptions { Instances = 2, Standbys = 1, Grace = Patience.Limit });
        await isolated.DisposeAsync().AsTask().Within();
        Assert.Equal(3, _exits.Items.Count);
        Assert.All(_exits.Items, exit => Assert.True(exit.IsNormal, $"{exit}"));
        Assert.Equal(["left ", "left ", "left "], Notes());
        Assert.True(isolated.LastExit!.Reason.IsNormal);
        Assert.DoesNotContain(_distance.Events.Items, what => what.Kind == NodeEventKind.WorkerExited);
    }

    [Fact]
    public async Task One_that_knows_only_the_blocking_way_is_disposed_so()
    {
        Isolated<ILodger> isolated = await Isolate<Guest>(new IsolateOptions { Standbys = 0, Grace = Patience.Limit });
        await isolated.DisposeAsync().AsTask().Within();
        Assert.Equal(["disposed "], Notes());
        Assert.True(Assert.Single(_exits.Items).IsNormal);
    }

    [Fact]
    public async Task A_method_that_runs_comes_to_its_end_before_its_object_is_disposed()
    {
        Isolated<ILodger> isolated = await Isolate<Guest>(new IsolateOptions { Standbys = 0, Grace = Patience.Limit });
        string file = Path.Combine(_directory.Path, "held.lock");
        Task<int> held = Background.Run(() => isolated.Service.Hold(file));
        await Waiting.Until(() => File.Exists(file));
        Task end = isolated.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => held.Within());
        File.Delete(file);
        await end.Within();
        Assert.Equal(["worked disposed "], Notes());
        Assert.True(Assert.Single(_exits.Items).IsNormal);
    }

    [Fact]
    public async Task One_that_does_not_come_to_its_end_is_killed_after_its_grace()
    {
        Isolated<ILodger> isolated = await Isolate<Lodger>(new IsolateOptions { Standbys = 0, Grace = TimeSpan.FromMilliseconds(300) });
        await Background.Run(isolated.Service.Stay).Within();
        await isolated.DisposeAsync().AsTask().Within();
        Assert.Equal("SIGKILL", Assert.Single(_exits.Items).SignalName);
        await Waiting.Until(() => _distance.Events.Items.Any(what => what.Kind == NodeEventKind.WorkerExited));
    }

    /// <summary>What lies behind the calls that hang is never taken. The end of the connection would wait for that, too, and much longer.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_grace_bounds_the_end_of_all_that_hang_with_what_lies_behind(bool inProcess)
    {
        await using Distance patient = new(inProcess ? DistanceKind.Thread : DistanceKind.SharedMemory, static options => options.LingerTimeout = TimeSpan.FromMinutes(5));
        Isolated<ILodger> isolated = patient.Near.Isolate<ILodger, Guest>(
            new IsolateOptions { InProcess = inProcess, Instances = 2, Standbys = 0, MaxCallsPerInstance = 8, Grace = TimeSpan.FromMilliseconds(300) });
        isolated.WorkerExited += (_, reason) => _exits.Add(reason);
        await isolated.WaitForWorkersAsync(2, Patience.Token).Within();
        string[] files = [Path.Combine(_directory.Path, "1.lock"), Path.Combine(_directory.Path, "2.lock")];
        Task<int>[] held = [.. files.Select(file => Background.Run(() => isolated.Service.Hold(file)))];
        await Waiting.Until(() => Array.TrueForAll(files, File.Exists));
        Task<int>[] behind = [.. Enumerable.Range(0, 6).Select(_ => Background.Run(isolated.Service.ProcessId))];
        await Task.WhenAll(behind).StaysPending();
        await isolated.DisposeAsync().AsTask().Within();
        foreach (Task<int> call in (Task<int>[])[.. held, .. behind])
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call.Within());
        }

        await Waiting.Until(() => patient.Events.Items.Any(static what => what.Kind == NodeEventKind.WorkerExited), patient.Events.ToString);
        if (inProcess)
        {
            Assert.Contains(patient.Events.Items, static what => what.Text.Contains("'Guest', which this process carries out itself, has not come to its end within 0.3 s", StringComparison.Ordinal));
        }
        else
        {
            Assert.Equal(["SIGKILL", "SIGKILL"], _exits.Items.Select(static exit => exit.SignalName));
        }

        Array.ForEach(files, File.Delete);
    }

    [Fact]
    public async Task An_object_of_this_process_that_is_left_behind_is_disposed_when_its_methods_have_ended()
    {
        Isolated<ILodger> isolated = _distance.Near.Isolate<ILodger, Guest>(new IsolateOptions { InProcess = true, Grace = TimeSpan.Zero });
        string file = Path.Combine(_directory.Path, "held.lock");
        await Background.Run(() => isolated.Service.KeepNotes(Path.Combine(_directory.Path, "here"))).Within();
        Task<int> held = Background.Run(() => isolated.Service.Hold(file));
        await Waiting.Until(() => File.Exists(file));
        await isolated.DisposeAsync().AsTask().Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => held.Within());
        File.Delete(file);
        await Waiting.Until(() => Notes() is ["worked disposed "]);
    }

    [Fact]
    public async Task One_that_hangs_when_its_node_leaves_is_killed_after_its_grace()
    {
        Isolated<ILodger> isolated = await Isolate<Guest>(new IsolateOptions { Standbys = 0, Grace = TimeSpan.FromMilliseconds(300) });
        string file = Path.Combine(_directory.Path, "held.lock");
        Task<int> held = Background.Run(() => isolated.Service.Hold(file));
        await Waiting.Until(() => File.Exists(file));
        await Background.Run(_distance.Near.Dispose).Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => held.Within());
        await Waiting.Until(() => _exits.Items.Count == 1);
        Assert.Equal("SIGKILL", _exits.Items[0].SignalName);
        await isolated.DisposeAsync().AsTask().Within();
    }

    [Fact]
    public async Task The_end_of_the_node_ends_them_in_order_too()
    {
        Isolated<ILodger> isolated = await Isolate<Lodger>(new IsolateOptions { Standbys = 0, Grace = Patience.Limit });
        await Background.Run(_distance.Near.Dispose).Within();
        await Waiting.Until(() => _exits.Items.Count == 1);
        Assert.True(_exits.Items[0].IsNormal);
        Assert.Equal(["left "], Notes());
        await isolated.DisposeAsync().AsTask().Within();
    }

    [Fact]
    public async Task Objects_of_this_process_are_disposed_too()
    {
        Isolated<ILodger> isolated = _distance.Near.Isolate<ILodger, Lodger>(new IsolateOptions { InProcess = true, Grace = Patience.Limit });
        Assert.Equal(Environment.ProcessId, await Background.Run(isolated.Service.ProcessId).Within());
        await Background.Run(() => isolated.Service.KeepNotes(Path.Combine(_directory.Path, "here"))).Within();
        await isolated.DisposeAsync().AsTask().Within();
        Assert.Equal(["left "], Notes());
    }

    /// <summary>Each process keeps notes in a file of its own.</summary>
    private async Task<Isolated<ILodger>> Isolate<TLodger>(IsolateOptions options)
        where TLodger : Guest, new()
    {
        Func<ILodger, ValueTask> warmUp = fresh =>
        {
            fresh.KeepNotes(Path.Combine(_directory.Path, $"{fresh.ProcessId()}"));
            return ValueTask.CompletedTask;
        };
        Isolated<ILodger> isolated = typeof(TLodger) == typeof(Lodger)
            ? _distance.Near.Isolate<ILodger, Lodger>(options, warmUp)
            : _distance.Near.Isolate<ILodger, Guest>(options, warmUp);
        isolated.WorkerExited += (_, reason) => _exits.Add(reason);
        await Waiting.Until(() => isolated.Workers.Count(static worker => worker.IsReady) == options.Instances + options.Standbys);
        return isolated;
    }

    private string[] Notes() => [.. Directory.GetFiles(_directory.Path).Select(File.ReadAllText)];
}
