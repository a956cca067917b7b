using System.Globalization;
using System.Text;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>A method of a contract that came from the service: turns JSON into calls of it, and its answers into JSON. Thread-safe.</summary>
internal sealed class DynamicMethod(SchemaMethod schema, JsonShapes shapes)
{
    /// <summary>The field of a result.</summary>
    private const int ResultField = 1;

    private readonly ServiceMethod _method = OwnMethods.Of(
        schema.Name,
        (schema.IsOneWay ? ServiceMethodOptions.OneWay : 0) | (schema.IsIdempotent ? ServiceMethodOptions.Idempotent : 0));

    /// <summary>What goes there but streams, by name; made at the first call, since a method that can't be called need not keep others from it.</summary>
    private Dictionary<string, JsonField>? _sent;
    private JsonField[] _back = [];
    private JsonField? _item;

    /// <summary>The items of streams that go there, by the parameters' names.</summary>
    private Dictionary<string, JsonField> _streams = [];

    /// <summary>The method in the contract.</summary>
    public SchemaMethod Schema { get; } = schema;

    /// <summary>Whether it returns a stream.</summary>
    public bool IsStream => Schema.Result?.Kind == SchemaTypeKind.Stream;

    private IEnumerable<SchemaField> Parameters => Schema.Parameters.Where(static parameter => parameter.Passing != "out");

    /// <summary>A call with its arguments.</summary>
    /// <exception cref="ArgumentException">An argument is wrong.</exception>
    /// <exception cref="NotSupportedException">The method can't be called with JSON.</exception>
    public ServiceCall Begin(ServiceConnection connection, JsonElement arguments, IAsyncEnumerable<JsonElement>? input)
    {
        Prepare();
        Dictionary<string, JsonElement> given = Given(arguments);
        ServiceCall call = connection.Begin(_method);
        bool isWritten = false;
        try
        {
            WireWriter writer = new(call);
            foreach (SchemaField parameter in Parameters)
            {
                JsonElement value = given.GetValueOrDefault(parameter.Name);
                if (parameter.Type.Kind == SchemaTypeKind.Stream)
                {
                    IAsyncEnumerable<JsonElement> items = value.ValueKind == JsonValueKind.Array ? EachOf(value)
                        : value.ValueKind != JsonValueKind.Undefined || input is null
                            ? throw new ArgumentException($"The parameter '{parameter.Name}' is a stream: it must be an array, or be given as input.")
                        : input;
                    JsonField item = _streams[parameter.Name];
                    call.WriteStream(ref writer, parameter.Id, items, (ref WireWriter writer, JsonElement json) => item.Write(ref writer, json, $"An item of '{parameter.Name}'"));
                }
                else if (parameter.Type.Kind != SchemaTypeKind.Service)
                {
                    _sent![parameter.Name].Write(ref writer, value, $"The parameter '{parameter.Name}'");
                }
            }

            writer.Flush();
            isWritten = true;
            return call;
        }
        finally
        {
            if (!isWritten)
            {
                call.Dispose();
            }
        }
    }

    /// <summary>The result in JSON; null of a method without one.</summary>
    public JsonElement? ReadResult(ref WireReader reader) => _back switch
    {
        [] => null,
        [{ Id: ResultField } result] => DynamicServiceClient.Print(ref reader, result.ReadAlone),
        _ => DynamicServiceClient.Print(ref reader, ReadAll),
    };

    /// <summary>An item of the stream in JSON.</summary>
    public JsonElement ReadItem(ref WireReader reader) => DynamicServiceClient.Print(ref reader, _item!.ReadAlone);

    /// <summary>The default that a contract tells, in JSON; undefined where it tells none.</summary>
    private static JsonElement DefaultOf(SchemaField parameter)
    {
        string text = parameter.Default;
        if (text.Length == 0)
        {
            return default;
        }

        if (parameter.Type.Name == "char" && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort letter))
        {
            // Half a pair is no text, and so is not in JSON.
            return char.IsSurrogate((char)letter) ? default : Parse(Quoted(((char)letter).ToString()));
        }

