using System.Text.Json.Serialization;
using Viaduct.Cli.Verbs;

namespace Viaduct.Cli.Output;

/// <summary>The JSON that users read: names in snake_case, enumerations as the words of the tables.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SendSummary))]
[JsonSerializable(typeof(NodeView[]))]
[JsonSerializable(typeof(SocketView[]))]
[JsonSerializable(typeof(ServiceView[]))]
[JsonSerializable(typeof(ContractView))]
[JsonSerializable(typeof(Demo.Reporting.DemoReport))]
internal sealed partial class CliJson : JsonSerializerContext;
