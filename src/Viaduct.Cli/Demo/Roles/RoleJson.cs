using System.Text.Json.Serialization;

namespace Viaduct.Cli.Demo.Roles;

/// <summary>The lines between the demo and the processes that it starts.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(RoleOrder))]
[JsonSerializable(typeof(RoleReport))]
internal sealed partial class RoleJson : JsonSerializerContext;
