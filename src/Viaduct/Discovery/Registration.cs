using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>One socket on one channel, as it is announced to others.</summary>
internal sealed record Registration(
    string Channel, Guid SocketId, Guid NodeId, string Role, Pattern Pattern, Topology Topology, int Capacity, string Schema) : IDirectoryFile
{
    /// <summary>The patterns' names, by value.</summary>
    private static readonly string[] s_patterns = [nameof(Pattern.ProducerConsumer), nameof(Pattern.PublishSubscribe), nameof(Pattern.ClientServer)];

    /// <summary>The topologies' names, by value.</summary>
    private static readonly string[] s_topologies = [nameof(Topology.ManyToMany), nameof(Topology.OneToOne), nameof(Topology.OneToMany), nameof(Topology.ManyToOne)];

    /// <summary>Takes it from what was read. Properties that are not known are passed over; what is thrown for others <see cref="DirectoryFiles"/> catches.</summary>
    public static Registration Read(JsonElement json) => new(
        json.GetProperty("channel").GetText(),
        json.GetProperty("socketId").GetGuid(),
        json.GetProperty("nodeId").GetGuid(),
        json.GetProperty("role").GetText(),
        (Pattern)json.GetProperty("pattern").GetIndexIn(s_patterns),
        (Topology)json.GetProperty("topology").GetIndexIn(s_topologies),
        json.GetProperty("capacity").GetInt32(),
        json.GetProperty("schema").GetText());

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("channel", Channel);
        json.WriteString("socketId", SocketId);
        json.WriteString("nodeId", NodeId);
        json.WriteString("role", Role);
        json.WriteString("pattern", s_patterns[(int)Pattern]);
        json.WriteString("topology", s_topologies[(int)Topology]);
        json.WriteNumber("capacity", Capacity);
        json.WriteString("schema", Schema);
    }
}
