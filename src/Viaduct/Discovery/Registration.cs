using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>One socket on one channel, as it is announced to others.</summary>
internal sealed record Registration(
    string Channel, Guid SocketId, Guid NodeId, string Role, Pattern Pattern, Topology Topology, int Capacity, string Schema) : IDirectoryFile<Registration>
{
    /// <inheritdoc/>
    public static Registration Read(JsonElement json) => new(
        json.GetProperty("channel").GetText(),
        json.GetProperty("socketId").GetGuid(),
        json.GetProperty("nodeId").GetGuid(),
        json.GetProperty("role").GetText(),
        json.GetProperty("pattern").GetEnum<Pattern>(),
        json.GetProperty("topology").GetEnum<Topology>(),
        json.GetProperty("capacity").GetInt32(),
        json.GetProperty("schema").GetText());

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("channel", Channel);
        json.WriteString("socketId", SocketId);
        json.WriteString("nodeId", NodeId);
        json.WriteString("role", Role);
        json.WriteString("pattern", Pattern.ToString());
        json.WriteString("topology", Topology.ToString());
        json.WriteNumber("capacity", Capacity);
        json.WriteString("schema", Schema);
    }
}
