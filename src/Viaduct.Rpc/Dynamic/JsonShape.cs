using System.Buffers;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>How values of one type of a schema stand in JSON, and how they lie on the wire. Immutable and thread-safe.</summary>
internal abstract class JsonShape
{
    /// <summary>How its values are written.</summary>
    public abstract WireKind Kind { get; }

    /// <summary>Whether <see langword="null"/> is a value.</summary>
    public virtual bool IsOptional => false;

    /// <summary>Whether values stand before a colon in an object, as they are or in quotes.</summary>
    public virtual bool IsKey => false;

    /// <summary>Writes a value, without a tag.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="json">The value.</param>
    /// <param name="path">What it is the value of, for errors.</param>
    /// <exception cref="ArgumentException">It is no value of the type.</exception>
    public abstract void Write(ref WireWriter writer, JsonElement json, string path);

    /// <summary>Reads a value, behind its tag.</summary>
    /// <exception cref="ProtocolViolationException">There is none.</exception>
    public abstract void Read(ref WireReader reader, Utf8JsonWriter json);

    /// <summary>What a field has that did not come.</summary>
    public abstract void WriteAbsent(Utf8JsonWriter json);

    /// <summary>The value that a property's name stands for.</summary>
    public virtual JsonElement KeyOf(string name) => throw new NotSupportedException();

    /// <summary>What equals that of another value if and only if the two are one key of a dictionary. Of composed ones it is what they would come back as.</summary>
    /// <param name="json">A value that was written.</param>
    public virtual object Identity(JsonElement json)
    {
        ArrayBufferWriter<byte> bytes = new();
        WireWriter writer = new(bytes);
        Write(ref writer, json, "");
        writer.Flush();
        WireReader reader = new(bytes.WrittenSpan);
        return DynamicServiceClient.Print(ref reader, Read).GetRawText();
    }

    /// <summary>The error of a value that is none of the type.</summary>
    protected static ArgumentException Wrong(JsonElement json, string path, string expected)
    {
        string found = json.ValueKind == JsonValueKind.Undefined ? "nothing" : json.GetRawText();
        return new ArgumentException($"{path} is {(found.Length <= 60 ? found : found[..57] + "...")}, and must be {expected}.");
    }
}
