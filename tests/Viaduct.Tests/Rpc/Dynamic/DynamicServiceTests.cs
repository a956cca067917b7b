using System.Text.Json;
using Viaduct.Messages;
using Viaduct.Rpc;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Rpc.Dynamic;

/// <summary>Calls with JSON of a service that tells its contract.</summary>
public sealed class DynamicServiceTests : IAsyncLifetime
{
    private const string Scalars =
        """
        {"Flag":true,"Letter":"ä","I8":-128,"I16":-32768,"I32":-2147483648,"I64":-9223372036854775808,"I128":-170141183460469231731687303715884105728,"U8":255,"U16":65535,"U32":4294967295,"U64":18446744073709551615,"U128":340282366920938463463374607431768211455,"F16":1.5,"F32":0.1,"F64":0.1,"Money":79228162514264337593543950335,"Text":"a\"b\\€","Bytes":"AQID","Id":"00112233-4455-6677-8899-aabbccddeeff","Time":"2026-01-31T12:30:00.0000000Z","Stamp":"2026-01-31T12:30:00.0000000+01:00","Span":"1.02:03:04","Date":"2026-01-31","Clock":"12:30:00.0000000","Color":"Blue","Options":"Fast|Safe"}
        """;

    private const string Composed =
        """
        {"Numbers":[1,0,-1],"Texts":["a",null,""],"Maybe":null,"Points":{"here":{"X":1,"Y":2}},"Colors":{"Green":1,"Red":0},"ByNumber":{"-7":"seven"},"ByPoint":[[{"X":0,"Y":0},5]],"Pair":[1,null],"Point":{"X":0,"Y":3},"Tree":{"Name":"root","Children":[{"Name":"leaf","Children":[]}]},"Shape":{"Circle":{"Radius":2}},"Shapes":[{"Square":{"At":{"X":1,"Y":1},"Side":3}},null],"Unit":"piece"}
        """;

    private readonly Distance _distance = new(DistanceKind.SharedMemory);
    private readonly Kinds _kinds = new();
    private ServiceHost _host = null!;
    private DynamicServiceClient _client = null!;

    public ValueTask InitializeAsync()
    {
        _host = _distance.Far.Serve<IKinds>(_kinds);
        _client = _distance.Near.Connect("Kinds");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
        await _distance.DisposeAsync();
    }

    [Fact]
    public async Task A_service_tells_its_contract_to_who_has_none()
    {
        SchemaText contract = await _client.DescribeAsync(Patience.Token).Within();
        Assert.Equal("Kinds", contract.Declarations[0].Name);
        SchemaMethod add = Assert.Single(contract.Declarations[0].Methods, method => method.Name == "Add" || method.Name == "AddAsync");
        Assert.True(add.IsIdempotent);
        Assert.Equal(["a:i32", "b:i32"], add.Parameters.Select(parameter => $"{parameter.Name}:{parameter.Type}"));
        Assert.Equal(ServiceContract.Of<IKinds>().Schema.Split('\n').Length, contract.Declarations.Count);
    }

    [Fact]
    public async Task Every_scalar_comes_back_as_it_went() => await Same("EchoScalars", Scalars);

    [Fact]
    public async Task Every_composed_type_comes_back_as_it_went() => await Same("EchoComposed", Composed);

    [Fact]
    public async Task What_goes_as_json_is_what_a_proxy_would_send()
    {
        using ServiceClient<IKinds> typed = _distance.Near.Connect<IKinds>();
        Scalars sent = JsonSerializer.Deserialize<Scalars>(Scalars.Replace("\"Blue\"", "2", StringComparison.Ordinal).Replace("\"Fast|Safe\"", "3", StringComparison.Ordinal))!;
        Scalars received = await Background.Run(() => typed.Service.EchoScalars(sent)).Within();
        Assert.Equal(sent with { Bytes = [] }, received with { Bytes = [] });
        Assert.Equal("""{"Square":{"At":{"X":0,"Y":0},"Side":0}}""", await Call("EchoShape", """{"shape": {"square": {"at": {"x": 0, "y": 0}, "side": 0}}}"""));
        Assert.Equal("null", await Call("EchoShape", "{}"));
    }

    [Fact]
    public async Task Arguments_go_by_name_or_by_place()
    {
        Assert.Equal("3", await Call(Add, """{"a": 1, "B": 2}"""));
        Assert.Equal("3", await Call(Add, "[1, 2]"));
        Assert.Equal("\"x\"", await Call("EchoText", """["x"]"""));
        Assert.Equal("null", await Call("EchoText", ""));
        Assert.Null(await Call("Rest", ""));
        Assert.Equal("7", await Call("Watch", """{"value": 7}"""));
    }

