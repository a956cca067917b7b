using System.Text.Json;

namespace Viaduct.Discovery;

/// <summary>The content of a node's life file. Whether the node lives is told by the file's lock alone; this is for people and messages.</summary>
/// <param name="Id">The node.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pid">Its process, as numbered in its own process namespace.</param>
/// <param name="StartTime">When the process started, in clock ticks since the machine did (proc(5), stat, field 22); zero if unknown.</param>
internal sealed record NodeFile(Guid Id, string Name, int Pid, long StartTime) : IDirectoryFile
{
    /// <summary>Takes it from what was read. Properties that are not known are passed over; what is thrown for others <see cref="DirectoryFiles"/> catches.</summary>
    public static NodeFile Read(JsonElement json) => new(
        json.GetProperty("id").GetGuid(),
        json.GetProperty("name").GetText(),
        json.GetProperty("pid").GetInt32(),
        json.GetProperty("startTime").GetInt64());

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("id", Id);
        json.WriteString("name", Name);
        json.WriteNumber("pid", Pid);
        json.WriteNumber("startTime", StartTime);
    }
}
