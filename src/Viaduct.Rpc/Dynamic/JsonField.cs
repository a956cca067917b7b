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
    private uint Tag => ((uint)Id << 3) | (uint)Shape.Kind;

    /// <summary>Writes it, unless it is not given.</summary>
    /// <exception cref="ArgumentException">It is no value of its type, or must be given.</exception>
    public void Write(ref WireWriter writer, JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Undefined && MayMiss)
        {
            return;
        }

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

    /// <summary>Reads an object up to its end: a property for each field.</summary>
    public static void ReadAll(ref WireReader reader, IReadOnlyList<JsonField> fields, Utf8JsonWriter json, bool named = true)
    {
        Span<bool> seen = fields.Count <= 256 ? stackalloc bool[fields.Count] : new bool[fields.Count];
        int next = 0;
        while (reader.TryReadTag(out uint tag))
        {
            int index = 0;
            while (index < fields.Count && fields[index].Tag != tag)
            {
                index++;
            }

            if (index == fields.Count || seen[index])
            {
                reader.Skip(tag);
                continue;
            }

            // Items of a tuple go by their place alone, so that those left out come before.
            for (; !named && next < index; next++)
            {
                fields[next].Shape.WriteAbsent(json);
                seen[next] = true;
            }

            next = index + 1;
            seen[index] = true;
            if (named)
            {
                json.WritePropertyName(fields[index].Name);
            }

            fields[index].Shape.Read(ref reader, json);
        }

        for (int index = 0; index < fields.Count; index++)
        {
            if (!seen[index])
            {
                if (named)
                {
                    json.WritePropertyName(fields[index].Name);
                }

                fields[index].Shape.WriteAbsent(json);
            }
        }
    }
}
