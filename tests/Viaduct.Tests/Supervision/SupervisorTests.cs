using System.Diagnostics;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Supervision;

public sealed class SupervisorTests
{
    private readonly Puppets _puppets = new();

    [Fact]
    public async Task Children_start_in_order_and_stop_in_reverse_with_their_grace()
    {
        ChildSpec slow = _puppets.Spec("b");
        slow.Grace = TimeSpan.FromSeconds(9);
        Supervisor supervisor = await Start(_puppets.Options(), _puppets.Spec("a"), slow, _puppets.Spec("c"));
        Assert.Equal("+a +b +c", _puppets.Tell());
        Puppet b = _puppets.Of("b");

        await supervisor.StopAsync().Within("stop");

        Assert.Equal("-c -b -a", _puppets.Tell());
        Assert.Equal(TimeSpan.FromSeconds(9), b.Grace);
        Assert.True((await supervisor.Exited).IsNormal);
        await supervisor.DisposeAsync();
    }

    /// <summary>What one does until it first awaits the next may need. Restarted from the pool, too, whose threads take last what came first.</summary>
    [Theory]
    [InlineData(RestartStrategy.OneForAll)]
    [InlineData(RestartStrategy.RestForOne)]
    public async Task Tasks_begin_in_order(RestartStrategy strategy)
    {
        Recorder<string> begun = new();
        using SemaphoreSlim fail = new(0);
        ChildSpec Task(string name) => ChildSpec.ForTask(name, async stop =>
        {
            bool fails = name == "a" && begun.Items.Count == 0;
            begun.Add(name);
            await fail.WaitAsync(stop);
            throw fails ? new InvalidOperationException("It fails once.") : new UnreachableException();
        });
        await using Supervisor supervisor = await Start(new SupervisorOptions { Strategy = strategy }, Task("a"), Task("b"), Task("c"), Task("d"));
        Assert.Equal(["a", "b", "c", "d"], begun.Items);
        fail.Release();
        await Waiting.Until(() => begun.Items.Count == 8);
        Assert.Equal(["a", "b", "c", "d"], begun.Items.Skip(4));
    }

    [Theory]
    [InlineData(RestartStrategy.OneForOne, "+b")]
    [InlineData(RestartStrategy.OneForAll, "-d -c -a +a +b +c +d")]
    [InlineData(RestartStrategy.RestForOne, "-d -c +b +c +d")]
    public async Task The_strategy_says_who_is_restarted(RestartStrategy strategy, string story)
    {
        await using Supervisor supervisor = await Start(
            _puppets.Options(strategy), _puppets.Spec("a"), _puppets.Spec("b"), _puppets.Spec("c"), _puppets.Spec("d"));
        _puppets.Tell();

        await _puppets.End("b", code: 1, story.Split(' ').Length);
        await Settled(supervisor);

        Assert.Equal(story, _puppets.Tell());
        Assert.All(supervisor.Report().Children, child => Assert.Equal(ChildState.Running, child.State));
        Assert.Equal(1, supervisor.Report().Children[1].Restarts);
        Assert.Equal(1, supervisor.Report().Children[1].LastExit!.ExitCode);
    }

    [Theory]
    [InlineData(RestartKind.Permanent, 0, true)]
    [InlineData(RestartKind.Permanent, 1, true)]
    [InlineData(RestartKind.Transient, 0, false)]
    [InlineData(RestartKind.Transient, 1, true)]
    [InlineData(RestartKind.Temporary, 0, false)]
    [InlineData(RestartKind.Temporary, 1, false)]
    public async Task Whether_a_child_is_restarted_depends_on_its_kind_and_its_end(RestartKind kind, int code, bool restarted)
    {
        await using Supervisor supervisor = await Start(_puppets.Options(), _puppets.Spec("a", kind));
        _puppets.Tell();

        await _puppets.End("a", code, restarted ? 1 : 0);
        await Waiting.Until(() => _puppets.Events.Any(happened => happened.Kind == SupervisorEventKind.Exited));
        await Settled(supervisor);

        Assert.Equal(restarted ? "+a" : "", _puppets.Tell());
        Assert.Equal(restarted ? ChildState.Running : ChildState.Ended, supervisor.Report().Children[0].State);
    }

