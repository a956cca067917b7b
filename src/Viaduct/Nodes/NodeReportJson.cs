using System.Text.Json;
using System.Text.Json.Serialization;

namespace Viaduct.Nodes;

/// <summary>Reports as they pass between nodes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
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
            NodeReport report = JsonSerializer.Deserialize(json, Default.NodeReport) ?? throw new ProtocolViolationException("The peer's report is empty.");

            // What the annotations of a list's items say is not looked at.
            return report.Sockets.Any(static socket => socket is null || socket.Peers.Any(static peer => peer is null))
                ? throw new ProtocolViolationException("The peer's report has a socket or a peer that is null.")
                : report;
        }
        catch (JsonException error)
        {
            throw new ProtocolViolationException($"The peer's report is not one: {error.Message}", error);
        }
    }
}
