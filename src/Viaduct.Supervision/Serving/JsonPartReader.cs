using System.Text;
using System.Text.Json;

namespace Viaduct.Supervision;

/// <summary>Reads the values of a description file with the lines on which they stand. Comments and commas at ends are allowed.</summary>
internal ref struct JsonPartReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly List<DescriptionError> _errors;
    private Utf8JsonReader _reader;

    /// <summary>Up to where lines were counted, and how many there were.</summary>
    private int _counted;
    private int _line;

    private JsonPartReader(ReadOnlySpan<byte> bytes, List<DescriptionError> errors)
    {
        _bytes = bytes;
        _errors = errors;
        _line = 1;
        _reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
    }

    /// <summary>Reads a file's value; null where it is no JSON, which is added to the errors, as names that come twice are.</summary>
    public static JsonPart? Read(ReadOnlySpan<byte> bytes, List<DescriptionError> errors)
    {
        ReadOnlySpan<byte> text = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        JsonPartReader reader = new(text, errors);
        try
        {
            reader._reader.Read();
            JsonPart part = reader.Value("");
            reader._reader.Read();
            return part;
        }
        catch (JsonException error)
        {
            string words = error.Message;
            int place = words.IndexOf(" LineNumber:", StringComparison.Ordinal);
            errors.Add(new DescriptionError((int)(error.LineNumber ?? 0) + 1, "", $"This is no JSON: {(place < 0 ? words : words[..place])}"));
            return null;
        }
    }

    private int Line()
    {
        int at = (int)_reader.TokenStartIndex;
        _line += _bytes[_counted..at].Count((byte)'\n');
        _counted = at;
        return _line;
    }

    /// <summary>The text that the reader stands at; an error, and the sign for what can't be shown, where it is one that nobody could be given.</summary>
    private string Text(string path)
    {
        try
        {
            string text = _reader.GetString()!;
            if (!text.Contains('\0', StringComparison.Ordinal))
            {
                return text;
            }

            _errors.Add(new DescriptionError(Line(), path, "This text has a zero character (\\u0000), which no path, argument or name can have."));
        }
        catch (InvalidOperationException)
        {
            // What is no Unicode the reader passes over, and finds only when it makes a text of it.
            _errors.Add(new DescriptionError(Line(), path, "This text is no Unicode: it has bytes that are not UTF-8, or half of a surrogate pair (such as \\ud800)."));
        }

        return "\uFFFD";
    }

    private JsonPart Value(string path)
    {
        int line = Line();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return new JsonPart(JsonValueKind.Object, line, path) { Members = Members(path) };

            case JsonTokenType.StartArray:
                List<JsonPart> items = [];
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value($"{path}[{items.Count}]"));
                }

                return new JsonPart(JsonValueKind.Array, line, path) { Items = items };

            case JsonTokenType.String:
                return new JsonPart(JsonValueKind.String, line, path) { Text = Text(path) };

            case JsonTokenType.Number:
                return new JsonPart(JsonValueKind.Number, line, path) { Text = Encoding.UTF8.GetString(_reader.ValueSpan) };

            case JsonTokenType.True:
                return new JsonPart(JsonValueKind.True, line, path);

            case JsonTokenType.False:
                return new JsonPart(JsonValueKind.False, line, path);

            default:
                return new JsonPart(JsonValueKind.Null, line, path);
        }
    }

    private List<(string Name, JsonPart Value)> Members(string path)
    {
        List<(string Name, JsonPart Value)> members = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            string name = Text(path);
            string place = path.Length == 0 ? name : $"{path}.{name}";
            int line = Line();
            if (!names.Add(name))
            {
                _errors.Add(new DescriptionError(line, place, "This name is given twice."));
            }

            _reader.Read();
            members.Add((name, Value(place)));
        }

        return members;
    }
}
