using System.Text;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Values that are one token of JSON.</summary>
/// <param name="codec">Their codec.</param>
/// <param name="expected">What they are, in words.</param>
/// <param name="parse">Takes one from JSON; throws if it is none.</param>
/// <param name="print">Puts one into JSON.</param>
/// <param name="isQuoted">Whether they stand in quotes.</param>
internal sealed class ScalarShape<T>(ValueCodec<T> codec, string expected, Func<JsonElement, T> parse, Action<Utf8JsonWriter, T> print, bool isQuoted) : JsonShape
{
    /// <inheritdoc/>
    public override WireKind Kind => codec.Kind;

    /// <inheritdoc/>
    public override bool IsKey => true;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path)
    {
        T value;
        try
        {
            value = parse(json);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw Wrong(json, path, expected);
        }

        codec.WriteValue(ref writer, value);
    }

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json) => print(json, codec.ReadValue(ref reader));

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json)
    {
        // Texts have no value that stands for none.
        if (typeof(T).IsValueType)
        {
            print(json, codec.Absent(expected));
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <inheritdoc/>
    public override object Identity(JsonElement json) => parse(json) is var value && value is byte[] bytes ? Convert.ToHexString(bytes) : value!;

    /// <inheritdoc/>
    public override JsonElement KeyOf(string name)
    {
        string text = isQuoted ? $"\"{JsonEncodedText.Encode(name)}\"" : name;
        try
        {
            Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text));
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException)
        {
            throw new ArgumentException($"The key '{name}' must be {expected}.");
        }
    }
}
