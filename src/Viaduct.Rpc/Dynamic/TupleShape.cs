using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Tuples: arrays in JSON.</summary>
internal sealed class TupleShape(IReadOnlyList<JsonField> items) : JsonShape
{
    /// <inheritdoc/>
    public override WireKind Kind => WireKind.Object;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() != items.Count)
        {
            throw Wrong(json, path, $"an array of {items.Count} items");
        }

        writer.BeginObject();
        for (int i = 0; i < items.Count; i++)
        {
            items[i].Write(ref writer, json[i], $"{path}[{items[i].Id - 1}]");
        }

        writer.EndObject();
    }

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json)
    {
        reader.BeginObject();
        json.WriteStartArray();
        JsonField.ReadAll(ref reader, items, json, named: false);
        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json)
    {
        WireReader nothing = default;
        json.WriteStartArray();
        JsonField.ReadAll(ref nothing, items, json, named: false);
        json.WriteEndArray();
    }
}
