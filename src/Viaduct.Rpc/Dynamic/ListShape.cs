using System.Globalization;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Lists: arrays in JSON. On the wire an element that may be null is an object with the value in field 1, or without.</summary>
internal sealed class ListShape(JsonShape element) : JsonShape
{
    private readonly JsonField _whole = new(1, "", element, false);

    /// <inheritdoc/>
    public override WireKind Kind => WireKind.List;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(json, path, "an array");
        }

        writer.BeginList(json.GetArrayLength(), element.IsOptional ? WireKind.Object : element.Kind);
        int index = 0;
        foreach (JsonElement item in json.EnumerateArray())
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
            if (element.IsOptional)
            {
                writer.BeginObject();
                _whole.Write(ref writer, item, place);
                writer.EndObject();
            }
            else
            {
                element.Write(ref writer, item, place);
            }
        }

        writer.EndList();
    }

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        for (int rest = reader.BeginList(element.IsOptional ? WireKind.Object : element.Kind); rest > 0; rest--)
        {
            if (element.IsOptional)
            {
                reader.BeginObject();
                _whole.ReadAlone(ref reader, json);
            }
            else
            {
                element.Read(ref reader, json);
            }
        }

        reader.EndList();
        json.WriteEndArray();
    }

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteEndArray();
    }
}
