using System.Buffers;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>
/// Dictionaries: objects in JSON where keys are one token, and else arrays of pairs. On the wire lists of objects with the key in field 1 and the value in field 2.
/// </summary>
internal sealed class MapShape(JsonShape key, JsonShape value) : JsonShape
{
    private readonly JsonField _key = new(1, "key", key, false);
    private readonly JsonField _value = new(2, "value", value, false);

    /// <inheritdoc/>
    public override WireKind Kind => WireKind.List;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path)
    {
        if (json.ValueKind != (key.IsKey ? JsonValueKind.Object : JsonValueKind.Array))
        {
            throw Wrong(json, path, key.IsKey ? "an object" : "an array of pairs of key and value");
        }

        HashSet<object> known = [];
        if (key.IsKey)
        {
            JsonProperty[] entries = [.. json.EnumerateObject()];
            writer.BeginList(entries.Length, WireKind.Object);
            foreach (JsonProperty entry in entries)
            {
                JsonElement name = key.KeyOf(entry.Name);
                WriteEntry(ref writer, name, entry.Value, $"{path}.{entry.Name}");
                Once(name, known, path);
            }
        }
        else
        {
            writer.BeginList(json.GetArrayLength(), WireKind.Object);
            foreach (JsonElement pair in json.EnumerateArray())
            {
                if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2)
                {
                    throw Wrong(pair, path, "a pair of key and value");
                }

                WriteEntry(ref writer, pair[0], pair[1], path);
                Once(pair[0], known, path);
            }
        }

        writer.EndList();
    }

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json)
    {
        Begin(json);
        ArrayBufferWriter<byte> read = new();
        using Utf8JsonWriter entry = new(read);
        for (int rest = reader.BeginList(WireKind.Object); rest > 0; rest--)
        {
            // Field by field, since JSON wants the key first and the wire need not have it so.
            reader.BeginObject();
            read.ResetWrittenCount();
            entry.Reset();
            entry.WriteStartObject();
            JsonField.ReadAll(ref reader, [_key, _value], entry);
            entry.WriteEndObject();
            entry.Flush();
            Utf8JsonReader again = new(read.WrittenSpan);
            JsonElement pair = JsonElement.ParseValue(ref again);
            JsonElement name = pair.GetProperty("key");
            if (key.IsKey)
            {
                json.WritePropertyName(name.ValueKind == JsonValueKind.String ? name.GetString()! : name.GetRawText());
                pair.GetProperty("value").WriteTo(json);
            }
            else
            {
                json.WriteStartArray();
                name.WriteTo(json);
                pair.GetProperty("value").WriteTo(json);
                json.WriteEndArray();
            }
        }

        reader.EndList();
        End(json);
    }

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json)
    {
        Begin(json);
        End(json);
    }

    private void WriteEntry(ref WireWriter writer, JsonElement entryKey, JsonElement entryValue, string path)
    {
        writer.BeginObject();
        _key.Write(ref writer, entryKey, $"the key of {path}");
        _value.Write(ref writer, entryValue, path);
        writer.EndObject();
    }

    /// <summary>Refuses a key that was there before, which the service would take for a broken message.</summary>
    private void Once(JsonElement entryKey, HashSet<object> known, string path)
    {
        if (!known.Add(key.Identity(entryKey)))
        {
            throw new ArgumentException($"{path} has the key {entryKey.GetRawText()} twice.");
        }
    }

    private void Begin(Utf8JsonWriter json)
    {
        if (key.IsKey)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartArray();
        }
    }

    private void End(Utf8JsonWriter json)
    {
        if (key.IsKey)
        {
            json.WriteEndObject();
        }
        else
        {
            json.WriteEndArray();
        }
    }
}
