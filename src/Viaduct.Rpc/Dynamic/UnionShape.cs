using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Unions: in JSON an object with one property, named after the case, such as <c>{"Circle": {"Radius": 1}}</c>.</summary>
internal sealed class UnionShape(string name) : JsonShape
{
    /// <summary>The cases, by their numbers. Set once, before it is used.</summary>
    public IReadOnlyList<JsonField> Cases { get; set; } = [];

    /// <inheritdoc/>
    public override WireKind Kind => WireKind.Object;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path)
    {
        JsonProperty[] properties = json.ValueKind == JsonValueKind.Object ? [.. json.EnumerateObject()] : [];
        string names = string.Join(", ", Cases.Select(static one => one.Name));
        if (properties is not [JsonProperty property])
        {
            throw Wrong(json, path, $"an object with one property that names the case of {name}: {names}");
        }

        JsonField chosen = Cases.FirstOrDefault(one => one.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"{path}.{property.Name} is no case of {name}: these are {names}.");
        writer.BeginObject();
        chosen.Write(ref writer, property.Value, $"{path}.{chosen.Name}");
        writer.EndObject();
    }

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json)
    {
        reader.BeginObject();
        json.WriteStartObject();
        while (reader.TryReadTag(out uint tag))
        {
            if (Cases.FirstOrDefault(one => one.Id == tag >> 3) is { } found && (WireKind)(tag & 7) == WireKind.Object)
            {
                json.WritePropertyName(found.Name);
                found.Shape.Read(ref reader, json);
            }
            else
            {
                reader.Skip(tag);
            }
        }

        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json) => json.WriteNullValue();
}