        try
        {
            return Parse(text);
        }
        catch (JsonException)
        {
            // JSON has no numbers such as NaN.
            return Parse(Quoted(text));
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static JsonElement Parse(string json)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json));
        return JsonElement.ParseValue(ref reader);
    }

    private static async IAsyncEnumerable<JsonElement> EachOf(JsonElement array)
    {
        foreach (JsonElement item in array.EnumerateArray())
        {
            yield return item;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    private void ReadAll(ref WireReader reader, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        JsonField.ReadAll(ref reader, _back, json);
        json.WriteEndObject();
    }

    private void Prepare()
    {
        // The shapes are those of all methods.
        lock (shapes)
        {
            if (_sent is not null)
            {
                return;
            }

            if (Schema.Result is { Kind: SchemaTypeKind.Service } handed)
            {
                throw new NotSupportedException($"{Schema.Name} returns an object ({handed}), which can only be called by a program that has its contract.");
            }

            Dictionary<string, JsonField> sent = new(StringComparer.OrdinalIgnoreCase);
            foreach (SchemaField parameter in Parameters.Where(static parameter => parameter.Type.Kind != SchemaTypeKind.Stream))
            {
                if (parameter.Type.Kind != SchemaTypeKind.Service)
                {
                    sent[parameter.Name] = new JsonField(parameter.Id, parameter.Name, shapes.Of(parameter.Type), parameter.HasDefault) { Default = DefaultOf(parameter) };
                }
                else if (!parameter.Type.IsOptional)
                {
                    throw new NotSupportedException($"{Schema.Name} takes an object ({parameter.Name}, {parameter.Type}), which JSON can't give.");
                }
            }

            List<JsonField> back = [];
            if (IsStream)
            {
                _item = new JsonField(1, "", shapes.Of(Schema.Result!.Arguments[0]), false);
            }
            else if (Schema.Result is { } result)
            {
                back.Add(new JsonField(ResultField, "result", shapes.Of(result), false));
            }

            back.AddRange(Schema.Parameters.Where(static parameter => parameter.ComesBack)
                .Select(parameter => new JsonField(parameter.Id + 1, parameter.Name, shapes.Of(parameter.Type), false)));
            _back = [.. back];
            _streams = Parameters.Where(static parameter => parameter.Type.Kind == SchemaTypeKind.Stream)
                .ToDictionary(static parameter => parameter.Name, parameter => new JsonField(1, "", shapes.Of(parameter.Type.Arguments[0]), false));
            _sent = sent;
        }
    }

    /// <summary>The arguments by their parameters' names.</summary>
    private Dictionary<string, JsonElement> Given(JsonElement arguments)
    {
        SchemaField[] parameters = [.. Parameters];
        string known = parameters.Length == 0 ? "it has none" : $"they are {string.Join(", ", parameters.Select(static parameter => parameter.Name))}";
        Dictionary<string, JsonElement> given = new(StringComparer.OrdinalIgnoreCase);
        switch (arguments.ValueKind)
        {
            case JsonValueKind.Undefined:
                break;

            case JsonValueKind.Object:
                foreach (JsonProperty property in arguments.EnumerateObject())
                {
                    if (!Array.Exists(parameters, parameter => parameter.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)))
                    {
                        throw new ArgumentException($"{Schema.Name} has no parameter '{property.Name}': {known}.");
                    }

                    if (!given.TryAdd(property.Name, property.Value))
                    {
                        throw new ArgumentException($"The parameter '{property.Name}' is given twice.");
                    }
                }

                break;

            case JsonValueKind.Array when arguments.GetArrayLength() <= parameters.Length:
                for (int i = 0; i < arguments.GetArrayLength(); i++)
                {
                    given[parameters[i].Name] = arguments[i];
                }

                break;

            case JsonValueKind.Array:
                throw new ArgumentException($"{arguments.GetArrayLength()} arguments are too many for the parameters of {Schema.Name}: {known}.");

            default:
                throw new ArgumentException($"The arguments of {Schema.Name} must be an object or an array, not {arguments.GetRawText()}.");
        }

        foreach (SchemaField parameter in parameters.Where(parameter => parameter.Type is { Kind: SchemaTypeKind.Service } && given.ContainsKey(parameter.Name)))
        {
            if (given[parameter.Name].ValueKind != JsonValueKind.Null)
            {
                throw new ArgumentException($"The parameter '{parameter.Name}' is an object ({parameter.Type}), which JSON can't give: leave it out.");
            }
        }

        return given;
    }
}
