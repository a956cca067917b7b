using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Viaduct;

/// <summary>JSON by source-generated metadata.</summary>
internal sealed class JsonCodec<T>(JsonTypeInfo<T> typeInfo) : ICodec<T>
{
    /// <summary>One writer a thread and type; reset before and after each use, so that it keeps no output alive.</summary>
    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public string Schema { get; } = $"json {typeof(T).Name}";

    public void Encode(in T message, IBufferWriter<byte> output)
    {
        // Taken out while in use: a converter that sends a message of its own on this thread gets another one.
        Utf8JsonWriter writer = t_writer ?? new Utf8JsonWriter(Stream.Null, new JsonWriterOptions { SkipValidation = true });
        t_writer = null;
        writer.Reset(output);
        try
        {
            JsonSerializer.Serialize(writer, message, typeInfo);
            writer.Flush();
        }
        finally
        {
            writer.Reset(Stream.Null);
            t_writer = writer;
        }
    }

    public T Decode(ReadOnlySpan<byte> message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, typeInfo)!;
        }
        catch (JsonException error)
        {
            throw new ProtocolViolationException($"A message of {message.Length} bytes is not {Schema}: {error.Message}", error);
        }
    }
}
