using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>A field of an object on the wire, and the property that it is in JSON.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its type.</param>
/// <param name="MayMiss">Whether it need not be given though its type has no null.</param>
internal sealed record JsonField(int Id, string Name, JsonShape Shape, bool MayMiss)
{
    /// <summary>What is written where it is not given; undefined for nothing.</summary>
    public JsonElement Default { get; init; }

    private uint Tag => ((uint)Id << 3) | (uint)Shape.Kind;

    /// <summary>Writes it, unless it is not given.</summary>
    /// <exception cref="ArgumentException">It is no value of its type, or must be given.</exception>
    public void Write(ref WireWriter writer, JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Undefined && MayMiss)
        {
            return;
        }

        json = json.ValueKind == JsonValueKind.Undefined ? Default : json;
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null && Shape.IsOptional)
        {
            return;
        }

        if (json.ValueKind == JsonValueKind.Undefined)
        {
            throw new ArgumentException($"{path} is missing.");
        }

        writer.WriteTag(Id, Shape.Kind);
        Shape.Write(ref writer, json, path);
    }

    /// <summary>Reads an object that has this field alone, up to its end.</summary>
    public void ReadAlone(ref WireReader reader, Utf8JsonWriter json)
    {
        bool isThere = false;
        while (reader.TryReadTag(out uint tag))
        {
            if (tag == Tag && !isThere)
            {
                Shape.Read(ref reader, json);
                isThere = true;
            }
            else
            {
                reader.Skip(tag);
            }
        }

        if (!isThere)
        {
            Shape.WriteAbsent(json);
        }
    }

    /// <summary>Reads an object up to its end: in the order of the fields, whatever the order in which they came.</summary>
    /// <param name="reader">The object.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="json">Where they go.</param>
    /// <param name="named">Whether each is a property; otherwise an item of an array.</param>
    public static void ReadAll(ref WireReader reader, IReadOnlyList<JsonField> fields, Utf8JsonWriter json, bool named = true)
    {
        foreach (JsonField field in fields)
        {
            if (named)
            {
                json.WritePropertyName(field.Name);
            }

            // A copy: each field is looked for from the beginning.
            WireReader look = reader;
            uint tag;
            bool isThere;
            while ((isThere = look.TryReadTag(out tag)) && tag != field.Tag)
            {
                look.Skip(tag);
            }

            if (isThere)
            {
                field.Shape.Read(ref look, json);
            }
            else
            {
                field.Shape.WriteAbsent(json);
            }
        }

        while (reader.TryReadTag(out uint rest))
        {
            reader.Skip(rest);
        }
    }
}
