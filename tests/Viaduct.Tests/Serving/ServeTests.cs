using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Viaduct.Rpc;
using Viaduct.Supervision;
using Viaduct.Tests.Cli;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Serving;

/// <summary><c>viaduct serve</c> and the programs that it keeps serving, in real processes.</summary>
public sealed class ServeTests : ProgramTests, IAsyncLifetime
{
    private Node _node = null!;
    private ServiceClient<IServiceControl> _control = null!;
    private ServiceClient<IBench> _bench = null!;

    public ValueTask InitializeAsync()
    {
        _node = Node.Join(new NodeOptions { RuntimeDirectory = Path.Combine(Folder, "run") });
        _control = _node.Connect<IServiceControl>();
        _bench = _node.Connect<IBench>();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _control.DisposeAsync();
        await _node.DisposeAsync();

        // Of two ways to be disposed this one alone is taken.
        Dispose();
    }

    [Fact]
    public async Task The_first_call_starts_a_service_that_is_stopped_when_nobody_calls_it_any_more()
    {
        // Nobody is there yet, not even the supervisor.
        Task<string?> early = Background.Run(() => _bench.Service.Variable("PLACE"));
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>, "environment": {"PLACE": "here", "HOME": null}, "start": "onDemand", "idleStop": "2s", "watchdog": "20ms"}}}""");
        Assert.Equal("here", await early.Within());
        Assert.Null(await Background.Run(() => _bench.Service.Variable("HOME")).Within());
        ServedStatus status = Assert.Single(await _control.Service.StatusAsync().Within());
        Assert.Equal(("bench", ServedState.Running, 0L), (status.Name, status.State, status.Restarts));
        Assert.Equal(["Bench"], status.Offers);
        Assert.InRange(status.Memory, 1_000_000, 1_000_000_000);

        await UntilState("bench", ServedState.Standby);
        Assert.False(IsAlive(status.ProcessId!.Value));

        // The one that wakes it has no answer, and must not be lost for that.
        string notes = Path.Combine(Folder, "notes");
        _bench.Service.Note(notes, "woken");
        int second = await Background.Run(_bench.Service.ProcessId).Within();
        Assert.NotEqual(status.ProcessId, second);
        Assert.Equal(["woken"], await File.ReadAllLinesAsync(notes));
        await EndAsync(serve);
        Assert.False(IsAlive(second));
    }

    [Fact]
    public async Task No_call_is_lost_or_made_twice_or_fails_when_a_service_is_replaced()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>}}}""");
        string file = Path.Combine(Folder, "lines");
        using CancellationTokenSource enough = new();
        int next = 0;
        HashSet<int> processes = [];
        async Task CallAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                string line = Interlocked.Increment(ref next).ToString(CultureInfo.InvariantCulture);
                int process = await _bench.Service.AppendAsync(file, line, 3);
                lock (processes)
                {
                    processes.Add(process);
                }
            }
        }

        Task[] callers = [CallAsync(), CallAsync(), CallAsync(), CallAsync()];
        for (int i = 1; i <= 3; i++)
        {
            int seen = Volatile.Read(ref next);
            await Waiting.Until(() => Volatile.Read(ref next) > seen + 20);
            await _control.Service.RestartAsync("bench").Within();
        }

        int last = Volatile.Read(ref next);
        await Waiting.Until(() => Volatile.Read(ref next) > last + 20);
        await enough.CancelAsync();
        await Task.WhenAll(callers).Within();
        Assert.Equal(Enumerable.Range(1, next), (await File.ReadAllLinesAsync(file)).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Order());
        Assert.Equal(4, processes.Count);
        Assert.Equal(0, Assert.Single(await _control.Service.StatusAsync().Within()).Restarts);
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_service_that_is_killed_or_crashes_or_hangs_is_started_again()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>, "watchdog": {"interval": "100ms", "timeout": "1s"}, "restart": {"backoff": {"initial": 0, "maximum": 0}}}}}""");
        int first = await Background.Run(_bench.Service.ProcessId).Within();
        RunningProgram.SignalTo(first, "KILL");
        int second = first;
        await Waiting.Until(() => (second = _bench.Service.ProcessId()) != first);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Background.Run(_bench.Service.Crash).Within());
        int third = await Background.Run(_bench.Service.ProcessId).Within();
        Assert.NotEqual(second, third);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Background.Run(_bench.Service.Spin).Within());
        Assert.NotEqual(third, await Background.Run(_bench.Service.ProcessId).Within());
        ServedStatus status = Assert.Single(await _control.Service.StatusAsync().Within());
        Assert.Equal(3, status.Restarts);
        Assert.StartsWith("killed by SIGKILL", status.LastExit, StringComparison.Ordinal);
        Assert.Contains("bench: does not answer, and is killed", serve.Error, StringComparison.Ordinal);
        Assert.Contains("killed by SIGSEGV", serve.Error, StringComparison.Ordinal);
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_call_that_kills_whoever_takes_it_fails_alone_and_the_service_goes_on()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>, "restart": {"most": 2, "backoff": {"initial": 0, "maximum": 0}}}}}""");
        Assert.NotEqual(0, await Background.Run(_bench.Service.ProcessId).Within());
        await UntilState("bench", ServedState.Running);
        await Assert.ThrowsAsync<PoisonedCallException>(() => Background.Run(_bench.Service.CrashAgain).Within());
        Assert.NotEqual(0, await Background.Run(_bench.Service.ProcessId).Within());
        await UntilState("bench", ServedState.Running);
        Assert.Equal(3, Assert.Single(await _control.Service.StatusAsync().Within()).Restarts);
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_call_on_the_command_line_that_kills_whoever_takes_it_says_so_by_its_exit_code()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>, "restart": {"backoff": {"initial": 0, "maximum": 0}}}}}""");
        await UntilState("bench", ServedState.Running);
        RunningProgram once = Viaduct("call", "Bench", "Crash");
        Assert.Equal(3, await once.EndAsync());
        Assert.Contains("may or may not have been carried out", once.Error, StringComparison.Ordinal);
        RunningProgram again = Viaduct("call", "Bench", "CrashAgain");
        Assert.Equal(3, await again.EndAsync());
        await EndAsync(serve);
    }

    [Fact]
    public async Task Who_serves_goes_on_where_nobody_hears_what_it_says()
    {
        Describe("""{"services": {"bench": {<peer>, "start": "onDemand"}}}""");
        RunningProgram serve = Shell("exec $VIADUCT serve services.json 2>/dev/full");
        Assert.NotEqual(0, await Background.Run(_bench.Service.ProcessId).Within());
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_service_that_is_never_to_be_restarted_fails_with_its_first_crash_though_it_had_served()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>, "restart": {"most": 0, "backoff": {"initial": 0, "maximum": 0}}}}}""");
        Assert.NotEqual(0, await Background.Run(_bench.Service.ProcessId).Within());
        await UntilState("bench", ServedState.Running);
        await Assert.ThrowsAsync<OutcomeUnknownException>(() => Background.Run(_bench.Service.Crash).Within());
        await UntilState("bench", ServedState.Failed);
        Assert.Equal(0, Assert.Single(await _control.Service.StatusAsync().Within()).Restarts);
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_reload_touches_what_has_changed_and_nothing_else()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>}, "other": {<peer:Other>}, "gone": {<peer:Gone>}}}""");
        await UntilState("gone", ServedState.Running);
        ServedStatus[] before = [.. await _control.Service.StatusAsync().Within()];

        Describe("""{"services": {"other": {<peer:Other>, "environment": {"A": "b"}}, "bench": {<peer>}, "new": {<peer:New>, "dependsOn": ["bench"]}}}""");
        IReadOnlyList<string> done = await _control.Service.ReloadAsync().Within();
        Assert.Equal(
            ["gone: stopped, since it is gone from the description", "other: replaced, since it has changed", "new: added and started"], done);
        ServedStatus[] after = [.. await _control.Service.StatusAsync().Within()];
        Assert.Equal(["other", "bench", "new"], after.Select(service => service.Name));
        Assert.Equal(before[0].ProcessId, after[1].ProcessId);
        Assert.NotEqual(before[1].ProcessId, after[0].ProcessId);
        Assert.False(IsAlive(before[2].ProcessId!.Value));

        Describe("""{"services": {"bench": {"command": 1}}}""");
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => _control.Service.ReloadAsync().Within());
        Assert.Contains("services.json:1: services.bench.command: This is 1", error.RemoteMessage, StringComparison.Ordinal);
        Assert.Equal(before[0].ProcessId, await Background.Run(_bench.Service.ProcessId).Within());

        // The hang-up is the same as the verb, and what is wrong is told.
        serve.Signal("HUP");
        await serve.UntilAsync(program => program.Error.Contains("services.bench.command: This is 1", StringComparison.Ordinal));
        await EndAsync(serve);
    }

    [Fact]
    public async Task Who_calls_a_service_that_can_not_be_started_is_told_why_until_it_can()
    {
        Describe("""{"services": {"bench": {<refuse>, "start": "onDemand", "restart": {"most": 2, "backoff": {"initial": 0, "maximum": 0}}}}}""");
        RunningProgram serve = Viaduct("serve", "services.json");
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => Background.Run(_bench.Service.ProcessId).Within());
        Assert.Contains("The service 'bench' has failed", error.RemoteMessage, StringComparison.Ordinal);
        Assert.Contains("exited with code 3", error.RemoteMessage, StringComparison.Ordinal);
        Assert.Equal(ServedState.Failed, Assert.Single(await _control.Service.StatusAsync().Within()).State);
        Assert.Contains("err This library needs a licence.", await LogAsync("bench"), StringComparison.Ordinal);

        Describe("""{"services": {"bench": {<peer>, "start": "onDemand"}}}""");
        await _control.Service.ReloadAsync().Within();
        Assert.NotEqual(0, await Background.Run(_bench.Service.ProcessId).Within());
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_confined_service_is_found_and_called_and_writes_no_other_file()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>, "confinement": {"preset": "network", "connectPorts": [], "fileSize": "1GB"}}}}""");
        Assert.NotEqual(0, await Background.Run(_bench.Service.ProcessId).Within());

        // Neither elsewhere, nor where other domains' nodes are listed, nor over the wake socket and the directories beside it.
        await using Node stranger = Node.Join(new NodeOptions { RuntimeDirectory = Path.Combine(Folder, "run"), Domain = "other" });
        string life = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "run", "other", "nodes"), "*"), file => !file.EndsWith(".sock", StringComparison.Ordinal));
        string[] fresh =
        [
            .. "lines run/lines run/other/lines run/other/nodes/lines run/default/wake.sock".Split(' ').Select(name => Path.Combine(Folder, name)),
        ];
        foreach (string file in fresh.Append(life))
        {
            RemoteException denied = await Assert.ThrowsAsync<RemoteException>(() => _bench.Service.AppendAsync(file, "x", 0).Within());
            Assert.Equal(typeof(UnauthorizedAccessException).FullName, denied.RemoteType);
        }

        Assert.DoesNotContain(fresh, File.Exists);
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_program_that_offers_something_else_is_told_of_before_it_is_killed()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<other>, "startTimeout": "300ms", "restart": "temporary"}}}""");
        await serve.UntilAsync(program => program.Error.Contains("bench: does not offer 'Bank' after 0.3 s, and is killed: 'offers' must name what it serves", StringComparison.Ordinal));
        RunningProgram call = Viaduct("call", "Bank", "Any");
        Assert.Equal(1, await call.EndAsync());

        // Perhaps behind a word that nobody serves yet, where it takes long to find who serves.
        Assert.Contains("viaduct: The service 'bench' has failed: killed by SIGKILL (9)", call.Error, StringComparison.Ordinal);
        await EndAsync(serve);
    }

    [Fact]
    public async Task A_new_process_that_does_not_serve_leaves_the_old_one_where_it_is()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>}}}""");
        int first = await Background.Run(_bench.Service.ProcessId).Within();
        Describe("""{"services": {"bench": {<refuse>, "restart": {"most": 1, "backoff": {"initial": 0, "maximum": 0}}}}}""");
        string told = Assert.Single(await _control.Service.ReloadAsync().Within());
        Assert.Contains("does not serve", told, StringComparison.Ordinal);
        Assert.Contains("The old process goes on.", told, StringComparison.Ordinal);
        Assert.Equal(first, await Background.Run(_bench.Service.ProcessId).Within());
        await EndAsync(serve);
    }

    [Fact]
    public async Task Services_start_after_those_they_depend_on_and_stop_before_them()
    {
        RunningProgram serve = Serve("""{"services": {"c": {<peer:C>, "dependsOn": ["b"]}, "b": {<peer:B>, "dependsOn": ["a"]}, "a": {<peer:A>, "start": "onDemand"}}}""");
        await serve.UntilAsync(program => program.Error.Contains("serving 3 services", StringComparison.Ordinal));
        await EndAsync(serve);
        string[] words = [.. serve.Error.Split('\n').Where(line => line.Contains("serves as", StringComparison.Ordinal) || line.Contains("exited", StringComparison.Ordinal)).Select(line => line[9..14])];
        Assert.Equal(["b: se", "c: se", "c: ex", "b: ex"], words);
    }

    [Fact]
    public async Task A_service_that_is_slow_to_start_keeps_no_other_waiting_but_those_that_depend_on_it()
    {
        RunningProgram serve = Serve("""{"services": {"slow": {<slow>}, "bench": {<peer>}, "behind": {<peer:Behind>, "dependsOn": ["slow"]}}}""");
        await UntilState("bench", ServedState.Running);
        Assert.Equal(
            [("slow", ServedState.Starting), ("bench", ServedState.Running), ("behind", ServedState.Stopped)],
            (await _control.Service.StatusAsync().Within()).Select(service => (service.Name, service.State)));
        await File.WriteAllTextAsync(Path.Combine(Folder, "go"), "");
        await serve.UntilAsync(program => program.Error.Contains("serving 3 services", StringComparison.Ordinal));
        await UntilState("behind", ServedState.Running);
        await EndAsync(serve);
    }

    [Fact]
    public async Task What_is_told_while_services_start_is_done_when_they_have_started()
    {
        RunningProgram serve = Serve("""{"services": {"slow": {<slow>}, "behind": {<peer:Behind>, "dependsOn": ["slow"]}, "bench": {<peer>}}}""");
        await UntilState("slow", ServedState.Starting);
        Describe("""{"services": {"slow": {<slow>}, "new": {<peer:New>}}}""");
        serve.Signal("HUP");
        await serve.UntilAsync(program => program.Error.Contains("the description is read again when the services have started", StringComparison.Ordinal));
        Task<IReadOnlyList<string>> reload = _control.Service.ReloadAsync();
        await reload.StaysPending();
        await File.WriteAllTextAsync(Path.Combine(Folder, "go"), "");
        await serve.UntilAsync(program => program.Error.Contains("serving 3 services", StringComparison.Ordinal));
        await UntilState("new", ServedState.Running);
        Assert.Equal(["slow", "new"], (await _control.Service.StatusAsync().Within()).Select(service => service.Name));
        await reload.Within();
        Describe("""{"services": {"new": {<peer:New>}}}""");
        serve.Signal("HUP");
        await serve.UntilAsync(program => program.Error.Contains("slow: stopped, since it is gone from the description", StringComparison.Ordinal));
        await EndAsync(serve);
    }

    [Fact]
    public async Task Who_is_told_to_end_while_services_start_ends()
    {
        RunningProgram serve = Serve("""{"services": {"slow": {<slow>}, "behind": {<peer:Behind>, "dependsOn": ["slow"]}}}""");
        await UntilState("slow", ServedState.Starting);
        serve.Signal("HUP");
        Task reload = _control.Service.ReloadAsync();
        await EndAsync(serve);
        Assert.DoesNotContain("behind", serve.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("serving", serve.Error, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<ViaductException>(() => reload.Within());
    }

    [Fact]
    public async Task What_is_stopped_stays_so_until_it_is_started_and_calls_wait()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>, "overlap": false}}}""");
        int first = await Background.Run(_bench.Service.ProcessId).Within();
        await _control.Service.StopAsync("bench").Within();
        Assert.False(IsAlive(first));
        Task<int> call = Background.Run(_bench.Service.ProcessId);
        await call.StaysPending();
        await _control.Service.StartAsync("bench").Within();
        int second = await call.Within();
        await _control.Service.RestartAsync("bench").Within();
        Assert.NotEqual(second, await Background.Run(_bench.Service.ProcessId).Within());
        RemoteException error = await Assert.ThrowsAsync<RemoteException>(() => _control.Service.StopAsync("bank").Within());
        Assert.Contains("There is no service 'bank'", error.RemoteMessage, StringComparison.Ordinal);
        await EndAsync(serve);
    }

    [Fact]
    public async Task Logs_are_bounded_and_can_be_followed()
    {
        RunningProgram serve = Serve("""{"logs": {"maxSize": "2KiB", "keep": 2}, "services": {"bench": {<peer>}}}""");

        // Calls may be answered before it is told that there is somebody who serves: that would be a line among those of the service.
        await serve.UntilAsync(program => program.Error.Contains("bench: serves as", StringComparison.Ordinal));
        await Background.Run(() => Enumerable.Range(0, 200).ToList().ForEach(number => _bench.Service.Say($"line {number}"))).Within();
        await Waiting.Until(() => ReadNewest().Contains("line 199", StringComparison.Ordinal));
        Assert.Equal(["bench.log", "bench.log.1", "bench.log.2"], Directory.GetFiles(Path.Combine(Folder, "logs")).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(Path.Combine(Folder, "logs")), file => Assert.InRange(new FileInfo(file).Length, 1, 2048));

        RunningProgram logs = Viaduct("services", "logs", "bench", "--lines", "60", "--follow");
        await logs.UntilAsync(program => program.OutputText.Contains("out line 199", StringComparison.Ordinal));
        Assert.Contains("out line 140\n", logs.OutputText, StringComparison.Ordinal);
        Assert.DoesNotContain("line 139", logs.OutputText, StringComparison.Ordinal);
        await Background.Run(() => _bench.Service.Say("one more")).Within();
        await logs.UntilAsync(program => program.OutputText.EndsWith("out one more\n", StringComparison.Ordinal));
        logs.Signal("INT");
        Assert.Equal(130, await logs.EndAsync());
        await EndAsync(serve);

        string ReadNewest()
        {
            try
            {
                return File.ReadAllText(Path.Combine(Folder, "logs", "bench.log"));
            }
            catch (FileNotFoundException)
            {
                // It was moved just now, and the next one is not there yet.
                return "";
            }
        }
    }

    [Fact]
    public async Task Services_do_not_outlive_who_serves_them_and_the_next_one_goes_on_with_their_callers()
    {
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>}}}""");
        int first = await Background.Run(_bench.Service.ProcessId).Within();
        RunningProgram second = Viaduct("serve", "services.json");
        Assert.Equal(1, await second.EndAsync());
        Assert.Contains($"In the domain 'default' node 'serve-{serve.Id}' (process {serve.Id}) serves already", second.Error, StringComparison.Ordinal);
        serve.Kill();
        await serve.EndAsync();
        await Waiting.Until(() => !IsAlive(first));
        Task<int> waiting = Background.Run(_bench.Service.ProcessId);
        RunningProgram third = Viaduct("serve", "services.json");
        Assert.NotEqual(first, await waiting.Within());
        await EndAsync(third);
    }

    [Fact]
    public async Task Of_two_that_are_started_at_the_same_moment_one_serves()
    {
        Describe("""{"services": {"bench": {<peer>}}}""");
        for (int i = 0; i < 3; i++)
        {
            RunningProgram[] both = [Viaduct("serve", "services.json"), Viaduct("serve", "services.json")];
            await Waiting.Until(() => both.Any(serve => serve.Error.Contains("serving 1 service", StringComparison.Ordinal)) && both.Any(serve => serve.HasExited));
            RunningProgram refused = Assert.Single(both, serve => serve.HasExited);
            Assert.Equal(1, await refused.EndAsync());
            Assert.Contains("serves already", refused.Error, StringComparison.Ordinal);
            await EndAsync(both.Single(serve => serve != refused));
        }
    }

    [Fact]
    public async Task Who_has_the_domain_is_alone_in_it_before_anybody_can_call_it()
    {
        Describe("""{"services": {"bench": {<peer>}}}""");
        _node.ClaimRole(IServiceControl.ServiceName, "supervisor");
        RunningProgram serve = Viaduct("serve", "services.json");
        Assert.Equal(1, await serve.EndAsync());
        Assert.Contains("serves already", serve.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verbs_tell_where_services_stand_and_what_is_wrong()
    {
        RunningProgram none = Viaduct("services");
        Assert.Equal(1, await none.EndAsync());
        Assert.Contains("nobody serves in the domain 'default'", none.Error, StringComparison.Ordinal);
        Describe("{\n\"services\": {\"bench\": {\"comand\": \"x\"}}}");
        RunningProgram check = Viaduct("serve", "services.json", "--check");
        Assert.Equal(1, await check.EndAsync());
        Assert.Contains("services.json:2: services.bench.comand: There is no such property; 'command' is meant, perhaps.", check.Error, StringComparison.Ordinal);
        Describe("""{"services": {"bench": {"command": "./bench --fast"}}}""");
        RunningProgram missing = Viaduct("serve", "services.json", "--check");
        Assert.Equal(1, await missing.EndAsync());
        Assert.Contains("services.bench.command: ", missing.Error, StringComparison.Ordinal);
        Assert.Contains("they go into 'args'", missing.Error, StringComparison.Ordinal);
        RunningProgram verb = Viaduct("services", "restrat", "bench");
        Assert.Equal(2, await verb.EndAsync());
        Assert.StartsWith("viaduct: there is no 'services restrat'; there are logs, reload, restart, start, stop.", verb.Error, StringComparison.Ordinal);
        RunningProgram serve = Serve("""{"services": {"bench": {<peer>}}}""");
        RunningProgram right = Viaduct("serve", "services.json", "--check");
        await right.SucceedAsync();
        Assert.Equal("services.json: 1 service, nothing wrong\n", right.OutputText);
        int process = await Background.Run(_bench.Service.ProcessId).Within();
        RunningProgram table = Viaduct("services");
        RunningProgram json = Viaduct("services", "--json");
        await table.SucceedAsync();
        Assert.Matches($@"bench +running +{process} +0 +\d+ s +[\d.]+ MB +Bench +-", table.OutputText);
        await json.SucceedAsync();
        JsonElement one = Assert.Single(JsonElement.Parse(json.OutputText).EnumerateArray());
        Assert.Equal(("running", process, 0L), (one.GetProperty("state").GetString(), one.GetProperty("process_id").GetInt32(), one.GetProperty("restarts").GetInt64()));
        RunningProgram restart = Viaduct("services", "restart", "bench");
        await restart.SucceedAsync();
        Assert.NotEqual(process, await Background.Run(_bench.Service.ProcessId).Within());
        RunningProgram wrong = Viaduct("services", "stop", "bank");
        Assert.Equal(1, await wrong.EndAsync());
        Assert.StartsWith("viaduct: There is no service 'bank' in ", wrong.Error, StringComparison.Ordinal);
        RunningProgram called = Viaduct("call", IServiceControl.ServiceName, "Stop", "[\"bank\"]");
        Assert.Equal(1, await called.EndAsync());
        Assert.StartsWith("viaduct: There is no service 'bank' in ", called.Error, StringComparison.Ordinal);
        await EndAsync(serve);
    }

    private static bool IsAlive(int process) => File.Exists($"/proc/{process}/status");

    /// <summary>Writes the description; <c>&lt;peer&gt;</c> starts the program that serves, <c>&lt;other&gt;</c> one that does not serve what it is to offer, <c>&lt;refuse&gt;</c> one that does not serve, and <c>&lt;slow&gt;</c> one that serves when there is a file <c>go</c>.</summary>
    private void Describe(string text)
    {
        string peer = BuiltProgram.PathOf("Viaduct.ChildPeer");
        string full = System.Text.RegularExpressions.Regex.Replace(
            text.Replace("<slow>", $"\"command\": \"bash\", \"args\": [\"-c\", \"until [ -e go ]; do sleep 0.02; done; exec {peer} bench Slow\"], \"offers\": [\"Slow\"], \"startTimeout\": \"1h\"", StringComparison.Ordinal)
                .Replace("<other>", $"\"command\": \"{peer}\", \"args\": [\"bench\", \"Bench\"], \"offers\": [\"Bank\"]", StringComparison.Ordinal)
                .Replace("<refuse>", $"\"command\": \"{peer}\", \"args\": [\"refuse\"], \"offers\": [\"Bench\"]", StringComparison.Ordinal),
            "<peer(:(?<name>\\w+))?>",
            match =>
            {
                string name = match.Groups["name"] is { Success: true, Value: var given } ? given : "Bench";
                return $"\"command\": \"{peer}\", \"args\": [\"bench\", \"{name}\"], \"offers\": [\"{name}\"]";
            });
        File.WriteAllText(Path.Combine(Folder, "services.json"), full);
    }

    private RunningProgram Serve(string text)
    {
        Describe(text);
        return Viaduct("serve", "services.json");
    }

    private static async Task EndAsync(RunningProgram serve)
    {
        serve.Signal("TERM");
        await serve.SucceedAsync();
    }

    private async Task UntilState(string name, ServedState state)
    {
        long start = Stopwatch.GetTimestamp();
        while ((await _control.Service.StatusAsync().Within()).FirstOrDefault(service => service.Name == name)?.State != state)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience.Limit, $"'{name}' is not {state}.");
            await Task.Delay(10);
        }
    }

    private async Task<string> LogAsync(string name)
    {
        List<string> lines = [];
        await foreach (string line in _control.Service.LogAsync(name, 100, follow: false, Patience.Token))
        {
            lines.Add(line);
        }

        return string.Join('\n', lines);
    }
}
