using System.Text.Json;
using Viaduct.Rpc;
using Viaduct.Tests.Rpc.Dynamic;

namespace Viaduct.Tests.Cli;

/// <summary><c>viaduct describe</c> and <c>viaduct call</c>, of a service in this process.</summary>
public sealed class CallTests : ProgramTests, IAsyncLifetime
{
    private Node _node = null!;
    private ServiceHost _host = null!;

    public ValueTask InitializeAsync()
    {
        _node = Node.Join(new NodeOptions { RuntimeDirectory = Path.Combine(Folder, "run") });

        // Not the usual capacity: the command finds that out.
        _host = _node.Serve<IKinds>(new Kinds(), new ServeOptions { Capacity = 32 });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _node.DisposeAsync();

        // Of two ways to be disposed this one alone is taken.
        Dispose();
    }

    [Fact]
    public async Task A_contract_is_described_as_text_and_as_json()
    {
        RunningProgram text = Viaduct("describe", "Kinds");
        RunningProgram json = Viaduct("describe", "Kinds", "--json");
        await text.SucceedAsync();
        string[] lines = text.OutputText.Split('\n');
        Assert.Equal("service Kinds", lines[0]);
        Assert.Contains("  AddAsync(a: i32, b: i32) -> i32 idempotent", lines);
        Assert.Contains("  Fill(buffer: bytes ref, value: u8) -> i32", lines);
        Assert.Contains("  Tell(text: string) oneway", lines);
        Assert.Contains("struct Viaduct.Tests.Rpc.Dynamic.Point", lines);
        Assert.Contains("  Blue = 2", lines);
        await json.SucceedAsync();
        JsonElement contract = JsonElement.Parse(json.OutputText);
        Assert.Equal("Kinds", contract.GetProperty("service").GetString());
        JsonElement add = contract.GetProperty("methods").EnumerateArray().Single(method => method.GetProperty("name").GetString() == "AddAsync");
        Assert.True(add.GetProperty("idempotent").GetBoolean());
        Assert.Equal("i32", add.GetProperty("parameters")[1].GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_service_that_nobody_keeps_running_is_listed_too()
    {
        RunningProgram table = Viaduct("services");
        RunningProgram json = Viaduct("services", "--json");
        RunningProgram logs = Viaduct("services", "logs", "Kinds");
        await table.SucceedAsync();
        Assert.Matches($"Kinds +by itself +{Environment.ProcessId} +0 +- +- +Kinds +-\n", table.OutputText);
        await json.SucceedAsync();
        JsonElement one = Assert.Single(JsonElement.Parse(json.OutputText).EnumerateArray());
        Assert.Equal(("Kinds", "by itself", Environment.ProcessId), (one.GetProperty("name").GetString(), one.GetProperty("state").GetString(), one.GetProperty("process_id").GetInt32()));
        Assert.Equal(1, await logs.EndAsync());
        Assert.Contains("'viaduct serve' does not run in the domain 'default'", logs.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_print_their_results_as_json()
    {
        Assert.Equal("3\n", await CallAsync("Add", """{"a": 1, "b": 2}"""));
        Assert.Equal("{\"result\":3,\"buffer\":\"BwcH\"}\n", await CallAsync("Fill", """["AAAA", 7]"""));
        Assert.Equal("", await CallAsync("Rest"));
        Assert.Equal("\"grün\"\n", await CallAsync("EchoText", """["grün"]"""));
    }

    [Fact]
    public async Task Streams_are_json_lines()
    {
        RunningProgram line = Shell("$VIADUCT call Kinds Line '[100000]' | head -2");
        RunningProgram sum = Shell("seq 1000 | $VIADUCT call Kinds Sum");
        RunningProgram given = Shell("echo '[[1, 2, 3]]' | $VIADUCT call Kinds Sum -");
        RunningProgram wrong = Shell("printf '1\\nx\\n' | $VIADUCT call Kinds Sum");
        await line.SucceedAsync();
        Assert.Equal("{\"X\":0,\"Y\":0}\n{\"X\":1,\"Y\":-1}\n", line.OutputText);
        await sum.SucceedAsync();
        Assert.Equal("500500\n", sum.OutputText);
        await given.SucceedAsync();
        Assert.Equal("6\n", given.OutputText);
        Assert.Equal(1, await wrong.EndAsync());
        Assert.Contains("line 2 of the input is no JSON", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "The parameter 'b' is missing.", "call", "Kinds", "Add", "[1]")]
    [InlineData(2, "has no method 'Subtract'; it has ", "call", "Kinds", "Subtract")]
    [InlineData(2, "in single quotes for the shell", "call", "Kinds", "Add", "{")]
    [InlineData(1, "Fail threw System.InvalidTimeZoneException: no such time", "call", "Kinds", "Fail", "[\"no such time\"]")]
    [InlineData(1, "Fail threw Viaduct.Supervision.SupervisionException: no supervisor", "call", "Kinds", "Fail", "[\"no supervisor\"]")]
    [InlineData(1, "returns an object", "call", "Kinds", "Open")]
    [InlineData(1, "nobody serves 'Nobody', at least not within 0.2 s.", "call", "Nobody", "Add", "--timeout", "0.2")]
    [InlineData(1, "nobody serves 'Nobody', at least not within 0.2 s.", "describe", "Nobody", "--timeout", "0.2")]
    [InlineData(1, "nobody serves 'kinds' yet; waiting. Served on this machine: Kinds.", "call", "kinds", "Add", "--timeout", "1.5")]
    public async Task What_goes_wrong_is_told_with_an_exit_code(int exitCode, string expected, params string[] arguments)
    {
        RunningProgram program = Viaduct(arguments);
        Assert.Equal(exitCode, await program.EndAsync());
        Assert.Contains(expected, program.Error, StringComparison.Ordinal);
        Assert.StartsWith("viaduct: ", program.Error, StringComparison.Ordinal);
        Assert.Empty(program.OutputText);
    }

    private async Task<string> CallAsync(params string[] arguments)
    {
        RunningProgram call = Viaduct(["call", "Kinds", .. arguments]);
        await call.SucceedAsync();
        return call.OutputText;
    }
}