    [Fact]
    public async Task Who_is_done_or_temporary_is_not_started_with_its_siblings()
    {
        await using Supervisor supervisor = await Start(
            _puppets.Options(RestartStrategy.OneForAll),
            _puppets.Spec("a"),
            _puppets.Spec("t", RestartKind.Temporary),
            _puppets.Spec("d", RestartKind.Transient));
        _puppets.Of("d").End(0);
        await Waiting.Until(() => supervisor.Report().Children[2].State == ChildState.Ended);
        _puppets.Tell();

        await _puppets.End("a", code: 1, following: 2);
        await Settled(supervisor);

        Assert.Equal("-t +a", _puppets.Tell());
    }

    [Fact]
    public async Task More_restarts_than_are_allowed_within_the_time_end_the_supervisor()
    {
        await using Supervisor supervisor = await Start(_puppets.Options(maximum: 2), _puppets.Spec("a"), _puppets.Spec("b"));
        _puppets.Tell();

        await _puppets.End("b", 1, 1);
        await _puppets.End("b", 2, 1);
        _puppets.Of("b").End(3);
        ExitReason exit = await supervisor.Exited.Within("giving up");

        Assert.Equal("+b +b -a", _puppets.Tell());
        Assert.Equal(ExitKind.GaveUp, exit.Kind);
        Assert.False(exit.IsNormal);
        Assert.Contains("'b', which exited with code 3", exit.ToString(), StringComparison.Ordinal);
        Assert.Contains(_puppets.Events, happened => happened.Kind == SupervisorEventKind.GaveUp);
    }

    [Fact]
    public async Task Restarts_further_apart_are_allowed_for_ever()
    {
        await using Supervisor supervisor = await Start(_puppets.Options(maximum: 2), _puppets.Spec("a"));

        for (int i = 0; i < 20; i++)
        {
            await _puppets.End("a", 1, 1);
            _puppets.Time.Advance(TimeSpan.FromSeconds(5.1));
        }

        Assert.False(supervisor.Exited.IsCompleted);
        Assert.Equal(20, supervisor.Report().Children[0].Restarts);
    }

