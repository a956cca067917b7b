using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>The content of a role file: who is the one producer (publisher, …) of a channel, as long as its node lives.</summary>
internal sealed record RoleClaim(Guid NodeId, Guid SocketId, string NodeName, int Pid) : IDirectoryFile
{
    /// <summary>Takes it from what was read. Properties that are not known are passed over; what is thrown for others <see cref="DirectoryFiles"/> catches.</summary>
    public static RoleClaim Read(JsonElement json) => new(
        json.GetProperty("nodeId").GetGuid(),
        json.GetProperty("socketId").GetGuid(),
        json.GetProperty("nodeName").GetText(),
        json.GetProperty("pid").GetInt32());

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("nodeId", NodeId);
        json.WriteString("socketId", SocketId);
        json.WriteString("nodeName", NodeName);
        json.WriteNumber("pid", Pid);
    }
}