    [Fact]
    public async Task A_parameter_need_not_be_given_that_has_a_default()
    {
        Assert.Equal("\"x Red piece False 3\"", await Call("Paint", """{"text": "x", "count": 3}"""));
        Assert.Equal("\"x Blue pair True 3\"", await Call("Paint", """{"text": "x", "color": "blue", "unit": "pair", "twice": true, "count": 3}"""));

        // Zero is what isn't sent: a service could not tell 2 from it, which is sent.
        Assert.Equal("\"x Red piece False 2\"", await Call("Paint", """["x"]"""));
        Assert.Equal("\"x Red piece False 0\"", await Call("Paint", """{"text": "x", "count": 0}"""));
        Assert.Equal("\"0.5 l Blue True 3 -5 Infinity 1.50 18446744073709551615 Fast \"", await Call("Dilute", ""));
        Assert.Equal("\"0 m Red False  0 1 0 0  x\"", await Call("Dilute", """[0, "m", "Red", false, null, 0, 1, 0, 0, null, "x"]"""));
    }

    [Theory]
    [InlineData("0", "\"None\"")]
    [InlineData("2", "\"Write\"")]
    [InlineData("\"write | READ\"", "\"Read|Write\"")]
    [InlineData("3", "\"Read|Write\"")]
    [InlineData("15", "\"Read|Write|Own\"")]
    [InlineData("-2147483647", "\"Read|Last\"")]
    [InlineData("5", "5")]
    [InlineData("-1", "-1")]
    public async Task Several_flags_come_back_by_their_names(string given, string expected) =>
        Assert.Equal(expected, await Call("EchoRights", $"[{given}]"));

    [Fact]
    public async Task Numbers_are_as_near_as_their_type_has_them()
    {
        Assert.Equal("\"65500 3.4028235E+38 1.7976931348623157E+308\"", await Call("EchoReals", """[65519, 3.4028235e38, 1.7976931348623157e308]"""));
        Assert.Equal("\"Infinity -Infinity NaN\"", await Call("EchoReals", """["Infinity", "-Infinity", "NaN"]"""));
        Assert.Equal("\"0 0 0\"", await Call("EchoReals", """[1e-400, 1e-400, 1e-400]"""));
    }

    [Fact]
    public async Task Keys_that_differ_are_entries_each() => Assert.Equal(
        "\"2 2 2 2 2\"",
        await Call("CountKeys", """{"texts": {"a": 1, "A": 2}, "colors": {"Red": 1, "7": 2}, "reals": {"0": 1, "0.1": 2}, "money": {"1": 1, "1.01": 2}, "points": [[{"X": 1, "Y": 2}, 1], [{"X": 2, "Y": 1}, 2]]}"""));

    [Fact]
    public async Task What_comes_back_stands_beside_the_result()
    {
        Assert.Equal("""{"result":3,"buffer":"BwcH"}""", await Call("Fill", """{"buffer": "AAAA", "value": 7}"""));
        Assert.Equal("""{"result":4,"text":"a!","rest":2}""", await Call("Split", """{"value": 42, "text": "a"}"""));
    }

    [Fact]
    public async Task Blobs_are_bytes()
    {
        Assert.Equal("\"/wD+\"", await Call("Invert", """["AP8B"]"""));
        string large = Convert.ToBase64String(new byte[1 << 20]);
        Assert.Equal($"\"{large.Replace('A', '/')[..^4]}", (await Call("Invert", $"[\"{large}\"]"))![..(large.Length - 3)]);
    }

    [Fact]
    public async Task One_way_calls_have_no_result()
    {
        Assert.Null(await Call("Tell", """["one"]"""));
        Assert.Equal("""["one"]""", await Call("Told", ""));
    }

    [Fact]
    public async Task Streams_go_both_ways()
    {
        List<string> items = [];
        await foreach (JsonElement item in _client.StreamAsync(Line, Parse("[300]"), cancellationToken: Patience.Token))
        {
            items.Add(item.GetRawText());
        }

        Assert.Equal(300, items.Count);
        Assert.Equal("""{"X":0,"Y":0}""", items[0]);
        Assert.Equal("""{"X":299,"Y":-299}""", items[299]);
        Assert.Equal("6", await Call(Sum, """{"numbers": [1, 2, 3]}"""));
        JsonElement? sum = await _client.CallAsync(Sum, default, Numbers(1000), Patience.Token).Within();
        Assert.Equal(499_500, sum!.Value.GetInt64());
    }

