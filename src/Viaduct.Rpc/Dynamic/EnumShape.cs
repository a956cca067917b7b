using System.Buffers;
using System.Text;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Enumerations: their names in JSON, several of them with <c>|</c> between; numbers where there is no name.</summary>
internal sealed class EnumShape(SchemaDeclaration declaration, JsonShape underlying) : JsonShape
{
    /// <inheritdoc/>
    public override WireKind Kind => underlying.Kind;

    /// <inheritdoc/>
    public override bool IsKey => true;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path) =>
        underlying.Write(ref writer, json.ValueKind == JsonValueKind.String ? Number(json, path) : json, path);

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json)
    {
        ArrayBufferWriter<byte> digits = new();
        using (Utf8JsonWriter number = new(digits))
        {
            underlying.Read(ref reader, number);
        }

        Print(Encoding.UTF8.GetString(digits.WrittenSpan), json);
    }

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json) => Print("0", json);

    /// <inheritdoc/>
    public override JsonElement KeyOf(string name)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(name)}\""));
        return JsonElement.ParseValue(ref reader);
    }

    private void Print(string number, Utf8JsonWriter json)
    {
        if (declaration.Members.FirstOrDefault(member => member.Value == number) is { } named)
        {
            json.WriteStringValue(named.Name);
        }
        else
        {
            json.WriteRawValue(number);
        }
    }

    private JsonElement Number(JsonElement json, string path)
    {
        Int128 sum = 0;
        foreach (string name in json.GetString()!.Split('|', StringSplitOptions.TrimEntries))
        {
            SchemaEnumMember? named = declaration.Members.FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            sum |= Int128.TryParse(named?.Value ?? name, out Int128 value)
                ? value
                : throw Wrong(json, path, $"one of {string.Join(", ", declaration.Members.Select(static member => member.Name))}, of {declaration.Name}");
        }

        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(sum.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return JsonElement.ParseValue(ref reader);
    }
}
