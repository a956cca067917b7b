using System.Text.Json.Serialization;

namespace Viaduct.Discovery;

/// <summary>The directory's files as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 4)]
[JsonSerializable(typeof(NodeFile))]
[JsonSerializable(typeof(RoleClaim))]
[JsonSerializable(typeof(Registration))]
internal sealed partial class DirectoryJsonContext : JsonSerializerContext;
