using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Messages: objects in JSON, with a property for each field. A message may hold itself, so its fields come later.</summary>
internal sealed class MessageShape(string name, bool isStruct) : JsonShape
{
    /// <summary>The fields, by their numbers. Set once, before it is used.</summary>
    public IReadOnlyList<JsonField> Fields { get; set; } = [];

    /// <inheritdoc/>
    public override WireKind Kind => WireKind.Object;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(json, path, $"an object, a {name} with {Names(Fields)}");
        }

        writer.BeginObject();
        WriteFields(ref writer, Fields, json, path + ".", name);
        writer.EndObject();
    }

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json)
    {
        reader.BeginObject();
        json.WriteStartObject();
        JsonField.ReadAll(ref reader, Fields, json);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json)
    {
        if (!isStruct)
        {
            json.WriteNullValue();
            return;
        }

        WireReader nothing = default;
        json.WriteStartObject();
        JsonField.ReadAll(ref nothing, Fields, json);
        json.WriteEndObject();
    }

    /// <summary>Writes what an object has for each field; names are taken without regard to case.</summary>
    /// <exception cref="ArgumentException">A property is no field, comes twice, misses or is wrong.</exception>
    public static void WriteFields(ref WireWriter writer, IReadOnlyList<JsonField> fields, JsonElement json, string path, string what)
    {
        Dictionary<string, JsonElement> given = new(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!fields.Any(field => field.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ArgumentException($"{path}{property.Name} is not known: {what} has {Names(fields)}.");
            }

            if (!given.TryAdd(property.Name, property.Value))
            {
                throw new ArgumentException($"{path}{property.Name} is given twice.");
            }
        }

        foreach (JsonField field in fields)
        {
            field.Write(ref writer, given.GetValueOrDefault(field.Name), path + field.Name);
        }
    }

    private static string Names(IReadOnlyList<JsonField> fields) =>
        fields.Count == 0 ? "none" : string.Join(", ", fields.Select(static field => field.Name));
}
