using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Enumerations: their names in JSON, several with <c>|</c> between for the bits of all of them; numbers where there are no names.</summary>
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
    public override object Identity(JsonElement json) => underlying.Identity(json.ValueKind == JsonValueKind.String ? Number(json, "") : json);

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
        else if (NamesOf(Bits(number)) is { Length: > 0 } names)
        {
            json.WriteStringValue(names);
        }
        else
        {
            json.WriteRawValue(number);
        }
    }

    /// <summary>The names whose bits together are the number's, or nothing: those of several bits before those in them, and in the contract's order.</summary>
    private string NamesOf(Int128 number)
    {
        Int128 rest = number;
        HashSet<SchemaEnumMember> named = [];
        foreach (SchemaEnumMember member in declaration.Members.OrderByDescending(static member => UInt128.PopCount((UInt128)Bits(member.Value))))
        {
            Int128 bits = Bits(member.Value);
            if (bits != 0 && (rest & bits) == bits)
            {
                rest &= ~bits;
                named.Add(member);
            }
        }

        return rest == 0 ? string.Join('|', declaration.Members.Where(named.Contains).Select(static member => member.Name)) : "";
    }

    /// <summary>A number's bits; none of what is no number, in a contract that somebody else wrote.</summary>
    private static Int128 Bits(string number) => Int128.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 bits) ? bits : 0;

    private JsonElement Number(JsonElement json, string path)
    {
        Int128 sum = 0;
        foreach (string name in json.GetString()!.Split('|', StringSplitOptions.TrimEntries))
        {
            SchemaEnumMember? named = declaration.Members.FirstOrDefault(member => member.Name == name)
                ?? declaration.Members.FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            sum |= Int128.TryParse(named?.Value ?? name, out Int128 value)
                ? value
                : throw Wrong(json, path, $"one of {string.Join(", ", declaration.Members.Select(static member => member.Name))}, of {declaration.Name}");
        }

        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(sum.ToString(CultureInfo.InvariantCulture)));
        return JsonElement.ParseValue(ref reader);
    }
}