    [Fact]
    public async Task Without_a_limit_a_child_may_crash_as_often_as_it_likes()
    {
        await using Supervisor supervisor = await Start(_puppets.Options(maximum: null), _puppets.Spec("a"));

        for (int i = 0; i < 200; i++)
        {
            await _puppets.End("a", 1, 1);
        }

        Assert.False(supervisor.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_supervisor_that_gave_up_is_restarted_by_the_one_above_it()
    {
        SupervisorOptions inner = _puppets.Options(maximum: 0);
        inner.Happened = null;
        await using Supervisor outer = await Start(
            _puppets.Options(), ChildSpec.ForSupervisor("inner", inner, _puppets.Spec("a"), _puppets.Spec("b")));
        Assert.Equal("+a +b", _puppets.Tell());

        await _puppets.End("a", code: 1, following: 3);
        await Waiting.Until(() => outer.Report().Children[0] is { Restarts: 1, State: ChildState.Running });

        Assert.Equal("-b +a +b", _puppets.Tell());
        Assert.Equal(ExitKind.GaveUp, outer.Report().Children[0].LastExit!.Kind);
        Assert.Equal(["a", "b"], outer.Report().Children[0].Supervisor!.Children.Select(child => child.Name));
        Assert.Contains(_puppets.Events, happened => happened is { Supervisor: "supervisor/inner", Child: "a", Kind: SupervisorEventKind.GaveUp });
        Assert.Contains("inner: Running", outer.Report().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_stops_what_was_started()
    {
        _puppets.FailNextStart("c");

        Task<Supervisor> start = Supervisor.StartAsync(
            _puppets.Options(), [_puppets.Spec("a"), _puppets.Spec("b"), _puppets.Spec("c")]).AsTask();
        SupervisionException error = await Assert.ThrowsAsync<SupervisionException>(() => start.Within("start"));

        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(error.InnerException);
        Assert.Equal("+a +b !c -b -a", _puppets.Tell());
    }

    [Fact]
    public async Task A_restart_that_fails_counts_and_is_tried_again()
    {
        await using Supervisor supervisor = await Start(_puppets.Options(RestartStrategy.RestForOne), _puppets.Spec("a"), _puppets.Spec("b"));
        _puppets.Tell();
        _puppets.FailNextStart("b");

        await _puppets.End("a", code: 1, following: 4);

        Assert.Equal("-b +a !b +b", _puppets.Tell());
    }

    [Fact]
    public async Task Restarts_wait_longer_each_time_and_forget_after_a_quiet_time()
    {
        SupervisorOptions options = _puppets.Options(maximum: null);
        options.Backoff = new Backoff { Initial = TimeSpan.FromSeconds(1), Maximum = TimeSpan.FromSeconds(3), Jitter = 0 };
        await using Supervisor supervisor = await Start(options, _puppets.Spec("a"));

        List<double> delays = [];
        for (int i = 0; i < 5; i++)
        {
            delays.Add(await DelayOfNext(supervisor));
        }

        Assert.Equal([0, 1, 2, 3, 3], delays);
        _puppets.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, await DelayOfNext(supervisor));

        async Task<double> DelayOfNext(Supervisor supervisor)
        {
            _puppets.Events.Clear();
            _puppets.Of("a").End(1);
            await Waiting.Until(() => _puppets.Events.Any(happened => happened.Kind == SupervisorEventKind.Restarting));
            TimeSpan delay = _puppets.Events.First(happened => happened.Kind == SupervisorEventKind.Restarting).Delay;
            await Settled(supervisor);
            if (delay > TimeSpan.Zero)
            {
                Assert.Equal(ChildState.Waiting, supervisor.Report().Children[0].State);
                _puppets.Time.Advance(delay - TimeSpan.FromMilliseconds(1));
                await Settled(supervisor);
                Assert.Equal(ChildState.Waiting, supervisor.Report().Children[0].State);
                _puppets.Time.Advance(TimeSpan.FromMilliseconds(1));
            }

            await Waiting.Until(() => supervisor.Report().Children[0].State == ChildState.Running);
            return delay.TotalSeconds;
        }
    }

    [Fact]
    public void Jitter_spreads_a_wait_on_both_sides()
    {
        Backoff backoff = new() { FirstAtOnce = false, Initial = TimeSpan.FromSeconds(10), Jitter = 0.2 };

        Assert.Equal(8, backoff.DelayAfter(1, 0).TotalSeconds, 3);
        Assert.Equal(10, backoff.DelayAfter(1, 0.5).TotalSeconds, 3);
        Assert.Equal(36, backoff.DelayAfter(9999, 1).TotalSeconds, 3);
    }

    [Fact]
    public async Task A_stop_takes_back_a_restart_that_waits()
    {
        SupervisorOptions options = _puppets.Options();
        options.Backoff = new Backoff { FirstAtOnce = false, Initial = TimeSpan.FromSeconds(1) };
        Supervisor supervisor = await Start(options, _puppets.Spec("a"));
        _puppets.Tell();
        _puppets.Of("a").End(1);
        await Waiting.Until(() => supervisor.Report().Children[0].State == ChildState.Waiting);

        await supervisor.StopAsync().Within("stop");
        _puppets.Time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal("", _puppets.Tell());
        await supervisor.DisposeAsync();
    }

    [Fact]
    public async Task A_start_that_hangs_fails_after_its_time_and_does_not_delay_a_stop()
    {
        int starts = 0;
        ChildSpec stuck = new("stuck", async token =>
        {
            if (Interlocked.Increment(ref starts) > 1)
            {
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            }

            return SupervisedTask.Run(_ => Task.CompletedTask);
        });
        Supervisor supervisor = await Start(_puppets.Options(), stuck);
        await Waiting.Until(() => Volatile.Read(ref starts) == 2);

        _puppets.Time.Advance(TimeSpan.FromSeconds(31));
        await Waiting.Until(() => _puppets.Events.Any(happened => happened.Kind == SupervisorEventKind.StartFailed));
        Assert.IsType<TimeoutException>(_puppets.Events.First(happened => happened.Kind == SupervisorEventKind.StartFailed).Exit!.Error);
        await Waiting.Until(() => Volatile.Read(ref starts) == 3);

        await supervisor.DisposeAsync().Within("stop");
    }

    [Theory]
    [InlineData(HangAction.Kill, true)]
    [InlineData(HangAction.Report, false)]
    public async Task A_child_that_does_not_answer_is_reported_and_killed_if_the_policy_says_so(HangAction action, bool killed)
    {
        Watchdog watchdog = new() { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(2), Action = action };
        await using Supervisor supervisor = await Start(_puppets.Options(), _puppets.Spec("a", watchdog: watchdog));
        Puppet first = _puppets.Of("a");
        await Beat(1);
        await Beat(2);
        Assert.DoesNotContain(_puppets.Events, happened => happened.Kind == SupervisorEventKind.Hung);

        first.Answers = false;
        await Beat(3);
        await Waiting.Until(() => _puppets.Time.Running > 0);
        _puppets.Time.Advance(TimeSpan.FromSeconds(2));
        await Waiting.Until(() => _puppets.Events.Any(happened => happened.Kind == SupervisorEventKind.Hung));
        if (killed)
        {
            await Waiting.Until(() => _puppets.Of("a") != first);
        }

        await Settled(supervisor);
        Assert.Equal(killed ? TimeSpan.Zero : null, first.Grace);

        async Task Beat(int pings)
        {
            // The clock may only move once the watchdog sleeps on it.
            await Waiting.Until(() => _puppets.Time.Running > 0);
            _puppets.Time.Advance(TimeSpan.FromSeconds(1));
            await Waiting.Until(() => first.Pings >= pings);
        }
    }

    [Fact]
    public async Task A_loop_that_beats_answers_and_one_that_stands_does_not()
    {
        using SemaphoreSlim stand = new(0);
        int rounds = 0;
        SupervisedTask task = SupervisedTask.Run(async (heartbeat, stop) =>
        {
            while (!stop.IsCancellationRequested)
            {
                heartbeat.Beat();
                Interlocked.Increment(ref rounds);
                await stand.WaitAsync(stop);
            }
        });

        await Waiting.Until(() => Volatile.Read(ref rounds) == 1);
        Task ping = task.PingAsync(CancellationToken.None).AsTask();
        await ping.StaysPending();
        stand.Release();
        await ping.Within("the beat");

        await task.StopAsync(TimeSpan.FromSeconds(5)).Within("stop");
        Assert.True((await task.Exited).IsNormal);
    }

    [Fact]
    public async Task A_watchdog_for_a_child_that_cannot_answer_is_refused_and_the_child_is_stopped()
    {
        ChildSpec sleeper = ChildSpec.ForProcess("sleeper", () => new ChildProcessOptions("sleep", "1000"));
        sleeper.Watchdog = new Watchdog();

        SupervisionException error = await Assert.ThrowsAsync<SupervisionException>(() => Start(new SupervisorOptions(), sleeper));

        Assert.Contains("IResponsive", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Children_come_and_go_while_it_runs()
    {
        await using Supervisor supervisor = await Start(_puppets.Options(), _puppets.Spec("a"));

        await supervisor.AddAsync(_puppets.Spec("b")).Within("add");
        await Assert.ThrowsAsync<ArgumentException>(() => supervisor.AddAsync(_puppets.Spec("b")).AsTask());
        Assert.True(await supervisor.RemoveAsync("a").Within("remove"));
        Assert.False(await supervisor.RemoveAsync("a").Within("remove"));

        Assert.Equal(["b"], supervisor.Report().Children.Select(child => child.Name));
        Assert.Equal("+a +b -a", _puppets.Tell());
        await supervisor.StopAsync().Within("stop");
        await Assert.ThrowsAsync<SupervisionException>(() => supervisor.AddAsync(_puppets.Spec("c")).AsTask().Within("add"));
    }

    [Fact]
    public async Task Processes_and_tasks_stand_under_one_supervisor()
    {
        SupervisorOptions options = new() { Backoff = Backoff.None };
        await using Supervisor supervisor = await Start(
            options,
            ChildSpec.ForProcess("sleeper", () => new ChildProcessOptions("sleep", "1000")),
            ChildSpec.ForTask("waiter", stop => Task.Delay(Timeout.Infinite, stop)));
        int first = supervisor.Report().Children[0].ProcessId!.Value;

        Posix.Kill(first, Posix.SIGKILL);
        await Waiting.Until(() => supervisor.Report().Children[0] is { State: ChildState.Running, Restarts: 1 });

        ChildReport sleeper = supervisor.Report().Children[0];
        Assert.Equal("SIGKILL", sleeper.LastExit!.SignalName);
        Assert.NotEqual(first, sleeper.ProcessId);
        await supervisor.StopAsync().Within("stop");
        Assert.False(Peers.Exists(sleeper.ProcessId!.Value));
    }

    private static async Task<Supervisor> Start(SupervisorOptions options, params ChildSpec[] children) =>
        await Supervisor.StartAsync(options, children).Within("start");

    /// <summary>Returns when the supervisor's loop has done what it had to: it does one thing after another.</summary>
    private static Task<bool> Settled(Supervisor supervisor) => supervisor.RemoveAsync("nobody").Within("settling");
}
