using System.Diagnostics;
using System.Net.Sockets;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc;

/// <summary>What happens to calls when the process that carries them out dies.</summary>
public sealed class IsolationTests : IAsyncLifetime
{
    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly Recorder<ExitReason> _exits = new();
    private readonly Recorder<OutputLine> _output = new();
    private readonly List<Isolated<IMishap>> _isolated = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (Isolated<IMishap> isolated in _isolated)
        {
            int[] workers = [.. isolated.Workers.Select(worker => worker.ProcessId)];
            await isolated.DisposeAsync().AsTask().Within();
            Assert.All(workers, worker => Assert.Throws<ArgumentException>(() => Process.GetProcessById(worker)));
        }

        await _distance.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_crashes_its_process_throws_and_the_next_one_is_answered_by_another()
    {
        Isolated<IMishap> isolated = Isolate();
        int first = await Call(isolated.Service.ProcessId);
        Assert.NotEqual(Environment.ProcessId, first);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Call(isolated.Service.Crash));
        Assert.NotEqual(first, await Call(isolated.Service.ProcessId));
        await Waiting.Until(() => _exits.Items.Count == 1);
        Assert.Equal(ExitKind.Signaled, _exits.Items[0].Kind);
    }

    [Fact]
    public async Task Whoever_is_told_that_a_process_has_ended_may_dispose_the_service_there_and_then()
    {
        Isolated<IMishap> isolated = Isolate();
        var disposed = new TaskCompletionSource();
        isolated.WorkerExited += (_, _) =>
        {
            isolated.Dispose();
            disposed.TrySetResult();
        };
        Assert.NotNull(await Call(isolated.Service.Crash).Outcome());
        await disposed.Task.Within();
        await Waiting.Until(() => isolated.Workers.Count == 0);
    }

    [Fact]
    public async Task One_that_may_be_repeated_is_until_it_is_answered()
    {
        Isolated<IMishap> isolated = Isolate();
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(7, await Call(() => isolated.Service.CrashOnce(Path.Combine(directory.Path, $"{i}"))));
        }

        await Waiting.Until(() => _exits.Items.Count == 3);
    }

    [Fact]
    public async Task One_that_kills_whoever_takes_it_fails_alone()
    {
        Isolated<IMishap> isolated = Isolate();
        PoisonedCallException error = await Assert.ThrowsAsync<PoisonedCallException>(() => Call(isolated.Service.CrashAgain));
        Assert.Equal(3, error.Attempts);
        Assert.IsType<PeerLostException>(error.InnerException);
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
    }

    [Fact]
    public async Task Calls_behind_one_that_crashes_are_carried_out_once_by_the_next_process()
    {
        Isolated<IMishap> isolated = Isolate();
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        var calls = new List<(Task<int> Task, string File, bool Crashes)>();
        for (int i = 0; i < 60; i++)
        {
            string file = Path.Combine(directory.Path, $"{i}");
            bool crashes = i % 20 == 10;
            calls.Add((Background.Run(() => isolated.Service.CrashOrCount(file, crashes)), file, crashes));
        }

        foreach ((Task<int> task, string file, bool crashes) in calls)
        {
            Exception? error = await Record.ExceptionAsync(() => task.Within());
            Assert.Equal(crashes, error is OutcomeUnknownException);
            Assert.True(error is null or OutcomeUnknownException, $"{error}");
            Assert.Equal("x", await File.ReadAllTextAsync(file));
        }
    }

    [Fact]
    public async Task A_process_that_is_killed_is_replaced_while_nobody_calls()
    {
        Isolated<IMishap> isolated = Isolate();
        await isolated.WaitForWorkersAsync(2, Patience.Token).Within();
        foreach (WorkerReport worker in isolated.Workers)
        {
            using var process = Process.GetProcessById(worker.ProcessId);
            process.Kill();
        }

        await Waiting.Until(() => _exits.Items.Count == 2 && isolated.Workers.Count(worker => worker.IsReady) == 2);
        Assert.All(_exits.Items, exit => Assert.Equal("SIGKILL", exit.SignalName));
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
        Assert.Equal(4, isolated.Started);
    }

    [Fact]
    public async Task A_process_is_warmed_up_before_it_counts_as_ready()
    {
        var warmed = new Recorder<int>();
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { OutputReceived = _output.Add },
            async fresh =>
            {
                Assert.Equal(fresh.ProcessId(), fresh.ProcessId());
                await Task.Yield();
                warmed.Add(fresh.ProcessId());
            }));
        await Waiting.Until(() => isolated.Workers.Count(worker => worker.IsReady) == 2);
        Assert.Equal(isolated.Workers.Select(worker => worker.ProcessId).Order(), warmed.Items.Order());
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Call(isolated.Service.Crash));
        await Waiting.Until(() => warmed.Items.Count == 3 && isolated.Workers.Count(worker => worker.IsReady) == 2);
    }

    [Fact]
    public async Task Whoever_waits_for_processes_waits_until_they_are_warmed_up_or_the_service_is_disposed()
    {
        var warm = new TaskCompletionSource();
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(new IsolateOptions { Standbys = 0 }, _ => new ValueTask(warm.Task)));
        Task one = isolated.WaitForWorkersAsync(1, Patience.Token).AsTask();
        Task two = isolated.WaitForWorkersAsync(2, Patience.Token).AsTask();
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
        await one.StaysPending();

        warm.SetResult();
        await one.Within();
        Assert.True(Assert.Single(isolated.Workers).IsReady);

        await isolated.DisposeAsync().AsTask().Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => two.Within());
    }

    [Fact]
    public async Task Whoever_waits_for_a_process_that_warms_up_hears_that_the_service_is_disposed()
    {
        var warming = new TaskCompletionSource();
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(new IsolateOptions { Standbys = 0 }, _ =>
        {
            warming.SetResult();
            return new ValueTask(new TaskCompletionSource().Task);
        }));
        Task one = isolated.WaitForWorkersAsync(1, Patience.Token).AsTask();
        await warming.Task.Within();
        await isolated.DisposeAsync().AsTask().Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => one.Within());
    }

    [Fact]
    public async Task A_warm_up_that_throws_is_told_and_one_that_kills_its_process_is_tried_again_in_the_next()
    {
        int kills = 0;
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, OutputReceived = _output.Add },
            fresh =>
            {
                if (Interlocked.Increment(ref kills) == 1)
                {
                    fresh.Crash();
                }

                throw new InvalidOperationException("Too cold.");
            }));
        await Waiting.Until(() => isolated.Workers.Count(worker => worker.IsReady) == 1);
        Assert.Single(_exits.Items);
        Assert.Equal(2, kills);
        await Waiting.Until(() => _distance.Events.Items.Any(what => what.Kind == NodeEventKind.HandlerFailed && what.Error?.Message == "Too cold."));
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
    }

    /// <summary>Whether it lets its caller know or not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_warm_up_that_kills_every_process_is_a_start_that_fails_until_one_is_ready(bool isSilent)
    {
        bool kills = true;
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, MaxBackoff = TimeSpan.FromMilliseconds(200), OutputReceived = _output.Add },
            fresh =>
            {
                try
                {
                    _ = Volatile.Read(ref kills) && fresh.Crash() == 0;
                }
                catch (ViaductException) when (isSilent)
                {
                    // It is a matter of its process all the same.
                }

                return ValueTask.CompletedTask;
            }));

        // One that is called before its warm-up has killed it may answer, or not. As a rule some calls lie behind the warm-up then: they have not been begun.
        Task[] calling = [.. Enumerable.Range(0, 4).Select(_ => Background.Run(() =>
        {
            while (true)
            {
                isolated.Service.ProcessId();
            }
        }))];
        foreach (Task call in calling)
        {
            Exception? error = await call.Outcome();
            Assert.True(error is IsolationException { Reason.Kind: ExitKind.Signaled }, $"{isolated.Started} were started; the last call ended in: {error}");
        }

        await Assert.ThrowsAsync<IsolationException>(() => isolated.WaitForWorkersAsync(1, Patience.Token).Within());

        Volatile.Write(ref kills, false);
        await Waiting.Until(() => isolated.Workers.Any(worker => worker.IsReady));
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
    }

    /// <summary>Whether its process hangs, in its service or in an object that the warm-up got from that, or who warms it up.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_warm_up_that_hangs_is_a_start_that_fails_and_calls_behind_it_end(bool isHere, bool isInObject)
    {
        bool hangs = true;
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, StartTimeout = TimeSpan.FromSeconds(2), MaxFailedStarts = 2, MaxBackoff = TimeSpan.FromMilliseconds(200), OutputReceived = _output.Add },
            async fresh =>
            {
                if (Volatile.Read(ref hangs))
                {
                    hanging.TrySetResult();
                    await (isHere ? new TaskCompletionSource().Task : Task.FromResult((isInObject ? fresh.Open() : fresh).Hang()));
                }
            }));
        await hanging.Task.Within();
        Task behind = Background.Run(() =>
        {
            do
            {
                // Answered until the process hangs.
                Assert.NotEqual(0, isolated.Service.ProcessId());
            }
            while (!isHere);
        });
        await ExpectHanging(isolated);
        Exception? error = await behind.Outcome();
        Assert.True(isHere ? error is null : error is IsolationException, $"{error}");

        Volatile.Write(ref hangs, false);
        await Waiting.Until(() => isolated.Workers.Any(static worker => worker.IsReady));
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
    }

    /// <summary>Nothing could end them.</summary>
    [Fact]
    public async Task Of_warm_ups_that_never_return_not_one_more_is_left_behind_at_each_start()
    {
        int begun = 0;
        var let = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, StartTimeout = TimeSpan.FromSeconds(2), MaxFailedStarts = 1, MaxBackoff = TimeSpan.FromMilliseconds(1), OutputReceived = _output.Add },
            async _ =>
            {
                Interlocked.Increment(ref begun);
                await let.Task;
            }));
        await Waiting.Until(() => isolated.Started == 5);
        Assert.InRange(Volatile.Read(ref begun), 1, 2);

        let.SetResult();
        await Waiting.Until(() => isolated.Workers.Any(static worker => worker.IsReady));
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
    }

    /// <summary>Each is killed as soon as it is reached: as a rule before it has answered the first calls, which do nothing.</summary>
    [Fact]
    public async Task So_is_one_whose_processes_are_gone_before_they_have_ever_answered()
    {
        bool kills = true;
        _distance.Near.Event += what =>
        {
            if (Volatile.Read(ref kills) && what is { Kind: NodeEventKind.PeerJoined, Peer: { } peer })
            {
                using var process = Process.GetProcessById(peer.ProcessId);
                process.Kill();
            }
        };
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, MaxBackoff = TimeSpan.FromMilliseconds(200), OutputReceived = _output.Add }));
        Exception? error = null;
        for (int i = 0; i < 10_000 && error is not IsolationException; i++)
        {
            error = await isolated.WaitForWorkersAsync(1, Patience.Token).AsTask().Outcome();
            await Task.Delay(2);
        }

        Assert.True(error is IsolationException, $"{isolated.Started} were started: {error}");
        Assert.Equal("SIGKILL", ((IsolationException)error!).Reason.SignalName);

        Volatile.Write(ref kills, false);
        await Waiting.Until(() => isolated.Workers.Any(static worker => worker.IsReady));
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
    }

    [Fact]
    public async Task So_is_a_constructor_that_hangs()
    {
        await using Isolated<ILodger> isolated = _distance.Near.Isolate<ILodger, Unborn>(
            new IsolateOptions { Standbys = 0, StartTimeout = TimeSpan.FromSeconds(2), MaxFailedStarts = 1, Grace = TimeSpan.Zero });
        await ExpectHanging(isolated);
        Assert.Equal("SIGKILL", isolated.LastExit!.Reason.SignalName);
    }

    /// <summary>Calls may reach a process before its warm-up does, and those of what it hands out.</summary>
    [Theory]
    [InlineData("call")]
    [InlineData("object")]
    [InlineData("stream")]
    public async Task A_process_at_a_caller_s_call_is_not_late_for_its_start(string what)
    {
        using TemporaryDirectory directory = TemporaryDirectory.Create();
        string answered = Path.Combine(directory.Path, "answered");
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, StartTimeout = TimeSpan.FromSeconds(2), MaxFailedStarts = 100, OutputReceived = _output.Add },
            async _ => await Waiting.Until(() => File.Exists(answered))));
        int process = what switch
        {
            "stream" => (await isolated.Service.DozeAsync(5000).ToArrayAsync(Patience.Token).AsTask().Within())[0],
            "object" => await Call(() => isolated.Service.Open().Doze(5000)),
            _ => await Call(() => isolated.Service.Doze(5000)),
        };
        await File.WriteAllTextAsync(answered, "");
        Assert.NotEqual(0, process);
        await isolated.WaitForWorkersAsync(1, Patience.Token).Within();
    }

    /// <summary>One start that failed would fail the call that comes next.</summary>
    [Fact]
    public async Task Nor_has_one_failed_to_start_that_dies_at_a_call_of_an_object()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, MaxFailedStarts = 1, OutputReceived = _output.Add }, async _ => await answered.Task));
        for (int i = 0; i < 3; i++)
        {
            Assert.IsNotType<IsolationException>(await Background.Run(() => isolated.Service.Open().Crash()).Outcome());
        }

        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
        answered.SetResult();
        await isolated.WaitForWorkersAsync(1, Patience.Token).Within();
    }

    /// <summary>Many of these processes die before they are warm. One start that failed would already fail the calls that wait for the next.</summary>
    [Fact]
    public async Task Crashes_by_calls_are_no_failed_starts_though_the_processes_were_not_warm()
    {
        Isolated<IMishap> isolated = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Standbys = 0, MaxFailedStarts = 1, OutputReceived = _output.Add },
            static fresh =>
            {
                for (int i = 0; i < 20; i++)
                {
                    fresh.Doze(1);
                }

                return ValueTask.CompletedTask;
            }));
        int begun = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (int number = Interlocked.Increment(ref begun); number <= 100; number = Interlocked.Increment(ref begun))
            {
                Exception? error = await (number switch
                {
                    20 or 70 => Call(isolated.Service.CrashAgain),
                    _ when number % 10 == 5 => Call(isolated.Service.Crash),
                    _ when number % 20 == 8 => Background.Run(isolated.Service.Perish),
                    _ => Call(isolated.Service.ProcessId),
                }).Outcome();
                Assert.True(
                    number is 20 or 70 ? error is PoisonedCallException : error is OutcomeUnknownException || (error is null && number % 10 != 5),
                    $"call {number}, after {isolated.Started} starts: {error}");
            }
        }));
        await Waiting.Until(() => _exits.Items.Count == (2 * 3) + 10 + 5, () => $"{_exits.Items.Count} have ended");
        await isolated.WaitForWorkersAsync(1, Patience.Token).Within();
        Assert.Equal(1 + (2 * 3) + 10 + 5, isolated.Started);
    }

    [Fact]
    public async Task A_service_that_can_not_be_made_says_why()
    {
        Isolated<IMishap> isolated = IsolateStillborn();
        await Assert.ThrowsAsync<IsolationException>(() => isolated.WaitForWorkersAsync(1, Patience.Token).Within());
        IsolationException error = await Assert.ThrowsAsync<IsolationException>(() => Call(isolated.Service.ProcessId));
        Assert.Contains("System.NotSupportedException: This library needs a licence. <- System.IO.FileNotFoundException: There is no licence.txt.", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExitKind.Exited, error.Reason.Kind);
    }

    /// <summary>What makes it a worker the runtime finds by its path or, in a program of one file, by its name.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_whose_parent_talks_nonsense_ends_and_says_so(bool isOneFile)
    {
        string key = IsolatedServices.KeyOf<IMishap, Mishap>();
        ChildProcessOptions options = ChildProcessOptions.ForThisProgram();
        options.ConnectSocket = true;
        options.Environment[WorkOrder.Variable] = new WorkOrder(IsolatedServices.AssemblyOf(key), key, "isolated/nonsense", "nonsense", 1, WaitMode.Adaptive, 256).ToString();
        using TemporaryDirectory empty = TemporaryDirectory.Create();
        options.Environment[StartupHooks.Variable] = isOneFile ? StartupHooks.Find(empty.Path) : StartupHooks.WithOurs();
        Assert.Equal(!isOneFile, File.Exists(options.Environment[StartupHooks.Variable]));
        await using ChildProcess child = ChildProcess.Start(options);
        using Socket socket = new(child.TakeSocket()!);
        await socket.SendAsync(Enumerable.Repeat((byte)0xEE, 1000).ToArray());
        ExitReason reason = await child.Exited.Within();
        await child.OutputEnded.Within();
        Assert.Equal((ExitKind.Exited, 70), (reason.Kind, reason.ExitCode));
        Assert.Contains(child.LastOutput, static line => line.IsError && line.Text.Contains(nameof(ProtocolViolationException), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_confined_process_carries_out_calls_and_can_do_nothing_else()
    {
        Isolated<IMishap> free = Isolate();
        Assert.True(await Background.Run(() => free.Service.CanRead("/etc/passwd")).Within());
        Isolated<IMishap> confined = Watch(_distance.Near.Isolate<IMishap, Mishap>(
            new IsolateOptions { Confinement = Confinement.Strict.Require(ConfinementParts.Files | ConfinementParts.SystemCalls), OutputReceived = _output.Add }));
        Assert.False(await Background.Run(() => confined.Service.CanRead("/etc/passwd")).Within());
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Call(confined.Service.Crash));
        Assert.False(await Background.Run(() => confined.Service.CanRead("/etc/passwd")).Within());
        Assert.All(confined.Workers, worker => Assert.NotEqual(ConfinementParts.None, worker.Confinement.Reached & ConfinementParts.Files));
    }

    [Fact]
    public async Task What_a_process_writes_is_heard()
    {
        Isolated<IMishap> isolated = Isolate();
        await Call(() =>
        {
            isolated.Service.Say("good morning");
            return 0;
        });
        await Waiting.Until(() => _output.Items.Any(line => line.Text == "good morning"));
    }

    /// <summary>Another program of .NET would load what makes a worker of this one, or fail since it is not there.</summary>
    [Fact]
    public async Task What_a_worker_starts_has_nothing_of_what_made_it_one()
    {
        Isolated<IMishap> isolated = Isolate();
        string?[] variables = await Background.Run(() => new[]
        {
            isolated.Service.Variable(StartupHooks.Variable), isolated.Service.Variable(WorkOrder.Variable), isolated.Service.Variable("VIADUCT_SOCKET"), isolated.Service.Variable("VIADUCT_LIFELINE"),
        }).Within();
        Assert.All(variables, Assert.Null);
    }

    [Theory]
    [InlineData("/app/Viaduct.Supervision.dll", null)]
    [InlineData("/app/Viaduct.Supervision.dll:/opt/profiler.dll:other", "/opt/profiler.dll:other")]
    [InlineData("Viaduct.Supervision", null)]
    [InlineData("Viaduct.Supervision:other", "other")]
    [InlineData("/opt/profiler.dll", "/opt/profiler.dll")]
    [InlineData(null, null)]
    public void But_what_its_parent_had_itself_stays(string? hooks, string? left) => Assert.Equal(left, StartupHooks.WithoutOurs(hooks, "/app/"));

    [Fact]
    public async Task How_a_process_ended_and_its_last_words_are_told()
    {
        Isolated<IMishap> isolated = Isolate();
        Assert.Null(isolated.LastExit);
        int process = await Call(isolated.Service.ProcessId);
        await Background.Run(() => isolated.Service.Say("nobody is at home")).Within();
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Call(isolated.Service.Crash));
        await Waiting.Until(() => isolated.LastExit?.LastOutput.Any(line => line.Text == "nobody is at home") == true);
        Assert.Equal(process, isolated.LastExit!.ProcessId);
        Assert.Equal(ExitKind.Signaled, isolated.LastExit.Reason.Kind);
        await Waiting.Until(() => _distance.Events.Items.Any(what => what.Kind == NodeEventKind.WorkerExited));
        NodeEvent told = Assert.Single(_distance.Events.Items, what => what.Kind == NodeEventKind.WorkerExited);
        Assert.StartsWith($"A worker of 'Mishap' has ended: process {process}, killed by SIG", told.Text, StringComparison.Ordinal);
        Assert.Contains("nobody is at home", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_under_way_end_when_the_service_is_disposed()
    {
        Isolated<IMishap> isolated = Isolate();
        Assert.NotEqual(0, await Call(isolated.Service.ProcessId));
        await isolated.DisposeAsync().AsTask().Within();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Call(isolated.Service.ProcessId));
    }

    [Fact]
    public async Task A_process_that_hangs_is_killed_and_its_calls_end_as_by_a_crash()
    {
        Isolated<IMishap> isolated = Guard(HangAction.Kill);
        var hung = new Recorder<int>();
        isolated.WorkerHung += hung.Add;
        int first = await Call(isolated.Service.ProcessId);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Call(isolated.Service.Hang));
        Assert.Equal([first], hung.Items);
        await Waiting.Until(() => _exits.Items.Count == 1);
        Assert.Equal("SIGKILL", _exits.Items[0].SignalName);

        using TemporaryDirectory directory = TemporaryDirectory.Create();
        int next = await Call(() => isolated.Service.HangOnce(Path.Combine(directory.Path, "once")));
        Assert.DoesNotContain(next, hung.Items);
        Assert.Equal(2, hung.Items.Count);
    }

    /// <summary>It would start workers that do the same.</summary>
    [Fact]
    public async Task A_worker_that_did_not_become_one_starts_none()
    {
        ChildProcessOptions options = Peers.Own("isolate");
        options.Environment[WorkOrder.Variable] = new WorkOrder("assembly", "key", "channel", "name", 1, WaitMode.Adaptive, 1).ToString();
        (ExitReason exit, string[] lines) = await Peers.Run(options);
        Assert.Equal((ExitKind.Exited, 0), (exit.Kind, exit.ExitCode));
        Assert.Contains("call WorkerProcess.RunIfWorker() first in Main", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_works_through_many_calls_does_not_count_as_hanging()
    {
        Isolated<IMishap> isolated = Guard(HangAction.Kill);
        int first = await Call(isolated.Service.ProcessId);

        // Two seconds of work lie before every question.
        Task<int>[] calls = [.. Enumerable.Range(0, 40).Select(_ => Background.Run(() => isolated.Service.Doze(50)))];
        Assert.All(await Task.WhenAll(calls).Within(), process => Assert.Equal(first, process));
        Assert.Empty(_exits.Items);
    }

    [Fact]
    public async Task A_watchdog_may_tell_and_leave_the_process_alone()
    {
        Isolated<IMishap> isolated = Guard(HangAction.Report);
        var hung = new Recorder<int>();
        isolated.WorkerHung += hung.Add;
        Assert.NotEqual(0, await Call(() => isolated.Service.Doze(3000)));
        Assert.NotEmpty(hung.Items);
        Assert.Empty(_exits.Items);
    }

    private Isolated<IMishap> Guard(HangAction action) => Watch(_distance.Near.Isolate<IMishap, Mishap>(new IsolateOptions
    {
        OutputReceived = _output.Add,
        Watchdog = new Watchdog { Interval = TimeSpan.FromMilliseconds(50), Timeout = TimeSpan.FromSeconds(1), Action = action },
    }));

    private static async Task ExpectHanging<T>(Isolated<T> isolated)
        where T : class
    {
        IsolationException error = await Assert.ThrowsAsync<IsolationException>(() => isolated.WaitForWorkersAsync(1, Patience.Token).Within());
        Assert.Equal("SIGKILL", error.Reason.SignalName);
        Assert.Contains("it was not ready, its warm-up included, within 2 s (IsolateOptions.StartTimeout)", error.Message, StringComparison.Ordinal);
    }

    private static Task<int> Call(Func<int> call) => Background.Run(call).Within();

    private Isolated<IMishap> Isolate()
    {
        Isolated<IMishap> isolated = _distance.Near.Isolate<IMishap, Mishap>(new IsolateOptions { OutputReceived = _output.Add });
        return Watch(isolated);
    }

    private Isolated<IMishap> IsolateStillborn() =>
        Watch(_distance.Near.Isolate<IMishap, Stillborn>(new IsolateOptions { OutputReceived = _output.Add }));

    private Isolated<IMishap> Watch(Isolated<IMishap> isolated)
    {
        isolated.WorkerExited += (_, reason) => _exits.Add(reason);
        _isolated.Add(isolated);
        return isolated;
    }
}
