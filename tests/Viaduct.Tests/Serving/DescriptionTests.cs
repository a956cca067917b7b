using System.Text.Json;
using Viaduct.Supervision;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Serving;

/// <summary>What description files say, and what is said of those that are wrong.</summary>
public sealed class DescriptionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = TemporaryDirectory.Create();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_command_is_enough()
    {
        ServedSpec clock = Assert.Single(Load("""{"services": {"clock": {"command": "clock"}}}""").Services);
        Assert.Equal(("clock", "clock"), (clock.Name, clock.Command));
        Assert.Equal(_directory.Path, clock.WorkingDirectory);
        Assert.Equal(new ServedLog(Path.Combine(_directory.Path, "logs", "clock.log"), 10_000_000, 5), clock.Log);
        Assert.Equal((RestartKind.Permanent, 5, TimeSpan.FromMinutes(1)), (clock.Restart, clock.MostRestarts, clock.Within));
        Assert.False(clock.OnDemand);
        Assert.Null(clock.IdleStop);
        Assert.Null(clock.Watchdog);
        Assert.Same(Confinement.None, clock.Confinement);
    }

    [Fact]
    public void Everything_can_be_said()
    {
        ServingDescription description = Load(
            """
            {
              "$schema": "services.schema.json",
              "domain": "lab", "runtimeDirectory": "run",                       // comments are no harm
              "logs": { "directory": "l", "maxSize": "1MB", "keep": 2 },
              "services": {
                "clock": {
                  "command": "./bin/clock", "args": ["--utc", ""], "environment": { "TZ": "UTC", "DEBUG": null }, "workingDirectory": "data",
                  "offers": ["Acme.IClock", { "service": "Acme.IAlarm", "capacity": 64 }],
                  "start": "onDemand", "idleStop": "5m", "startTimeout": 12.5, "stopGrace": "200ms", "overlap": false,
                  "restart": { "when": "transient", "most": "any", "within": "2h", "backoff": { "initial": "1s", "maximum": "1d" } },
                  "watchdog": { "interval": "1s", "timeout": "2s" },
                  "confinement": {
                    "preset": "network", "read": ["data"], "write": ["/tmp"], "connectPorts": [443, 5432], "bindPorts": [], "memory": "512MiB", "processorTime": "1h",
                    "openFiles": 100, "fileSize": "1GB", "processes": 500, "require": true
                  },
                  "log": { "file": "clock.txt", "maxSize": 4096, "keep": 0 },
                  "dependsOn": ["store"],
                },
                "store": { "command": "store", "restart": "temporary", "watchdog": "3s", "offers": ["Store"], "confinement": "network" }
              }
            }
            """);
        Assert.Equal(("lab", Path.Combine(_directory.Path, "run")), (description.Domain, description.RuntimeDirectory));
        Assert.Equal(["store", "clock"], description.Services.Select(service => service.Name));
        ServedSpec clock = description.Services[1];
        Assert.Equal((Path.Combine(_directory.Path, "bin/clock"), Path.Combine(_directory.Path, "data")), (clock.Command, clock.WorkingDirectory));
        Assert.Equal(["--utc", ""], clock.Arguments);
        Assert.Equal(new Dictionary<string, string?> { ["TZ"] = "UTC", ["DEBUG"] = null }, clock.Environment);
        Assert.Equal([new ServedOffer("Acme.IClock", 256), new ServedOffer("Acme.IAlarm", 64)], clock.Offers);
        Assert.True(clock.OnDemand);
        Assert.False(clock.Overlap);
        Assert.Equal((300, 12.5, 0.2), (clock.IdleStop!.Value.TotalSeconds, clock.StartTimeout.TotalSeconds, clock.StopGrace.TotalSeconds));
        Assert.Equal((RestartKind.Transient, null, 7200), (clock.Restart, clock.MostRestarts, clock.Within.TotalSeconds));
        Assert.Equal((1, 86400), (clock.Backoff.Initial.TotalSeconds, clock.Backoff.Maximum.TotalSeconds));
        Assert.Equal((1, 2), (clock.Watchdog!.Interval.TotalSeconds, clock.Watchdog.Timeout.TotalSeconds));
        Assert.Equal((512L << 20, 100, ConfinementParts.All), (clock.Confinement.Memory!.Value, clock.Confinement.OpenFiles!.Value, clock.Confinement.Required));
        Assert.Equal((1_000_000_000, 500), (clock.Confinement.FileSize!.Value, clock.Confinement.Processes!.Value));
        Assert.Equal([443, 5432], clock.Confinement.ConnectPorts!);
        Assert.Empty(clock.Confinement.BindPorts!);
        Assert.Equal((Confinement.Network.DeniedCalls, true), (clock.Confinement.DeniedCalls, clock.Confinement.LimitFiles));
        Assert.Equal(Path.Combine(_directory.Path, "data"), clock.Confinement.Readable[^1]);
        Assert.Equal(["/tmp"], clock.Confinement.Writable);
        Assert.Equal(new ServedLog(Path.Combine(_directory.Path, "clock.txt"), 4096, 0), clock.Log);
        Assert.Equal((RestartKind.Temporary, 3), (description.Services[0].Restart, description.Services[0].Watchdog!.Interval.TotalSeconds));
        Assert.Equal(new ServedLog(Path.Combine(_directory.Path, "l", "store.log"), 1_000_000, 2), description.Services[0].Log);
    }

    [Fact]
    public void A_confinement_can_be_built_up_and_changed_part_by_part()
    {
        Confinement built = Confined(
            """{"noNewPrivileges": true, "dropCapabilities": true, "deniedCalls": ["processes", "kernel"], "limitFiles": true, "ownNetwork": true, "ownIpc": true, "require": ["files", "ipcNamespace"]}""");
        Assert.Equal(
            new Confinement
            {
                NoNewPrivileges = true,
                DropCapabilities = true,
                DeniedCalls = DeniedCalls.Processes | DeniedCalls.Kernel,
                LimitFiles = true,
                OwnNetwork = true,
                OwnIpc = true,
                Required = ConfinementParts.Files | ConfinementParts.IpcNamespace,
                Readable = built.Readable,
                Writable = built.Writable,
            },
            built);
        Confinement changed = Confined("""{"preset": "strict", "ownNetwork": false, "deniedCalls": []}""");
        Assert.Equal((false, true, DeniedCalls.None, true), (changed.OwnNetwork, changed.OwnIpc, changed.DeniedCalls, changed.LimitFiles));

        Confinement Confined(string text) => Assert.Single(Load($$"""{"services": {"a": {"command": "x", "confinement": {{text}} } } }""").Services).Confinement;
    }

    [Theory]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"connectPorts": [80, 65536]}}}}""", ":1: services.a.confinement.connectPorts[1]: This is 65536, and must be a whole number from 0 to 65535.")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"bindPorts": 80}}}}""", ":1: services.a.confinement.bindPorts: This is 80, and must be an array of whole numbers from 0 to 65535.")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"processes": 0}}}}""", ":1: services.a.confinement.processes: This is 0, and must be a whole number from 1")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"require": ["all"]}}}}""", ":1: services.a.confinement.require[0]: This is \"all\", and must be one of \"noNewPrivileges\", ")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"require": "files"}}}}""", ":1: services.a.confinement.require: This is \"files\", and must be an array of \"noNewPrivileges\", ")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"require": true}}}}""", ":1: services.a.confinement.require: Nothing is asked for that could be had: give \"preset\"")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"preset": "network", "require": ["files", "networkNamespace"]}}}}""", ":1: services.a.confinement.require[1]: This part is not asked for: give \"ownNetwork\": true.")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"preset": "strict", "require": ["limits"]}}}}""", ":1: services.a.confinement.require[0]: This part is not asked for: give \"memory\", ")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"preset": "strict", "deniedCalls": ["kernel"], "require": ["processes"]}}}}""", ":1: services.a.confinement.require[0]: This part is not asked for: give \"deniedCalls\" with \"processes\".")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": {"memory": "1GB", "read": ["/data"]}}}}""", ":1: services.a.confinement.read: All files may be reached, so that this has no effect")]
    [InlineData("""{"services": {"a": {"command": "x", "offers": ["A"], "confinement": "strict"}}}""", ":1: services.a.confinement: Without sockets nobody could call what it offers")]
    [InlineData("""{"services": {"a": {"comand": "x", "command": "x"}}}""", ":1: services.a.comand: There is no such property; 'command' is meant, perhaps.")]
    [InlineData("""{"services": {"a": {"command": "x", "colour": 1}}}""", ":1: services.a.colour: There is no such property; there are command, args,")]
    [InlineData("{\n\"services\": {\n\"a\": {}}}", ":3: services.a.command: The program must be given.")]
    [InlineData("{\n\"services\": {\n\"a\": {\"command\":\n 7}}}", ":4: services.a.command: This is 7, and must be a text that is not empty.")]
    [InlineData("""{"services": {"a": {"command": "x", "args": "y"}}}""", ":1: services.a.args: This is \"y\", and must be an array of texts.")]
    [InlineData("""{"services": {"a": {"command": "x", "args": ["y", 1]}}}""", ":1: services.a.args[1]: This is 1, and must be a text.")]
    [InlineData("""{"services": {"a": {"command": "x", "start": "later"}}}""", ":1: services.a.start: This is \"later\", and must be one of \"atOnce\", \"onDemand\".")]
    [InlineData("""{"services": {"a": {"command": "x", "stopGrace": "5 minutes"}}}""", ":1: services.a.stopGrace: This is \"5 minutes\", and must be a duration from 0s to 3600s")]
    [InlineData("""{"services": {"a": {"command": "x", "stopGrace": -1}}}""", ":1: services.a.stopGrace: This is -1, and must be a duration")]
    [InlineData("""{"services": {"a": {"command": "x", "log": {"maxSize": "10 elephants"}}}}""", ":1: services.a.log.maxSize: This is \"10 elephants\", and must be a size")]
    [InlineData("""{"services": {"a": {"command": "x"}, "a": {"command": "y"}}}""", ":1: services.a: This name is given twice.")]
    [InlineData("""{"services": {"a": {"command": "x", "command": "y"}}}""", ":1: services.a.command: This name is given twice.")]
    [InlineData("""{"services": {"a b": {"command": "x"}}}""", ":1: services.a b: A service's name has letters")]
    [InlineData("""{"services": {}}""", ":1: services: There must be an object with a property for each service.")]
    [InlineData("{}", ":1: services: There must be an object with a property for each service.")]
    [InlineData("[]", ":1: This is [], and must be an object.")]
    [InlineData("{\n\"services\": }", ":2: This is no JSON: ")]
    [InlineData("""{"services": {"a": {"command": "x"}}} 7""", ":1: This is no JSON: ")]
    [InlineData("""{"services": {"a": {"command": "x", "start": "onDemand"}}}""", ":1: services.a.start: What starts on demand must offer something")]
    [InlineData("""{"services": {"a": {"command": "x", "offers": ["A"], "idleStop": "1s"}}}""", ":1: services.a.idleStop: What stops when it is idle must start on demand")]
    [InlineData("""{"services": {"a": {"command": "x", "watchdog": "1s"}}}""", ":1: services.a.watchdog: Only what offers something can be asked")]
    [InlineData("""{"services": {"a": {"command": "x", "offers": ["A", "A"]}}}""", ":1: services.a.offers[1]: 'A' is offered twice.")]
    [InlineData("""{"services": {"a": {"command": "x", "offers": [{"capacity": 1}]}}}""", ":1: services.a.offers[0]: The service's name must be given.")]
    [InlineData("""{"services": {"a": {"command": "x", "offers": [{"service": "A", "capacity": 0}]}}}""", ":1: services.a.offers[0].capacity: This is 0, and must be a whole number from 1 to 65536.")]
    [InlineData("""{"services": {"a": {"command": "x", "dependsOn": ["b"]}}}""", ":1: services.a: It depends on 'b', which is not there; there are a.")]
    [InlineData("""{"services": {"a": {"command": "x", "dependsOn": ["b"]}, "b": {"command": "y", "dependsOn": ["c"]}, "c": {"command": "z", "dependsOn": ["b"]}}}""", ":1: services.b: It depends on itself: b -> c -> b.")]
    [InlineData("""{"services": {"a": {"command": "x", "restart": {"backoff": {"initial": "2s", "maximum": "1s"}}}}}""", ":1: services.a.restart.backoff.maximum: The longest wait must not be shorter")]
    [InlineData("""{"services": {"a": {"command": "x", "confinement": "loose"}}}""", ":1: services.a.confinement: This is \"loose\", and must be one of \"none\", \"network\", \"strict\".")]
    [InlineData("""{"services": {"a": {"command": "x", "offers": ["A"], "environment": {"VIADUCT_RUNTIME_DIR": "/run/a"}}}}""", ":1: services.a.environment: What it offers is looked for in the file's runtime directory")]
    [InlineData("""{"services": {"a": {"command": "x", "environment": {"A": 1}}}}""", ":1: services.a.environment.A: This is 1, and must be a text, or null")]
    [InlineData("""{"services": {"a": {"command": "x", "offers": ["A"]}, "b": {"command": "x", "offers": ["A"], "start": "onDemand"}}}""", ":1: services.b: It starts on demand, and 'a' offers a service of the same name")]
    [InlineData("""{"services": {"a": {"command": "x", "log": {"file": "l"}}, "b": {"command": "x", "log": {"file": "l"}}}}""", ":1: services.a: It has the log of 'b'")]
    [InlineData("""{"services": {"a": {"command": "x", "environment": {"": "1"}}}}""", ":1: services.a.environment.: No variable of an environment can be called ''")]
    [InlineData("""{"services": {"a": {"command": "x", "environment": {"B=C": null}}}}""", ":1: services.a.environment.B=C: No variable of an environment can be called 'B=C'")]
    [InlineData("""{"services": {"a": {"command": "x", "log": {"maxSize": "200KB"}}}}""", ":1: services.a.log.maxSize: This is \"200KB\", and must be a size such as \"10MB\" or \"512KiB\", in KiB, MiB, GiB, kB, MB, GB, B, or a number of bytes.")]
    [InlineData("""{"services": {"a": {"command": "x", "log": {"maxSize": "1B"}}}}""", ":1: services.a.log.maxSize: This is \"1B\", and must be a size of at least 1024 bytes")]
    public void What_is_wrong_is_told_with_file_line_and_property(string text, string expected)
    {
        DescriptionException error = Assert.Throws<DescriptionException>(() => Load(text));
        Assert.Contains(Path.Combine(_directory.Path, "services.json") + expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n\"services\": {\"a\": {\n\"command\": \"x\\ud800\"}}}", ":3: services.a.command: This text is no Unicode: ")]
    [InlineData("{\n\"services\": {\"a\": {\"command\": \"x\",\n\"\\udc00\": 1}}}", ":3: services.a: This text is no Unicode: ")]
    [InlineData("{\n\"services\": {\"a\": {\"command\": \"x\",\n\"args\": [\"\u00e9\"]}}}", ":3: services.a.args[0]: This text is no Unicode: ")]
    [InlineData("{\n\"services\": {\"a\": {\n\"command\": \"x\\u0000y\"}}}", ":3: services.a.command: This text has a zero character")]
    public void Texts_that_are_none_are_told_with_file_and_line(string text, string expected)
    {
        string path = Path.Combine(_directory.Path, "services.json");

        // What is beyond ASCII is one byte here, which is not UTF-8.
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(text));
        DescriptionException error = Assert.Throws<DescriptionException>(() => ServingDescription.Load(path));
        Assert.Contains(path + expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("noNewPrivileges", "\"noNewPrivileges\": true")]
    [InlineData("capabilities", "\"dropCapabilities\": true")]
    [InlineData("processes", "\"deniedCalls\": [\"processes\"]")]
    [InlineData("systemCalls", "\"deniedCalls\": [\"kernel\"]")]
    [InlineData("files", "\"limitFiles\": true")]
    [InlineData("ports", "\"connectPorts\": []")]
    [InlineData("scope", "\"limitFiles\": true")]
    [InlineData("networkNamespace", "\"ownNetwork\": true")]
    [InlineData("ipcNamespace", "\"ownIpc\": true")]
    [InlineData("limits", "\"memory\": \"1GB\"")]
    public void Each_part_can_be_required_where_it_is_asked_for_and_only_there(string part, string asks)
    {
        string service = $$"""{"services": {"a": {"command": "x", "confinement": {"require": ["{{part}}"], ASKS } } } }""";
        Confinement confinement = Assert.Single(Load(service.Replace("ASKS", asks, StringComparison.Ordinal)).Services).Confinement;
        Assert.NotEqual(ConfinementParts.None, confinement.Required);
        Assert.Equal(confinement.Required, confinement.Required & confinement.Asked);
        DescriptionException error = Assert.Throws<DescriptionException>(() => Load(service.Replace(", ASKS", "", StringComparison.Ordinal)));
        Assert.Contains($"This part is not asked for: give {asks.Split(':')[0]}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        DescriptionException error = Assert.Throws<DescriptionException>(() => Load("{\n\"servces\": {},\n\"domain\": 1,\n\"services\": {\"a\": {\n\"start\": 1}}}"));
        Assert.Equal([":2:", ":3:", ":4:", ":5:"], error.Message.Split('\n').Select(line => line[(_directory.Path.Length + "/services.json".Length)..][..3]));
    }

    [Theory]
    [InlineData("""{"logs": {"directory": 1, "maxSize": "200KB", "keep": -1}, "services": {"a": {"command": "x"}, "b": {"command": "y"}}}""", 3)]
    [InlineData("""{"services": {"a": {"command": "x"}, "a": {"command": "y"}}}""", 1)]
    public void What_stands_once_is_told_once(string text, int count) =>
        Assert.Equal(count, Assert.Throws<DescriptionException>(() => Load(text)).Message.Split('\n').Length);

    [Fact]
    public void The_schema_has_the_properties_that_are_read()
    {
        JsonElement schema = JsonElement.Parse(DescriptionSchema.Read());
        (string Name, string[] Properties)[] objects =
        [
            ("", DescriptionProperties.File), ("logs", DescriptionProperties.Logs), ("service", DescriptionProperties.Service), ("offer", DescriptionProperties.Offer),
            ("restart", DescriptionProperties.Restart), ("backoff", DescriptionProperties.Backoff), ("watchdog", DescriptionProperties.Watchdog),
            ("confinement", DescriptionProperties.Confinement), ("log", DescriptionProperties.Log),
        ];
        Assert.All(objects, one =>
        {
            JsonElement declared = one.Name.Length == 0 ? schema : schema.GetProperty("$defs").GetProperty(one.Name);
            Assert.Equal(one.Properties.Order(), declared.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
            Assert.False(declared.GetProperty("additionalProperties").ValueKind == JsonValueKind.True);
        });
    }

    private ServingDescription Load(string text)
    {
        string path = Path.Combine(_directory.Path, "services.json");
        File.WriteAllText(path, text);
        return ServingDescription.Load(path);
    }
}