    [Fact]
    public async Task What_a_method_throws_is_told() =>
        Assert.Equal("no such time", (await Assert.ThrowsAsync<RemoteException>(() => Call("Fail", """["no such time"]"""))).RemoteMessage);

    [Theory]
    [InlineData("Add?", "[1, 2]", "no method 'Add?'; it has ")]
    [InlineData("*", """{"a": 1}""", "The parameter 'b' is missing")]
    [InlineData("*", """{"a": 1, "b": "x"}""", "The parameter 'b' is \"x\", and must be a whole number that fits i32")]
    [InlineData("*", """{"a": 1, "b": 4294967296}""", "The parameter 'b' is 4294967296")]
    [InlineData("*", """{"a": 1, "c": 2}""", "has no parameter 'c': they are a, b")]
    [InlineData("*", "[1, 2, 3]", "3 arguments are too many")]
    [InlineData("*", "1", "must be an object or an array")]
    [InlineData("EchoReals", """{"f64": 1e400}""", "The parameter 'f64' is 1e400, and must be a number that fits f64")]
    [InlineData("EchoReals", """{"f32": -1e39}""", "The parameter 'f32' is -1e39, and must be a number that fits f32")]
    [InlineData("EchoReals", """{"f16": 70000}""", "The parameter 'f16' is 70000, and must be a number that fits f16")]
    [InlineData("CountKeys", """{"texts": {"a": 1, "b": 2, "\u0061": 3}}""", "The parameter 'texts' has the key \"a\" twice")]
    [InlineData("CountKeys", """{"colors": {"Green": 1, "green": 2}}""", "The parameter 'colors' has the key \"green\" twice")]
    [InlineData("CountKeys", """{"colors": {"1": 1, "Green": 2}}""", "has the key \"Green\" twice")]
    [InlineData("CountKeys", """{"reals": {"0": 1, "-0.0": 2}}""", "has the key -0.0 twice")]
    [InlineData("CountKeys", """{"money": {"1": 1, "1.00": 2}}""", "has the key 1.00 twice")]
    [InlineData("CountKeys", """{"points": [[{"X": 1, "Y": 2}, 1], [{"y": 2, "x": 1}, 2]]}""", "The parameter 'points' has the key {\"y\": 2, \"x\": 1} twice")]
    [InlineData("EchoShape", """{"shape": {"Triangle": {}}}""", "The parameter 'shape'.Triangle is no case of ")]
    [InlineData("EchoShape", """{"shape": {"Circle": {"Radius": 1, "Colour": 2}}}""", "The parameter 'shape'.Circle.Colour is not known: ")]
    [InlineData("EchoShape", """{"shape": {"Circle": {}}}""", "The parameter 'shape'.Circle.Radius is missing")]
    [InlineData("Watch", """{"value": 1, "listener": {}}""", "The parameter 'listener' is an object")]
    public async Task What_is_wrong_with_arguments_is_named(string method, string arguments, string expected)
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => Call(method == "*" ? Add : method, arguments));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_are_refused_with_the_reason()
    {
        NotSupportedException error = await Assert.ThrowsAsync<NotSupportedException>(() => Call("Open", ""));
        Assert.Contains("returns an object", error.Message, StringComparison.Ordinal);
        Assert.Equal("3", await Call(Add, "[1, 2]"));
    }

    [Fact]
    public async Task A_call_waits_for_the_service()
    {
        await using DynamicServiceClient early = _distance.Near.Connect("Later");
        ValueTask<JsonElement?> call = early.CallAsync("Rest", cancellationToken: Patience.Token);
        await using ServiceHost later = _distance.Far.Serve<IKinds>(_kinds, new ServeOptions { Name = "Later" });
        Assert.Null(await call.Within());
    }

    private static string Add => "add";

    private static string Line => nameof(IKinds.LineAsync);

    private static string Sum => nameof(IKinds.SumAsync);

    private static JsonElement Parse(string text) => text.Length == 0 ? default : JsonElement.Parse(text);

    private static async IAsyncEnumerable<JsonElement> Numbers(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return JsonElement.Parse($"{i}");
        }
    }

    private async Task Same(string method, string value) => Assert.Equal(value.Trim(), await Call(method, $"[{value}]"));

    private async Task<string?> Call(string method, string arguments) => (await _client.CallAsync(method, Parse(arguments), null, Patience.Token).Within())?.GetRawText();
}
