using System.Globalization;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>The types that a schema has words for, in JSON.</summary>
internal static class ScalarShapes
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    private static readonly Dictionary<string, JsonShape> s_shapes = new()
    {
        ["bool"] = new ScalarShape<bool>(ValueCodec.Boolean, "true or false", static json => json.GetBoolean(), static (json, value) => json.WriteBooleanValue(value), isQuoted: false),
        ["char"] = new ScalarShape<char>(
            ValueCodec.Char,
            "a text of one character",
            static json => json.GetString() is [char one] ? one : throw new FormatException(),
            static (json, value) => json.WriteStringValue(char.IsSurrogate(value) ? "\uFFFD" : value.ToString()),
            isQuoted: true),
        ["i8"] = Whole(ValueCodec.SByte, static json => json.GetSByte(), static (json, value) => json.WriteNumberValue(value)),
        ["i16"] = Whole(ValueCodec.Int16, static json => json.GetInt16(), static (json, value) => json.WriteNumberValue(value)),
        ["i32"] = Whole(ValueCodec.Int32, static json => json.GetInt32(), static (json, value) => json.WriteNumberValue(value)),
        ["i64"] = Whole(ValueCodec.Int64, static json => json.GetInt64(), static (json, value) => json.WriteNumberValue(value)),
        ["i128"] = Whole(ValueCodec.Int128, static json => Int128.Parse(Digits(json), NumberStyles.AllowLeadingSign, s_culture), static (json, value) => json.WriteRawValue(value.ToString(s_culture))),
        ["u8"] = Whole(ValueCodec.Byte, static json => json.GetByte(), static (json, value) => json.WriteNumberValue(value)),
        ["u16"] = Whole(ValueCodec.UInt16, static json => json.GetUInt16(), static (json, value) => json.WriteNumberValue(value)),
        ["u32"] = Whole(ValueCodec.UInt32, static json => json.GetUInt32(), static (json, value) => json.WriteNumberValue(value)),
        ["u64"] = Whole(ValueCodec.UInt64, static json => json.GetUInt64(), static (json, value) => json.WriteNumberValue(value)),
        ["u128"] = Whole(ValueCodec.UInt128, static json => UInt128.Parse(Digits(json), NumberStyles.None, s_culture), static (json, value) => json.WriteRawValue(value.ToString(s_culture))),
        ["f16"] = Real(ValueCodec.Half, static value => (Half)value, static value => (double)value),
        ["f32"] = Real(ValueCodec.Single, static value => (float)value, static value => double.Parse(value.ToString("R", s_culture), s_culture)),
        ["f64"] = Real(ValueCodec.Double, static value => value, static value => value),
        ["decimal"] = new ScalarShape<decimal>(
            ValueCodec.Decimal, "a decimal number", static json => json.GetDecimal(), static (json, value) => json.WriteNumberValue(value), isQuoted: false),
        ["string"] = new ScalarShape<string>(ValueCodec.String, "a text", Text, static (json, value) => json.WriteStringValue(value), isQuoted: true),
        ["bytes"] = new ScalarShape<byte[]>(
            ValueCodec.Bytes, "bytes in base64, such as \"AQID\"", static json => json.GetBytesFromBase64(), static (json, value) => json.WriteBase64StringValue(value), isQuoted: true),
        ["blob"] = new BlobShape(),
        ["guid"] = Quoted(ValueCodec.Guid, "a GUID, such as \"00112233-4455-6677-8899-aabbccddeeff\"", static text => Guid.Parse(text), static value => value.ToString()),
        ["datetime"] = Quoted(
            ValueCodec.DateTime, "a time, such as \"2026-01-31T12:30:00Z\"", static text => DateTime.Parse(text, s_culture, DateTimeStyles.RoundtripKind), static value => value.ToString("O", s_culture)),
        ["datetimeoffset"] = Quoted(
            ValueCodec.DateTimeOffset,
            "a time with its offset, such as \"2026-01-31T12:30:00+01:00\"",
            static text => DateTimeOffset.Parse(text, s_culture, DateTimeStyles.AssumeUniversal),
            static value => value.ToString("O", s_culture)),
        ["timespan"] = Quoted(ValueCodec.TimeSpan, "a duration, such as \"00:00:01.5\"", static text => TimeSpan.ParseExact(text, ["c", "g"], s_culture), static value => value.ToString("c", s_culture)),
        ["date"] = Quoted(ValueCodec.DateOnly, "a date, such as \"2026-01-31\"", static text => DateOnly.ParseExact(text, "O", s_culture), static value => value.ToString("O", s_culture)),
        ["time"] = Quoted(ValueCodec.TimeOnly, "a time of day, such as \"12:30:00\"", static text => TimeOnly.Parse(text, s_culture), static value => value.ToString("O", s_culture)),
    };

    /// <summary>The shape of a word; null if it is none.</summary>
    public static JsonShape? Find(string word) => s_shapes.GetValueOrDefault(word);

    private static ScalarShape<T> Whole<T>(ValueCodec<T> codec, Func<JsonElement, T> parse, Action<Utf8JsonWriter, T> print) =>
        new(codec, $"a whole number that fits {codec.TypeName}", parse, print, isQuoted: false);

    private static ScalarShape<T> Real<T>(ValueCodec<T> codec, Func<double, T> from, Func<T, double> to) => new(
        codec,
        $"a number that fits {codec.TypeName}, or \"NaN\", \"Infinity\" or \"-Infinity\"",
        json => from(json.ValueKind == JsonValueKind.String ? Unusual(json.GetString()!) : Finite(json.GetDouble(), from, to)),
        (json, value) =>
        {
            double number = to(value);
            if (double.IsFinite(number))
            {
                json.WriteNumberValue(number);
            }
            else
            {
                json.WriteStringValue(number.ToString(s_culture));
            }
        },
        isQuoted: false);

    private static ScalarShape<T> Quoted<T>(ValueCodec<T> codec, string expected, Func<string, T> parse, Func<T, string> print) =>
        new(codec, expected, json => parse(Text(json)), (json, value) => json.WriteStringValue(print(value)), isQuoted: true);

    private static string Text(JsonElement json) => json.GetString() ?? throw new FormatException();

    /// <summary>A number that stays one: beyond what a type holds lies infinity, without an exception.</summary>
    private static double Finite<T>(double number, Func<double, T> from, Func<T, double> to) => double.IsFinite(to(from(number))) ? number : throw new OverflowException();

    private static double Unusual(string text) =>
        text is "NaN" or "Infinity" or "-Infinity" ? double.Parse(text, s_culture) : throw new FormatException();

    private static string Digits(JsonElement json) => json.ValueKind == JsonValueKind.Number ? json.GetRawText() : throw new FormatException();
}
