using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>Blobs: base64 in JSON. They go as bytes, and come as they come.</summary>
internal sealed class BlobShape : JsonShape
{
    /// <summary>The field of a blob's bytes, where it has no number.</summary>
    private const int BytesField = 2;

    /// <inheritdoc/>
    public override WireKind Kind => WireKind.Object;

    /// <inheritdoc/>
    public override void Write(ref WireWriter writer, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.String || !json.TryGetBytesFromBase64(out byte[]? bytes))
        {
            throw Wrong(json, path, "bytes in base64, such as \"AQID\"");
        }

        writer.BeginObject();
        writer.WriteTag(BytesField, WireKind.Bytes);
        writer.WriteBytes(bytes);
        writer.EndObject();
    }

    /// <inheritdoc/>
    public override void Read(ref WireReader reader, Utf8JsonWriter json)
    {
        using Blob blob = ValueCodec.Blob.ReadValue(ref reader);
        json.WriteBase64StringValue(blob.ReadOnlySpan);
    }

    /// <inheritdoc/>
    public override void WriteAbsent(Utf8JsonWriter json) => json.WriteNullValue();
}
