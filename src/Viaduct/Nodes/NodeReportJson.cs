using System.Text.Json;
using System.Text.Json.Serialization;

namespace Viaduct.Nodes;

/// <summary>Reports as they pass between nodes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(NodeReport))]
internal sealed partial class NodeReportJson : JsonSerializerContext
{
    /// <summary>A report as bytes.</summary>
    public static byte[] Serialize(NodeReport report) => JsonSerializer.SerializeToUtf8Bytes(report, Default.NodeReport);

    /// <summary>A report of a peer.</summary>
    /// <exception cref="ProtocolViolationException">It is none.</exception>
    public static NodeReport Deserialize(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.NodeReport) ?? throw new ProtocolViolationException("The peer's report is empty.");
        }
        catch (JsonException error)
        {
            throw new ProtocolViolationException($"The peer's report is not one: {error.Message}", error);
        }
    }
}
